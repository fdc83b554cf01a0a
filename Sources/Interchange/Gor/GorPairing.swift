import HTTPWire
import Traffic

/// Joins the records of an exchange by their id, across all `.gor` files of an import.
///
/// An original response is preferred to a replayed one. A message that waits too long for its request or response is
/// released alone.
struct GorPairing {
    /// The maximum number of waiting records, and of their bytes.
    private static let maximumWaiting = 1 << 16
    private static let maximumWaitingBytes = 256 << 20

    private struct Waiting {
        var number: UInt64
        var request: GorRecord?
        var response: GorRecord?
        var replayed: GorRecord?

        var bytes: Int {
            [request, response, replayed].reduce(0) { $0 + ($1?.payload.count ?? 0) }
        }
    }

    private var waiting: [String: Waiting] = [:]
    private var waitingBytes = 0
    /// The waiting ids, oldest first, from index `oldest` on; some are already released.
    private var order: [(id: String, number: UInt64)] = []
    private var oldest = 0
    private var lastNumber: UInt64 = 0
    /// Exchanges that are complete, or that waited too long.
    private var ready: [ImportedExchange] = []
    private var problems: [ImportProblem: UInt64] = [:]
    /// Ids of exchanges released with their original response, whose replayed response may follow; the oldest is
    /// forgotten first.
    private var answered: Set<String> = []
    private var answeredOrder: [String] = []
    private var nextForgotten = 0
    /// Whether times of this import are relative to the Unix epoch.
    private var hasEpochTimes = false

    /// Records found after others, to process next.
    private var found: [GorRecord] = []
    /// The maximum number of messages in one record.
    private static let maximumMessagesInRecord = 256

    /// Adds a record.
    mutating func add(_ record: GorRecord) {
        addOne(record)
        addFound()
    }

    private mutating func addFound() {
        while let record = found.popLast() { addOne(record) }
    }

    private mutating func addOne(_ record: GorRecord) {
        if record.hasEpochTime { hasEpochTimes = true }
        if record.kind == .replayedResponse, answered.contains(record.id) {
            problems[.replayedResponse, default: 0] += 1
            return
        }
        if record.kind != .request, GorPayload.mayBeInterim(record.payload),
            GorPayload(record.payload, isRequest: false).isInterim
        {
            return
        }
        if record.kind == .request { answered.remove(record.id) }
        var entry = waiting[record.id] ?? newEntry(record.id)
        let isSecond =
            switch record.kind {
            case .request: entry.request != nil
            case .response: entry.response != nil
            case .replayedResponse: entry.replayed != nil
            }
        if isSecond {
            release(record.id)
            entry = newEntry(record.id)
        }
        switch record.kind {
        case .request: entry.request = record
        case .response: entry.response = record
        case .replayedResponse: entry.replayed = record
        }
        waiting[record.id] = entry
        waitingBytes += record.payload.count
        if entry.request != nil, entry.response != nil { release(record.id) }
        while waiting.count > GorPairing.maximumWaiting || waitingBytes > GorPairing.maximumWaitingBytes {
            releaseOldest()
        }
    }

    /// Releases everything that waits.
    mutating func finish() {
        while !waiting.isEmpty {
            releaseOldest()
            addFound()
        }
    }

