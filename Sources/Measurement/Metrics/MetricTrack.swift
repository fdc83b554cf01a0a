public import Traffic

/// A series of a page.
public struct MetricIdentity: Hashable, Sendable {
    /// The URL of the page, without its query.
    public var page: String
    /// `jvm_memory_used_bytes{area="heap"}`.
    public var series: String
    /// The meaning of its values.
    public var kind: MetricKind

    /// A series of a page.
    public init(page: String, series: String, kind: MetricKind) {
        self.page = page
        self.series = series
        self.kind = kind
    }

    /// The name without its labels.
    public var name: Substring { series.prefix { $0 != "{" } }
}

/// A sample of a series.
public struct MetricSample: Hashable, Sendable {
    /// When the page was requested.
    public var time: RunTime
    /// The value, which is finite.
    public var value: Double
    /// When the process behind the page started, in seconds since 1970; nil when the page does not say.
    public var processStart: Double?

    /// See the properties for the meaning of each parameter.
    public init(time: RunTime, value: Double, processStart: Double? = nil) {
        self.time = time
        self.value = value
        self.processStart = processStart
    }
}

/// A result of scraping.
public enum MetricReading: Hashable, Sendable {
    case sample(MetricIdentity, MetricSample)
    /// The page could not be fetched at this time; the reason is a few words.
    case gap(page: String, RunTime, reason: String)
}

/// The samples of one series over a run.
public struct MetricTrack: Hashable, Sendable {
    /// The series.
    public var identity: MetricIdentity
    /// In time order; a long run keeps only some of them.
    public var samples: [MetricSample] { kept.samples }
    private var kept = ThinnedSamples<MetricSample>()

    /// A series without samples.
    public init(identity: MetricIdentity) { self.identity = identity }

    /// Appends the next sample.
    public mutating func append(_ sample: MetricSample) { kept.append(sample) }
}

/// All samples scraped during a run.
public struct ScrapedMetrics: Hashable, Sendable {
    /// The most series of a run: bounds memory and the folder's growth.
    public static let seriesLimit = 128

    /// The failed scrapes of a page.
    public struct Gaps: Hashable, Sendable {
        /// The page.
        public var page: String
        /// The number of failed scrapes.
        public var count = 0
        /// When the first one failed.
        public var first: RunTime
        /// Why the first of them failed, in a few words.
        public var reason: String
    }

    /// One per series, in the order they were first seen.
    public private(set) var tracks: [MetricTrack] = []
    /// One per page with failed scrapes.
    public private(set) var gaps: [Gaps] = []
    private var places: [MetricIdentity: Int] = [:]

    /// Nothing scraped.
    public init() {}

    /// The wanted series, without gaps.
    public func only(_ isWanted: (MetricIdentity) -> Bool) -> ScrapedMetrics {
        var metrics = ScrapedMetrics()
        for track in tracks where isWanted(track.identity) {
            for sample in track.samples { metrics.add(.sample(track.identity, sample)) }
        }
        return metrics
    }

    /// The samples between two instants, in nanoseconds since the run's start, with all gaps of the run.
    public func within(_ span: Range<Int64>) -> ScrapedMetrics {
        var metrics = ScrapedMetrics()
        for track in tracks {
            for sample in track.samples where span.contains(sample.time.nanoseconds) {
                metrics.add(.sample(track.identity, sample))
            }
        }
        metrics.gaps = gaps
        return metrics
    }

    /// Whether nothing was scraped.
    public var isEmpty: Bool { tracks.isEmpty && gaps.isEmpty }

    /// Adds a reading; series past the limit are dropped.
    ///
    /// - Returns: whether it was added.
    @discardableResult
    public mutating func add(_ reading: MetricReading) -> Bool {
        switch reading {
        case .sample(let identity, let sample):
            guard let place = place(of: identity) else { return false }
            tracks[place].append(sample)
        case .gap(let page, let time, let reason):
            let place = gaps.firstIndex { $0.page == page } ?? gaps.count
            guard place < ScrapedMetrics.seriesLimit else { return false }
            if place == gaps.count { gaps.append(Gaps(page: page, first: time, reason: reason)) }
            gaps[place].count += 1
        }
        return true
    }

    /// Adds the samples of another generator in the same run: for a page that both scraped, the other's samples are
    /// redundant.
    mutating func add(_ other: ScrapedMetrics) {
        for track in other.tracks where places[track.identity] == nil {
            guard let place = place(of: track.identity) else { return }
            tracks[place] = track
        }
        gaps += other.gaps.filter { own in !gaps.contains { $0.page == own.page } }
    }

    /// Readings that recreate this record when added to an empty one.
    var readings: [MetricReading] {
        tracks.flatMap { track in track.samples.map { MetricReading.sample(track.identity, $0) } }
            + gaps.flatMap { gaps in
                (0..<gaps.count).map { _ in MetricReading.gap(page: gaps.page, gaps.first, reason: gaps.reason) }
            }
    }

    private mutating func place(of identity: MetricIdentity) -> Int? {
        if let place = places[identity] { return place }
        guard tracks.count < ScrapedMetrics.seriesLimit else { return nil }
        places[identity] = tracks.count
        tracks.append(MetricTrack(identity: identity))
        return tracks.count - 1
    }
}
