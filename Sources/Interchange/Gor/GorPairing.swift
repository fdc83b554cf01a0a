import HTTPWire
import Traffic

/// Joins the records of an exchange by their id, over all `.gor` files of an import.
///
/// An original response is preferred to a replayed one. What waits too long for its other half is given back without it.
struct GorPairing {
    /// Records that wait for their other half, and their bytes.
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
    /// The ids that wait, oldest first from `oldest` on; some have gone already.
    private var order: [(id: String, number: UInt64)] = []
    private var oldest = 0
    private var lastNumber: UInt64 = 0
    /// Exchanges that are whole, or that waited too long.
    private var ready: [ImportedExchange] = []
    private var badRecords: UInt64 = 0

    /// Takes a record in.
    mutating func add(_ record: GorRecord) {
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

    /// Gives back all that waits.
    mutating func finish() {
        while !waiting.isEmpty { releaseOldest() }
    }

    /// The exchanges that are done since the last call.
    mutating func takeReady() -> [ImportedExchange] {
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    /// Records that are no HTTP/1 message, since the last call.
    mutating func takeBadRecords() -> UInt64 {
        defer { badRecords = 0 }
        return badRecords
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
        guard let entry = waiting.removeValue(forKey: id) else { return }
        waitingBytes -= entry.bytes
        guard let exchange = exchange(entry) else {
            badRecords += 1
            return
        }
        ready.append(ImportedExchange(exchange))
    }
}

extension GorPairing {
    private func exchange(_ entry: Waiting) -> Exchange? {
        let request = entry.request.map { GorPayload($0.payload, isRequest: true) }
        let responseRecord = entry.response ?? entry.replayed
        let response = responseRecord.map {
            GorPayload($0.payload, isRequest: false, requestMethod: request?.framing?.method ?? .other)
        }
        guard request?.framing != nil || response?.framing != nil else { return nil }
        let requestMessage = entry.request.flatMap { record -> Exchange.Message? in
            guard let request, request.framing != nil else { return nil }
            return message(request, from: record.time, to: record.time &+ (record.latency ?? 0))
        }
        let responseMessage = responseRecord.flatMap { record -> Exchange.Message? in
            guard let response, response.framing != nil else { return nil }
            return self.response(response, record, after: requestMessage?.lastByte)
        }
        return Exchange(
            connection: 0, session: 0, version: request?.framing?.version ?? response?.framing?.version ?? .http11,
            request: requestMessage, response: responseMessage,
            status: responseMessage == nil ? nil : response?.framing?.status)
    }

    /// A replayed response was seen at another time than its request: only how long it took counts.
    private func response(
        _ payload: GorPayload, _ record: GorRecord, after sent: CaptureTime?
    ) -> Exchange.Message {
        guard record.kind == .replayedResponse, let sent else {
            return message(payload, from: record.time, to: record.time &+ (record.latency ?? 0))
        }
        let ended = sent.nanoseconds &+ (record.latency ?? 0)
        return message(payload, from: ended, to: ended)
    }

    private func message(_ payload: GorPayload, from first: Int64, to last: Int64) -> Exchange.Message {
        Exchange.Message(
            head: payload.head, body: payload.body, trailers: payload.trailers, bodyBytes: payload.bodyBytes,
            firstByte: CaptureTime(nanoseconds: first), lastByte: CaptureTime(nanoseconds: last),
            isComplete: payload.isComplete)
    }
}