    /// Takes the exchanges finished since the last call.
    mutating func takeReady() -> [ImportedExchange] {
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    /// Takes the counts of what did not become an exchange since the last call.
    mutating func takeProblems() -> [ImportProblem: UInt64] {
        guard !problems.isEmpty else { return [:] }
        defer { problems.removeAll() }
        return problems
    }

    private mutating func newEntry(_ id: String) -> Waiting {
        lastNumber += 1
        order.append((id, lastNumber))
        return Waiting(number: lastNumber)
    }

    private mutating func releaseOldest() {
        let (id, number) = order[oldest]
        oldest += 1
        if oldest > 4096, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
        if waiting[id]?.number == number { release(id) }
    }

    private mutating func release(_ id: String) {
        guard var entry = waiting.removeValue(forKey: id) else { return }
        waitingBytes -= entry.bytes
        joinGluedHalf(&entry)
        if entry.response != nil {
            if entry.replayed != nil { problems[.replayedResponse, default: 0] += 1 }
            remember(id)
        }
        let request = entry.request.map { GorPayload($0.payload, isRequest: true) }
        let record = entry.response ?? entry.replayed
        let response = record.map {
            GorPayload($0.payload, isRequest: false, requestMethod: request?.framing?.method ?? .other)
        }
        if let exchange = exchange(entry, request, response) {
            ready.append(ImportedExchange(exchange))
            // One of the two records is not a message.
            let isHalfBad = (request != nil && request?.framing == nil) || (response != nil && response?.framing == nil)
            if isHalfBad { problems[.badRecord, default: 0] += 1 }
        } else {
            problems[.badRecord, default: 0] += 1
        }
        if let record = entry.request, let rest = request?.rest { add(rest, behind: record) }
        if let record, let rest = response?.rest { add(rest, behind: record) }
    }

    /// Separates the other half of an exchange from a record, if the separator between them is missing.
    private func joinGluedHalf(_ entry: inout Waiting) {
        guard let only = entry.request ?? entry.response ?? entry.replayed,
            entry.request == nil || entry.response == nil && entry.replayed == nil
        else { return }
        let rest = GorPayload(only.payload, isRequest: only.kind == .request).rest
        guard !rest.isEmpty, let other = GorPairing.record(rest), other.id == only.id,
            (other.kind == .request) != (only.kind == .request)
        else { return }
        var first = only
        first.payload.removeLast(rest.count)
        switch only.kind {
        case .request: entry.request = first
        case .response: entry.response = first
        case .replayedResponse: entry.replayed = first
        }
        switch other.kind {
        case .request: entry.request = other
        case .response: entry.response = other
        case .replayedResponse: entry.replayed = other
        }
    }

    /// The record in the bytes after a message; part of a separator may precede it.
    private static func record(_ rest: [UInt8]) -> GorRecord? {
        var rest = rest.drop { $0 == 0x0a || $0 == 0x0d }
        let marked = zip(rest, GorRecord.mark).prefix { $0 == $1 }.count
        if marked > 0 { rest = rest.dropFirst(marked).drop { $0 == 0x0a || $0 == 0x0d } }
        return Array(rest).withUnsafeBytes { GorRecord($0) }
    }

    /// Notes that an exchange has its original response.
    private mutating func remember(_ id: String) {
        guard answered.insert(id).inserted else { return }
        if answeredOrder.count < GorPairing.maximumWaiting {
            answeredOrder.append(id)
            return
        }
        answered.remove(answeredOrder[nextForgotten])
        answeredOrder[nextForgotten] = id
        nextForgotten = (nextForgotten + 1) % GorPairing.maximumWaiting
    }

    /// Handles the bytes after a message in its record: another record, or only its payload, without a separator.
    /// Anything else is counted.
    private mutating func add(_ rest: [UInt8], behind record: GorRecord) {
        let rest = Array(rest.drop { $0 == 0x0a || $0 == 0x0d })
        guard !rest.isEmpty else { return }
        guard record.place < GorPairing.maximumMessagesInRecord else {
            problems[.bytesBehindMessage, default: 0] += 1
            return
        }
        var next = GorPairing.record(rest)
        if next == nil, GorPayload(rest, isRequest: record.kind == .request).framing != nil {
            // Its id is unknown: it gets a new one, so that a second message after the response is paired with it.
            next = GorRecord(
                kind: record.kind, id: record.id + "+", time: record.time, latency: record.latency, payload: rest)
        }
        guard var next else {
            problems[.bytesBehindMessage, default: 0] += 1
            return
        }
        next.place = record.place + 1
        found.append(next)
    }
}

extension GorPairing {
    private func exchange(_ entry: Waiting, _ request: GorPayload?, _ response: GorPayload?) -> Exchange? {
        let responseRecord = entry.response ?? entry.replayed
        guard request?.framing != nil || response?.framing != nil else { return nil }
        let requestMessage = entry.request.flatMap { record -> Exchange.Message? in
            guard let request, request.framing != nil else { return nil }
            return message(request, from: record.time, to: record.time &+ (record.latency ?? 0))
        }
        let responseMessage = responseRecord.flatMap { record -> Exchange.Message? in
            guard let response, response.framing != nil else { return nil }
            return self.response(response, record, after: requestMessage?.lastByte)
        }
        guard requestMessage != nil || responseMessage != nil else { return nil }
        return Exchange(
            connection: 0, session: 0, version: request?.framing?.version ?? response?.framing?.version ?? .http11,
            request: requestMessage, response: responseMessage,
            status: responseMessage == nil ? nil : response?.framing?.status)
    }

    /// The response message. A replayed response was seen at another time than its request, so only its duration
    /// counts. The same applies if the third field is not an instant: versions up to 0.16 write the nanoseconds from
    /// the request to its original response.
    private func response(
        _ payload: GorPayload, _ record: GorRecord, after sent: CaptureTime?
    ) -> Exchange.Message? {
        let isSpan = hasEpochTimes && !record.hasEpochTime
        guard let sent else {
            // Without its request, its time is unknown.
            return isSpan ? nil : message(payload, from: record.time, to: record.time &+ (record.latency ?? 0))
        }
        guard record.kind == .replayedResponse || isSpan else {
            return message(payload, from: record.time, to: record.time &+ (record.latency ?? 0))
        }
        let ended = sent.nanoseconds &+ (isSpan ? max(0, record.time) : record.latency ?? 0)
        return message(payload, from: ended, to: ended)
    }

    private func message(_ payload: GorPayload, from first: Int64, to last: Int64) -> Exchange.Message {
        Exchange.Message(
            head: payload.head, body: payload.body, trailers: payload.trailers, bodyBytes: payload.bodyBytes,
            firstByte: CaptureTime(nanoseconds: first), lastByte: CaptureTime(nanoseconds: last),
            isComplete: payload.isComplete)
    }
}
