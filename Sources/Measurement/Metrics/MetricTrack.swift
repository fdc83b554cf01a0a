public import Traffic

/// One series of one page.
public struct MetricIdentity: Hashable, Sendable {
    /// Where it is scraped: the URL, without a query.
    public var page: String
    /// `jvm_memory_used_bytes{area="heap"}`.
    public var series: String
    /// Whether it only counts up.
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

/// What a series said at one instant.
public struct MetricSample: Hashable, Sendable {
    /// When its page was asked for.
    public var time: RunTime
    /// Finite.
    public var value: Double
    /// When the process behind the page had begun, in seconds since 1970; nil when the page does not tell.
    public var processStart: Double?

    /// A value at an instant.
    public init(time: RunTime, value: Double, processStart: Double? = nil) {
        self.time = time
        self.value = value
        self.processStart = processStart
    }
}

/// What scraping gave.
public enum MetricReading: Hashable, Sendable {
    case sample(MetricIdentity, MetricSample)
    /// A page could not be had at this instant, for a reason of a few words.
    case gap(page: String, RunTime, reason: String)
}

/// The samples of one series over a run.
public struct MetricTrack: Hashable, Sendable {
    /// Which series it is.
    public var identity: MetricIdentity
    /// In time order; of a long run not all of them.
    public var samples: [MetricSample] { kept.samples }
    private var kept = ThinnedSamples<MetricSample>()

    /// A series without samples.
    public init(identity: MetricIdentity) { self.identity = identity }

    /// Adds the sample that follows.
    public mutating func append(_ sample: MetricSample) { kept.append(sample) }
}

/// All that scraping gave over a run.
public struct ScrapedMetrics: Hashable, Sendable {
    /// Series of a run, whatever their pages hold: a bound on memory and on the folder's growth.
    public static let seriesLimit = 128

    /// Scrapes of one page that failed.
    public struct Gaps: Hashable, Sendable {
        /// The page.
        public var page: String
        /// Scrapes that failed.
        public var count = 0
        /// When the first of them did, and why.
        public var first: RunTime
        /// Why the first of them failed, in a few words.
        public var reason: String
    }

    /// One a series, in the order in which they were first seen.
    public private(set) var tracks: [MetricTrack] = []
    /// One a page that had any.
    public private(set) var gaps: [Gaps] = []
    private var places: [MetricIdentity: Int] = [:]

    /// Nothing scraped.
    public init() {}

    /// The series that are wanted, without the gaps.
    public func only(_ isWanted: (MetricIdentity) -> Bool) -> ScrapedMetrics {
        var metrics = ScrapedMetrics()
        for track in tracks where isWanted(track.identity) {
            for sample in track.samples { metrics.add(.sample(track.identity, sample)) }
        }
        return metrics
    }

    /// Whether nothing was scraped.
    public var isEmpty: Bool { tracks.isEmpty && gaps.isEmpty }

    /// Adds a reading; a series past the limit is let go.
    ///
    /// - Returns: whether it was taken.
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

    /// Adds what another generator scraped in the same run: of a page that both did, the other's samples are the same.
    mutating func add(_ other: ScrapedMetrics) {
        for track in other.tracks where places[track.identity] == nil {
            guard let place = place(of: track.identity) else { return }
            tracks[place] = track
        }
        gaps += other.gaps.filter { own in !gaps.contains { $0.page == own.page } }
    }

    /// What adding again would give the same.
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
