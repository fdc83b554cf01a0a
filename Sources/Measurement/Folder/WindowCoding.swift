/// How a window stands in `windows.bin`: LEB128 numbers (little end first, seven bits a byte), in the order of `encode`.
///
/// A histogram is its number of buckets, then for each the distance from the one before and its count.
enum WindowCoding {
    static func encode(_ window: RunWindow) -> [UInt8] {
        var bytes: [UInt8] = []
        put(UInt64(window.startNanoseconds / window.lengthNanoseconds), into: &bytes)
        put(UInt64(window.lengthNanoseconds), into: &bytes)
        put(UInt64(window.counts.byFate.count), into: &bytes)
        for count in window.counts.byFate { put(count, into: &bytes) }
        for field in heldFields { put(UInt64(max(0, window.counts.held[keyPath: field])), into: &bytes) }
        put(UInt64(WindowCounts.sums.count), into: &bytes)
        for field in WindowCounts.sums { put(window.counts[keyPath: field], into: &bytes) }
        put(UInt64(window.concurrentSessions), into: &bytes)
        put(UInt64(window.openConnections), into: &bytes)
        put(UInt64(max(0, window.lastFinishNanoseconds)), into: &bytes)
        for field in histogramFields { put(window[keyPath: field], into: &bytes) }
        put(UInt64(window.endpoints.count), into: &bytes)
        for endpoint in window.endpoints {
            put(UInt64(endpoint.endpoint), into: &bytes)
            put(endpoint.requests, into: &bytes)
            put(endpoint.failures, into: &bytes)
            put(endpoint.sinceReady, into: &bytes)
            put(endpoint.service, into: &bytes)
        }
        put(UInt64(window.statusClasses.count), into: &bytes)
        for own in window.statusClasses {
            put(UInt64(own.statusClass), into: &bytes)
            put(own.requests, into: &bytes)
            put(own.sinceReady, into: &bytes)
            put(own.service, into: &bytes)
        }
        put(window.renewal, into: &bytes)
        for field in tokenFields { put(window[keyPath: field], into: &bytes) }
        for waits in window.endpoints.map(\.waits) + window.statusClasses.map(\.waits) {
            for field in waitFields { put(waits[keyPath: field], into: &bytes) }
        }
        put(window.prelude, into: &bytes)
        return bytes
    }

    /// - Returns: nil when the bytes are no window. Status classes, renewals, times of tokens, waits and preludes may be
    ///   missing; bytes after them, and fates and sums this version does not know, are passed over.
    static func decode(_ bytes: ArraySlice<UInt8>) -> RunWindow? {
        var input = Input(rest: bytes)
        guard let index = input.number(upTo: 1 << 40), let length = input.number(upTo: 1 << 50), length > 0,
            let start = Int64(exactly: index.multipliedReportingOverflow(by: length).partialValue),
            start / Int64(length) == index
        else { return nil }
        var window = RunWindow(startNanoseconds: start, lengthNanoseconds: Int64(length))
        guard input.counts(into: &window.counts), let sessions = input.number(upTo: 1 << 40),
            let connections = input.number(upTo: 1 << 40), let finish = input.number(upTo: UInt64(Int64.max))
        else { return nil }
        window.concurrentSessions = Int(sessions)
        window.openConnections = Int(connections)
        window.lastFinishNanoseconds = Int64(finish)
        for field in histogramFields {
            guard let histogram = input.histogram() else { return nil }
            window[keyPath: field] = histogram
        }
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
            guard let waits = input.waits() else { return nil }
            window.endpoints[place].waits = waits
        }
        for place in window.statusClasses.indices {
            guard let waits = input.waits() else { return nil }
            window.statusClasses[place].waits = waits
        }
        guard !input.rest.isEmpty else { return window }
        guard let prelude = input.histogram() else { return nil }
        window.prelude = prelude
        return window
    }

    private static let heldFields: [any WritableKeyPath<HeldCauses, Int64> & Sendable] = [
        \.orderNanoseconds, \.tokenNanoseconds, \.connectionNanoseconds, \.rateNanoseconds, \.slotNanoseconds,
    ]

    private static let histogramFields: [any WritableKeyPath<RunWindow, SparseHistogram> & Sendable] = [
        \.response, \.sendLag, \.held, \.connect,
    ]

    /// At the end, where there is any.
    private static let tokenFields: [any WritableKeyPath<RunWindow, SparseHistogram> & Sendable] = [
        \.minting, \.tokenWait,
    ]

    /// After all else, for each endpoint and then for each class of status.
    private static let waitFields: [any WritableKeyPath<WaitTimes, SparseHistogram> & Sendable] = [
        \.sendLag, \.held, \.connect,
    ]

    private static func put(_ number: UInt64, into bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
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
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while let byte = rest.popFirst() {
                guard shift < 63 || byte <= 1 else { return nil }
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value <= limit ? value : nil }
                shift += 7
                guard shift < 70 else { return nil }
            }
            return nil
        }

        mutating func counts(into counts: inout WindowCounts) -> Bool {
            guard let fates = number(upTo: 256) else { return false }
            for fate in 0..<Int(fates) {
                guard let count = number(upTo: .max) else { return false }
                counts.byFate[fate < Fate.allCases.count ? fate : Int(Fate.other.rawValue)] &+= count
            }
            for field in heldFields {
                guard let time = number(upTo: UInt64(Int64.max)) else { return false }
                counts.held[keyPath: field] = Int64(time)
            }
            guard let sums = number(upTo: 1024) else { return false }
            for place in 0..<Int(sums) {
                guard let sum = number(upTo: .max) else { return false }
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

        mutating func waits() -> WaitTimes? {
            var waits = WaitTimes()
            for field in waitFields {
                guard let histogram = histogram() else { return nil }
                waits[keyPath: field] = histogram
            }
            return waits
        }

        mutating func statusClass() -> StatusClassWindow? {
            guard let statusClass = number(upTo: UInt64(StatusClassWindow.highest)),
                let requests = number(upTo: .max), let sinceReady = histogram(), let service = histogram()
            else { return nil }
            return StatusClassWindow(
                statusClass: Int(statusClass), requests: requests, sinceReady: sinceReady, service: service)
        }

        mutating func endpoint() -> EndpointWindow? {
            guard let endpoint = number(upTo: UInt64(WorkerRecorder.endpointLimit)), let requests = number(upTo: .max),
                let failures = number(upTo: .max), let sinceReady = histogram(), let service = histogram()
            else { return nil }
            return EndpointWindow(
                endpoint: Int(endpoint), requests: requests, failures: failures, sinceReady: sinceReady,
                service: service)
        }
    }
}
