import Crypto
import Formats
import HTTPWire
import Traffic

/// Reads what ``JSONLinesExporter`` writes, in its short or its full form.
///
/// Short lines do not contain heads and bodies: heads are made from the available fields, and messages with a body are
/// incomplete.
struct JSONLinesReader {
    /// Longer bodies are truncated.
    private static let maximumBodyBytes = 64 << 20
    private static let maximumHeadBytes = 4 << 20

    enum Item {
        case exchange(ImportedExchange)
        case loss(CaptureLoss)
        /// An object without the fields of an exchange or a loss.
        case unknown
    }

    /// The next line's content; nil at the end of the file.
    func next(_ reader: inout JSONReader) throws(InterchangeError) -> Item? {
        guard try reader.peek() != .end else { return nil }
        var line = Line()
        guard try reader.enter(.object) else { return .unknown }
        while let name = try reader.nextName() {
            if name == "loss" { return try .loss(loss(&reader)) }
            try read(name, into: &line, &reader)
        }
        return line.exchange.map { .exchange($0) } ?? .unknown
    }

    /// Whether a line may have a member with this name.
    static func isField(_ name: String) -> Bool {
        if name == "loss" || fields.contains(name) { return true }
        return ["request", "response"].contains {
            name.hasPrefix($0) && partFields.contains(String(name.dropFirst($0.count)))
        }
    }

    private static let fields: Set<String> = [
        "connection", "session", "time", "method", "scheme", "authority", "target", "status", "ttfbNs", "durationNs",
        "httpVersion", "complete", "client", "server", "push",
    ]
    private static let partFields: Set<String> = [
        "Head", "HeadBase64", "Body", "BodyBase64", "Trailers", "TrailersBase64", "BodyBytes", "BodySHA256",
        "FirstByte",
        "LastByte", "Complete",
    ]

    private func loss(_ reader: inout JSONReader) throws(InterchangeError) -> CaptureLoss {
        var loss = CaptureLoss(second: 0)
        guard try reader.enter(.object) else { return loss }
        while let name = try reader.nextName() {
            if name == "second" {
                loss.second = try reader.integer(Int64.self) ?? 0
            } else if name == CaptureLoss.longestClockStep.description {
                loss.anomalies.longestClockStepNs = try reader.integer(Int64.self) ?? 0
            } else if let member = (CaptureLoss.members + CaptureLoss.anomalyMembers).first(where: {
                $0.name.description == name
            }) {
                loss[keyPath: member.path] = try reader.integer(UInt64.self) ?? 0
            } else {
                try reader.skip()
            }
        }
        while try reader.nextName() != nil { try reader.skip() }
        return loss
    }

    private func read(_ name: String, into line: inout Line, _ reader: inout JSONReader) throws(InterchangeError) {
        if name.hasPrefix("request"), try read(name.dropFirst(7), into: &line.request, &reader) { return }
        if name.hasPrefix("response"), try read(name.dropFirst(8), into: &line.response, &reader) { return }
        switch name {
        case "connection": line.connection = try reader.text()
        case "session": line.session = try reader.text()
        case "time": line.time = try reader.integer(Int64.self)
        case "method": line.method = try reader.text()
        case "scheme": line.scheme = try reader.text()
        case "authority": line.authority = try reader.text()
        case "target": line.target = try reader.text()
        case "status": line.status = try reader.integer(UInt16.self)
        case "ttfbNs": line.firstByteDelay = try reader.integer(Int64.self)
        case "durationNs": line.duration = try reader.integer(Int64.self)
        case "httpVersion": line.version = try reader.text()
        case "complete": line.isComplete = try reader.bool()
        case "push": line.isPush = try reader.bool() ?? false
        case "client": line.client = try reader.text()
        case "server": line.server = try reader.text()
        default: try reader.skip()
        }
    }

    /// - Returns: false, with nothing read, if a message has no such field.
    private func read(
        _ name: Substring, into message: inout Line.Message, _ reader: inout JSONReader
    ) throws(InterchangeError) -> Bool {
        let head = JSONLinesReader.maximumHeadBytes
        switch name {
        case "Head": message.head = try bytes(&reader, head, isBase64: false)
        case "HeadBase64": message.head = try bytes(&reader, head, isBase64: true)
        case "Body": message.body = try bytes(&reader, Self.maximumBodyBytes, isBase64: false)
        case "BodyBase64": message.body = try bytes(&reader, Self.maximumBodyBytes, isBase64: true)
        case "Trailers": message.trailers = try bytes(&reader, head, isBase64: false)
        case "TrailersBase64": message.trailers = try bytes(&reader, head, isBase64: true)
        case "BodyBytes": message.bodyBytes = try reader.integer(UInt64.self)
        case "BodySHA256": message.bodyDigest = try reader.text()
        case "FirstByte":
            message.isFull = true
            message.firstByte = try reader.integer(Int64.self)
        case "LastByte": message.lastByte = try reader.integer(Int64.self)
        case "Complete": message.isComplete = try reader.bool()
        default: return false
        }
        return true
    }

    private func bytes(
        _ reader: inout JSONReader, _ limit: Int, isBase64: Bool
    ) throws(InterchangeError) -> [UInt8]? {
        guard try reader.peek() == .string else {
            try reader.skip()
            return nil
        }
        let text = try reader.string(limit: isBase64 ? limit / 3 * 4 : limit)
        guard isBase64 else { return text.bytes }
        guard let decoded = Base64.lenient(text.bytes) else { throw reader.bad("this is not base64") }
        return decoded
    }
}

