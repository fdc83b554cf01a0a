import HTTPWire
public import Traffic

/// Writes exchanges as GoReplay's `.gor` records, a request (type 1) and a response (type 2) each, by time.
///
/// The format cannot represent connections, sessions, the scheme, addresses, trailers of bodies that were not chunked,
/// responses without a request, or capture losses. HTTP/2 is written as HTTP/1.1. Chunked bodies are written as one
/// chunk.
public struct GorExporter: ExchangeExporter {
    /// The maximum bytes of responses held back until they are due.
    private static let maximumHeldBytes = 64 << 20

    /// The bytes written since the last ``removeAll()``.
    public private(set) var bytes: [UInt8] = []
    /// Counts of what `.gor` cannot represent.
    public private(set) var leftOut: [ExportProblem: UInt64] = [:]
    private var lastNumber: UInt64 = 0
    /// Responses to be written, the one due last first.
    private var held: [GorRecord] = []
    private var heldBytes = 0

    /// Creates an exporter.
    public init() {}

    /// Removes the bytes after they were written to the file.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// `.gor` cannot represent connections.
    public mutating func note(_ connections: [RecordedConnection]) {}

    /// `.gor` cannot represent losses.
    public mutating func note(_ losses: [CaptureLoss]) {}

    /// Writes the request, and holds the response back until no earlier request can follow.
    public mutating func append(_ exchange: Exchange) {
        guard let request = exchange.request, let head = RequestHead(request.head) else {
            leftOut[.withoutRequest, default: 0] += 1
            return
        }
        lastNumber += 1
        let digits = String(lastNumber, radix: 16)
        let id = String(repeating: "0", count: 24 - digits.count) + digits
        let first = GorRecord(
            kind: .request, id: id, time: request.firstByte.nanoseconds, latency: GorExporter.latency(request),
            payload: GorExporter.payload(request, head, exchange.version))
        let second = exchange.response.flatMap { response in
            GorExporter.payload(response, exchange.version).map {
                GorRecord(
                    kind: .response, id: id, time: response.firstByte.nanoseconds,
                    latency: GorExporter.latency(response), payload: $0)
            }
        }
        guard ![first, second].contains(where: { $0?.holdsSeparator ?? false }) else {
            leftOut[.holdsSeparator, default: 0] += 1
            return
        }
        writeHeld(until: first.time)
        bytes.append(contentsOf: first.encoded)
        if let second { hold(second) }
    }

    /// Writes the responses that are held back.
    public mutating func finish() { writeHeld(until: .max) }

    private mutating func hold(_ record: GorRecord) {
        heldBytes += record.payload.count
        var low = 0
        var high = held.count
        while low < high {
            let middle = (low + high) / 2
            if held[middle].time > record.time { low = middle + 1 } else { high = middle }
        }
        held.insert(record, at: low)
        while heldBytes > GorExporter.maximumHeldBytes { writeFirstHeld() }
    }

    private mutating func writeHeld(until time: Int64) {
        while let next = held.last, next.time <= time { writeFirstHeld() }
    }

    private mutating func writeFirstHeld() {
        let record = held.removeLast()
        heldBytes -= record.payload.count
        bytes.append(contentsOf: record.encoded)
    }

    /// Last minus first packet of the message.
    private static func latency(_ message: Exchange.Message) -> Int64 {
        max(0, message.lastByte.nanoseconds(since: message.firstByte))
    }
}

extension GorExporter {
    private static func payload(
        _ request: Exchange.Message, _ head: RequestHead, _ version: HTTPVersion
    ) -> [UInt8] {
        guard version == .http2 else { return framed(request, request.head, head.fields) }
        var fields = head.fields.filter { !$0.isNamed("host") }
        fields.insert(HeaderField(name: "Host", value: head.authority ?? ""), at: 0)
        let line = "\(head.method) \(HeadText.line(head.target)) HTTP/1.1\r\n"
        return framed(request, Array(line.utf8), lengthened(fields, request))
    }

    /// The payload of a response; nil if its head is invalid.
    private static func payload(_ response: Exchange.Message, _ version: HTTPVersion) -> [UInt8]? {
        guard let head = ResponseHead(response.head) else { return nil }
        guard version == .http2 else { return framed(response, response.head, head.fields) }
        return framed(response, Array("HTTP/1.1 \(head.status) \r\n".utf8), lengthened(head.fields, response))
    }

    /// Adds the framing fields that HTTP/1 needs and HTTP/2 expresses in frames.
    private static func lengthened(_ fields: [HeaderField], _ message: Exchange.Message) -> [HeaderField] {
        guard message.bodyBytes > 0, fields.first("content-length") == nil else { return fields }
        return fields + [HeaderField(name: "Content-Length", value: String(message.bodyBytes))]
    }

    /// Head and body as on the wire. `start` is the whole HTTP/1 head, or only the start line, which `fields` follow.
    private static func framed(_ message: Exchange.Message, _ start: [UInt8], _ fields: [HeaderField]) -> [UInt8] {
        var bytes = start == message.head ? start : start + HeadText.lines(fields, lowercased: false)
        let codings = fields.all("transfer-encoding").joined(separator: ",").lowercased()
        guard codings.hasSuffix("chunked") else { return bytes + message.body }
        if !message.body.isEmpty {
            bytes.append(contentsOf: "\(String(message.body.count, radix: 16))\r\n".utf8)
            bytes.append(contentsOf: message.body)
            bytes.append(contentsOf: "\r\n".utf8)
        }
        // A truncated body has no end either.
        guard UInt64(message.body.count) == message.bodyBytes, message.isComplete else { return bytes }
        bytes.append(contentsOf: "0\r\n".utf8)
        return bytes + (message.trailers.isEmpty ? Array("\r\n".utf8) : message.trailers)
    }
}

extension GorRecord {
    /// Whether it contains the separator, so that a reader would end the record too early.
    fileprivate var holdsSeparator: Bool {
        (payload + [0x0a]).withUnsafeBytes { GorReader.separator(in: $0, from: 0, isWhole: true) != nil }
    }
}
