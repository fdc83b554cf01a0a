import Formats

/// The encoding of a window in `windows.bin`: LEB128 numbers (little-endian, seven bits per byte), in the order of
/// `encode`.
///
/// A histogram is encoded as its number of buckets, then for each the distance from the previous bucket and the count.
enum WindowCoding {
    static func encode(_ window: RunWindow) -> [UInt8] {
        var bytes: [UInt8] = []
        put(UInt64(window.startNs / window.lengthNs), into: &bytes)
        put(UInt64(window.lengthNs), into: &bytes)
        put(UInt64(window.counts.byFate.count), into: &bytes)
        for count in window.counts.byFate { put(count, into: &bytes) }
        for field in heldFields { put(UInt64(max(0, window.counts.held[keyPath: field])), into: &bytes) }
        put(UInt64(WindowCounts.sums.count), into: &bytes)
        for field in WindowCounts.sums { put(window.counts[keyPath: field], into: &bytes) }
        put(UInt64(window.concurrentSessions), into: &bytes)
        put(UInt64(window.openConnections), into: &bytes)
        put(UInt64(max(0, window.lastFinishNs)), into: &bytes)
        for kind in windowKinds { put(window.times[kind], into: &bytes) }
        put(UInt64(window.endpoints.count), into: &bytes)
        for endpoint in window.endpoints {
            put(UInt64(endpoint.endpoint), into: &bytes)
            put(endpoint.requests, into: &bytes)
            put(endpoint.failures, into: &bytes)
            for kind in groupKinds { put(endpoint.times[kind], into: &bytes) }
        }
        put(UInt64(window.statusClasses.count), into: &bytes)
        for own in window.statusClasses {
            put(UInt64(own.statusClass), into: &bytes)
            put(own.requests, into: &bytes)
            for kind in groupKinds { put(own.times[kind], into: &bytes) }
        }
        put(window.renewal, into: &bytes)
        for field in tokenFields { put(window[keyPath: field], into: &bytes) }
        for times in window.endpoints.map(\.times) + window.statusClasses.map(\.times) {
            for kind in waitKinds { put(times[kind], into: &bytes) }
        }
        put(window.prelude, into: &bytes)
        for endpoint in window.endpoints { put(endpoint.betterThanRecorded, into: &bytes) }
        put(window.unanswered, into: &bytes)
        return bytes
    }

    /// - Returns: nil when the bytes are not a window, or a figure is out of bounds. Status classes and everything
    ///   after them may be missing. Trailing bytes, and fates and sums unknown to this version, are skipped.
    static func decode(_ bytes: ArraySlice<UInt8>) -> RunWindow? {
        var input = Input(rest: bytes)
        guard let index = input.number(upTo: 1 << 40), let length = input.number(upTo: 1 << 50), length > 0 else {
            return nil
        }
        let (start, overflow) = Int64(index).multipliedReportingOverflow(by: Int64(length))
        guard !overflow, RunBounds.holds(start) else { return nil }
        var window = RunWindow(startNs: start, lengthNs: Int64(length))
        guard input.counts(into: &window.counts), let sessions = input.number(upTo: 1 << 40),
            let connections = input.number(upTo: 1 << 40),
            let finish = input.number(upTo: UInt64(RunBounds.nanoseconds))
        else { return nil }
        window.concurrentSessions = Int(sessions)
        window.openConnections = Int(connections)
        window.lastFinishNs = Int64(finish)
        guard input.histograms(windowKinds, into: &window.times) else { return nil }
        guard let count = input.number(upTo: UInt64(WorkerRecorder.endpointLimit) + 1) else { return nil }
        for _ in 0..<count {
            guard let endpoint = input.endpoint(), endpoint.endpoint > window.endpoints.last?.endpoint ?? -1
            else { return nil }
            window.endpoints.append(endpoint)
        }
        guard !input.rest.isEmpty else { return window }
        guard let classes = input.number(upTo: UInt64(StatusClassWindow.highest) + 1) else { return nil }
        for _ in 0..<classes {
            guard let own = input.statusClass(), own.statusClass > window.statusClasses.last?.statusClass ?? -1
            else { return nil }
            window.statusClasses.append(own)
        }
        guard !input.rest.isEmpty else { return window }
        guard let renewal = input.histogram() else { return nil }
        window.renewal = renewal
        guard !input.rest.isEmpty else { return window }
        for field in tokenFields {
            guard let histogram = input.histogram() else { return nil }
            window[keyPath: field] = histogram
        }
        guard !input.rest.isEmpty else { return window }
        for place in window.endpoints.indices {
            guard input.histograms(waitKinds, into: &window.endpoints[place].times) else { return nil }
        }
        for place in window.statusClasses.indices {
            guard input.histograms(waitKinds, into: &window.statusClasses[place].times) else { return nil }
        }
        guard !input.rest.isEmpty else { return window }
        guard let prelude = input.histogram() else { return nil }
        window.prelude = prelude
        guard !input.rest.isEmpty else { return window }
        for place in window.endpoints.indices {
            guard let count = input.number(upTo: RunBounds.count) else { return nil }
            window.endpoints[place].betterThanRecorded = count
        }
        guard !input.rest.isEmpty else { return window }
        guard let unanswered = input.histogram() else { return nil }
        window.unanswered = unanswered
        return window
    }

