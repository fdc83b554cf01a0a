/// The figures of a run by stretch, traffic and endpoint.
public struct StretchTable: Hashable, Sendable {

    /// The common properties of requests in a row.
    public struct Key: Hashable, Sendable {
        /// Index into ``RunStretches/stretches``.
        public var stretch: Int
        /// Index into ``RunStretches/parts``.
        public var part: Int
        /// Index into the run's endpoints.
        public var endpoint: Int

        /// A key.
        public init(stretch: Int, part: Int, endpoint: Int) {
            self.stretch = stretch
            self.part = part
            self.endpoint = endpoint
        }
    }

    /// The figures of requests with one key, or with several.
    public struct Figures: Hashable, Sendable {
        /// How the requests ended.
        public private(set) var endings = ResponseCounts()
        /// Response, turnaround, service and send lag.
        public private(set) var times = TimeHistograms()
        /// The times since scheduling of the requests that the run's end cut off.
        public private(set) var unanswered = SparseHistogram()

        /// No requests.
        public init() {}

        /// Requests completed or failed: all but those cut off by the run's end.
        public var requests: UInt64 { sum { $0 != .cut } }
        /// Requests that failed.
        public var failures: UInt64 { sum(\.isFailure) }
        /// Requests that were answered, as expected or not.
        public var answers: UInt64 { sum(\.isAnswer) }

        /// The number of requests with this fate.
        public subscript(fate: Fate) -> UInt64 { endings.byFate[Int(fate.rawValue)] }

        private func sum(_ isCounted: (Fate) -> Bool) -> UInt64 {
            var sum: UInt64 = 0
            for fate in Fate.allCases where isCounted(fate) { sum.add(saturating: self[fate]) }
            return sum
        }

        /// Adds other requests.
        public mutating func add(_ other: Figures) {
            endings.add(other.endings)
            times.add(other.times)
            unanswered.add(other.unanswered)
        }

        mutating func count(_ sample: RequestSample) {
            endings.count(status: sample.status, fate: Int(sample.fate))
        }

        mutating func add(_ histogram: SparseHistogram, as kind: TimeKind) { times[kind].add(histogram) }

        mutating func add(unanswered histogram: SparseHistogram) { unanswered.add(histogram) }
    }

    /// The kinds of time that are kept.
    static let kinds: [TimeKind] = [.response, .turnaround, .service, .sendLag]

    /// Keyed by stretch, traffic and endpoint.
    public private(set) var rows: [Key: Figures] = [:]

    /// Nothing measured.
    public init() {}

    /// Whether nothing was measured.
    public var isEmpty: Bool { rows.isEmpty }

    /// The combined figures of all wanted keys.
    public func figures(where isWanted: (Key) -> Bool) -> Figures {
        rows.reduce(into: Figures()) { sum, row in if isWanted(row.key) { sum.add(row.value) } }
    }

    /// Adds all requests of a window under one key. Their status codes are unknown.
    public mutating func add(_ window: RunWindow, as key: Key) {
        let times = window.allTimes
        change(key) { figures in
            for fate in Fate.allCases { figures.add(window.counts[fate], of: fate) }
            for kind in StretchTable.kinds { figures.add(times[kind], as: kind) }
            figures.add(unanswered: window.unanswered)
        }
    }

    mutating func change(_ key: Key, _ body: (inout Figures) -> Void) { body(&rows[key, default: Figures()]) }
}

/// The content of `stretches.json`.
extension StretchTable: Codable {
    private struct Row: Codable {
        var stretch: Int
        var part: Int
        var endpoint: Int
        var fates: [String: UInt64]
        var statuses: [String: UInt64]
        var times: [String: Buckets]
        /// Absent if there are none, and in folders of older versions.
        var unanswered: Buckets?
    }

    private struct Buckets: Codable {
        var indices: [UInt16]
        var counts: [UInt32]
    }

    /// Decodes rows; figures out of bounds are refused.
    ///
    /// - Throws: `DecodingError` when fields are missing.
    public init(from decoder: any Decoder) throws {
        self.init()
        let refused = { (reason: String) in
            DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
        }
        for row in try decoder.singleValueContainer().decode([Row].self) {
            guard row.stretch >= 0, row.part >= 0, row.endpoint >= 0,
                row.fates.values.allSatisfy({ $0 <= RunBounds.count }),
                row.statuses.values.allSatisfy({ $0 <= RunBounds.count })
            else { throw refused("a figure is out of bounds") }
            var figures = Figures()
            for (label, count) in row.fates {
                guard let fate = Fate(label: label) else { throw refused("no such fate") }
                figures.set(fate, count)
            }
            for (text, count) in row.statuses {
                guard let status = UInt16(text) else { throw refused("no such status") }
                figures.set(status: status, count)
            }
            for (name, buckets) in row.times {
                guard let kind = TimeKind.allCases.first(where: { $0.name == name }),
                    let histogram = SparseHistogram(indices: buckets.indices, counts: buckets.counts)
                else { throw refused("no such times") }
                figures.add(histogram, as: kind)
            }
            if let buckets = row.unanswered {
                guard let histogram = SparseHistogram(indices: buckets.indices, counts: buckets.counts) else {
                    throw refused("no such times")
                }
                figures.add(unanswered: histogram)
            }
            change(Key(stretch: row.stretch, part: row.part, endpoint: row.endpoint)) { $0.add(figures) }
        }
    }

    /// Encodes rows in the order of their keys.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let ordered = rows.sorted {
            ($0.key.stretch, $0.key.part, $0.key.endpoint) < ($1.key.stretch, $1.key.part, $1.key.endpoint)
        }
        try container.encode(
            ordered.map { key, figures in
                var fates: [String: UInt64] = [:]
                for fate in Fate.allCases where figures[fate] > 0 { fates[fate.label] = figures[fate] }
                var statuses: [String: UInt64] = [:]
                for (status, count) in figures.endings.byStatus { statuses["\(status)"] = count }
                var times: [String: Buckets] = [:]
                for kind in TimeKind.allCases where !figures.times[kind].isEmpty {
                    times[kind.name] = Buckets(
                        indices: figures.times[kind].indices, counts: figures.times[kind].counts)
                }
                let unanswered = figures.unanswered
                return Row(
                    stretch: key.stretch, part: key.part, endpoint: key.endpoint, fates: fates, statuses: statuses,
                    times: times,
                    unanswered: unanswered.isEmpty
                        ? nil : Buckets(indices: unanswered.indices, counts: unanswered.counts))
            })
    }
}

extension StretchTable.Figures {
    fileprivate mutating func add(_ count: UInt64, of fate: Fate) {
        endings.byFate[Int(fate.rawValue)].add(saturating: count)
    }

    fileprivate mutating func set(_ fate: Fate, _ count: UInt64) { endings.byFate[Int(fate.rawValue)] = count }
    fileprivate mutating func set(status: UInt16, _ count: UInt64) { endings.byStatus[status] = count }
}