/// The fields of a line.
private struct Line {
    var connection: String?
    var session: String?
    var time: Int64?
    var method: String?
    var scheme: String?
    var authority: String?
    var target: String?
    var status: UInt16?
    var firstByteDelay: Int64?
    var duration: Int64?
    var version: String?
    var isComplete: Bool?
    var isPush = false
    var client: String?
    var server: String?
    var request = Message()
    var response = Message()

    struct Message {
        var head: [UInt8]?
        var body: [UInt8]?
        var trailers: [UInt8]?
        var bodyBytes: UInt64?
        /// In hexadecimal digits; nil if the line has none, as for a body that was not kept completely.
        var bodyDigest: String?
        var firstByte: Int64?
        var lastByte: Int64?
        var isComplete: Bool?
        /// Whether the line has times: then a missing message was not seen.
        var isFull = false

        /// The message of a full line; nil if the line has none.
        var message: Exchange.Message? {
            guard let head, let firstByte, let lastByte else { return nil }
            var message = Exchange.Message(
                head: head, body: body ?? [], trailers: trailers ?? [],
                bodyBytes: bodyBytes ?? UInt64(body?.count ?? 0), firstByte: CaptureTime(nanoseconds: firstByte),
                lastByte: CaptureTime(nanoseconds: lastByte), isComplete: isComplete ?? true)
            if !fits(message) { message.isComplete = false }
            return message
        }

        /// Whether the body matches the line's size and digest.
        private func fits(_ message: Exchange.Message) -> Bool {
            guard let bodyDigest else { return UInt64(message.body.count) <= message.bodyBytes }
            return message.bodyDigest.map { Hex.text($0) == bodyDigest.lowercased() } ?? false
        }
    }

    var exchange: ImportedExchange? {
        guard let time, isExchange(time) else { return nil }
        let version = HTTPVersion.allCases.first { $0.label == self.version } ?? .http11
        let request = request.isFull ? request.message : shortRequest(version, time)
        let response = response.isFull ? response.message : shortResponse(version, time)
        var imported = ImportedExchange(
            Exchange(
                connection: 0, session: 0, version: version, scheme: scheme == "https" ? .https : .http,
                request: request, response: response, status: status, isPush: isPush))
        if let connection { imported.connection = UInt32(connection).map { .number($0) } ?? .name(connection) }
        if let session { imported.session = UInt32(session).map { .number($0) } ?? .name(session) }
        imported.client = client.flatMap { SocketAddress(text: $0) }
        imported.server = server.flatMap { SocketAddress(text: $0) }
        return imported
    }

    /// Whether the line is an exchange: it has a message and a time in nanoseconds. Logs of other programs also have a
    /// time and a status, but in seconds or milliseconds, and without a connection.
    private func isExchange(_ time: Int64) -> Bool {
        let hasMessage = request.isFull || response.isFull || status != nil || method != nil && target != nil
        let isNanoseconds = !(100_000_000..<100_000_000_000_000_000).contains(time)
        return hasMessage && (isNanoseconds || connection != nil || session != nil) && hasTimesInOrder(time)
    }

    /// Whether the times of an exchange are in order. A line of a full export has the recorded times, in order or not.
    private func hasTimesInOrder(_ time: Int64) -> Bool {
        if request.isFull || response.isFull {
            return [request, response].allSatisfy { ($0.firstByte ?? .min) <= ($0.lastByte ?? .max) }
        }
        let (delay, duration) = (firstByteDelay ?? 0, duration ?? .max)
        return delay >= 0 && delay <= duration && !time.addingReportingOverflow(self.duration ?? delay).overflow
    }

    private func shortRequest(_ version: HTTPVersion, _ time: Int64) -> Exchange.Message? {
        guard let method = method.flatMap(HeadText.token) else { return nil }
        let authority = HeadText.line(authority ?? "")
        let target = HeadText.line(target ?? "/")
        let length = request.bodyBytes ?? 0
        var head =
            version == .http2
            ? ":method: \(method)\r\n:scheme: \(scheme ?? "https")\r\n:authority: \(authority)\r\n:path: \(target)\r\n"
            : "\(method) \(target) HTTP/\(version.label)\r\n" + (authority.isEmpty ? "" : "Host: \(authority)\r\n")
        if length > 0 { head += "content-length: \(length)\r\n" }
        return message(head, length, from: time, to: time)
    }

    private func shortResponse(_ version: HTTPVersion, _ time: Int64) -> Exchange.Message? {
        guard let status else { return nil }
        let length = response.bodyBytes ?? 0
        let start = version == .http2 ? ":status: \(status)\r\n" : "HTTP/\(version.label) \(status) \r\n"
        let ended = time &+ (duration ?? firstByteDelay ?? 0)
        return message(
            start + "content-length: \(length)\r\n", length, from: firstByteDelay.map { time &+ $0 } ?? ended, to: ended
        )
    }

    private func message(_ head: String, _ length: UInt64, from first: Int64, to last: Int64) -> Exchange.Message {
        Exchange.Message(
            head: Array((head + "\r\n").utf8), bodyBytes: length, firstByte: CaptureTime(nanoseconds: first),
            lastByte: CaptureTime(nanoseconds: last), isComplete: length == 0 && isComplete ?? true)
    }
}