    private static let heldFields: [any WritableKeyPath<HeldCauses, Int64> & Sendable] = [
        \.orderNs, \.tokenNs, \.connectionNs, \.rateNs, \.slotNs,
    ]

    /// The times kept for all requests of a window.
    private static let windowKinds: [TimeKind] = [.response, .sendLag, .held, .connect]
    /// The additional times kept for each endpoint and status class.
    private static let groupKinds: [TimeKind] = [.turnaround, .service]

    /// Written at the end if present.
    private static let tokenFields: [any WritableKeyPath<RunWindow, SparseHistogram> & Sendable] = [
        \.minting, \.tokenWait,
    ]

    /// Written after everything else, first for each endpoint, then for each status class.
    private static let waitKinds: [TimeKind] = [.sendLag, .held, .connect]

    private static func put(_ number: UInt64, into bytes: inout [UInt8]) {
        bytes.appendVarint(number)
    }

    private static func put(_ histogram: SparseHistogram, into bytes: inout [UInt8]) {
        put(UInt64(histogram.indices.count), into: &bytes)
        var previous: UInt16 = 0
        for (index, count) in zip(histogram.indices, histogram.counts) {
            put(UInt64(index - previous), into: &bytes)
            put(UInt64(count), into: &bytes)
            previous = index
        }
    }

    private struct Input {
        var rest: ArraySlice<UInt8>

        mutating func number(upTo limit: UInt64) -> UInt64? {
            rest.popVarint().flatMap { $0 <= limit ? $0 : nil }
        }

        mutating func counts(into counts: inout WindowCounts) -> Bool {
            guard let fates = number(upTo: 256) else { return false }
            for fate in 0..<Int(fates) {
                guard let count = number(upTo: RunBounds.count) else { return false }
                counts.byFate[fate < Fate.allCases.count ? fate : Int(Fate.other.rawValue)].add(saturating: count)
            }
            for field in heldFields {
                guard let time = number(upTo: UInt64(RunBounds.heldNs)) else { return false }
                counts.held[keyPath: field] = Int64(time)
            }
            guard let sums = number(upTo: 1024) else { return false }
            for place in 0..<Int(sums) {
                guard let sum = number(upTo: RunBounds.amount) else { return false }
                if place < WindowCounts.sums.count { counts[keyPath: WindowCounts.sums[place]] = sum }
            }
            return true
        }

        mutating func histogram() -> SparseHistogram? {
            guard let size = number(upTo: UInt64(TimeBuckets.count)) else { return nil }
            var indices: [UInt16] = []
            var counts: [UInt32] = []
            var index: UInt64 = 0
            for _ in 0..<size {
                guard let distance = number(upTo: UInt64(TimeBuckets.count)),
                    let count = number(upTo: UInt64(UInt32.max)), index + distance < UInt64(TimeBuckets.count)
                else { return nil }
                index += distance
                indices.append(UInt16(index))
                counts.append(UInt32(count))
            }
            return SparseHistogram(indices: indices, counts: counts)
        }

        /// - Returns: false when one of them is invalid.
        mutating func histograms(_ kinds: [TimeKind], into times: inout TimeHistograms) -> Bool {
            for kind in kinds {
                guard let histogram = histogram() else { return false }
                times[kind] = histogram
            }
            return true
        }

        mutating func statusClass() -> StatusClassWindow? {
            guard let statusClass = number(upTo: UInt64(StatusClassWindow.highest)),
                let requests = number(upTo: RunBounds.count)
            else { return nil }
            var own = StatusClassWindow(statusClass: Int(statusClass), requests: requests, times: [:])
            return histograms(groupKinds, into: &own.times) ? own : nil
        }

        mutating func endpoint() -> EndpointWindow? {
            guard let endpoint = number(upTo: UInt64(WorkerRecorder.endpointLimit)),
                let requests = number(upTo: RunBounds.count), let failures = number(upTo: RunBounds.count)
            else { return nil }
            var own = EndpointWindow(endpoint: Int(endpoint), requests: requests, failures: failures, times: [:])
            return histograms(groupKinds, into: &own.times) ? own : nil
        }
    }
}
