import Traffic

@testable import Plan

/// Builds recorded sessions: each exchange follows the previous one unless it has a time.
struct Recording {
    static let epochNs: Int64 = 1_700_000_000_000_000_000
    private(set) var exchanges: [Exchange] = []
    private(set) var nowNs: Int64
    var session: UInt32
    var authority = "api.example.com"
    var connection: UInt32 = 1

    init(session: UInt32 = 1, startMs: Int64 = 0) {
        self.session = session
        nowNs = Recording.epochNs + startMs * 1_000_000
    }

    /// Adds an exchange that begins `gapMs` after the last one ended and takes `serviceMs`.
    mutating func add(
        _ method: String, _ target: String, fields: [String] = [], body: String = "", type: String? = nil,
        status: UInt16 = 200, answer: String = "", answerFields: [String] = [], answerType: String = "application/json",
        gapMs: Int64 = 10, serviceMs: Int64 = 5
    ) {
        nowNs += gapMs * 1_000_000
        let beganNs = nowNs
        nowNs += serviceMs * 1_000_000
        add(
            method, target, fields: fields, body: body, type: type, status: status, answer: answer,
            answerFields: answerFields, answerType: answerType, beganNs: beganNs, endedNs: nowNs)
    }

    mutating func add(
        _ method: String, _ target: String, fields: [String] = [], body: String = "", type: String? = nil,
        status: UInt16 = 200, answer: String = "", answerFields: [String] = [], answerType: String = "application/json",
        beganNs: Int64, endedNs: Int64
    ) {
        var head = ["\(method) \(target) HTTP/1.1", "Host: \(authority)"] + fields
        if !body.isEmpty {
            head.append("Content-Type: \(type ?? "application/json")")
            head.append("Content-Length: \(body.utf8.count)")
        }
        var answerHead = ["HTTP/1.1 \(status) Status"] + answerFields
        if !answer.isEmpty { answerHead.append("Content-Type: \(answerType)") }
        exchanges.append(
            Exchange(
                connection: connection, session: session,
                request: Recording.message(head, body, beganNs, beganNs),
                response: Recording.message(answerHead, answer, endedNs, endedNs), status: status))
    }

    mutating func edit(_ change: (inout Exchange) -> Void) { change(&exchanges[exchanges.count - 1]) }

    var recorded: RecordedSession { RecordedSession(number: session, exchanges: exchanges) }

    private static func message(_ head: [String], _ body: String, _ firstNs: Int64, _ lastNs: Int64) -> Exchange.Message
    {
        Exchange.Message(
            head: Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8), body: Array(body.utf8),
            firstByte: CaptureTime(nanoseconds: firstNs), lastByte: CaptureTime(nanoseconds: lastNs))
    }

    /// The script of this session alone.
    func script(_ change: (inout PlanOptions) -> Void = { _ in }) throws -> SessionScript {
        try plan(change).scripts[0]
    }

    func plan(_ change: (inout PlanOptions) -> Void = { _ in }) throws -> ReplayPlan {
        var options = PlanOptions()
        change(&options)
        return try ReplayPlan(sessions: [recorded], options: options)
    }
}

/// A request as it is sent.
struct Rendered: Equatable {
    var target: String
    var fields: [String: String]
    var body: String
}

extension SessionScript {
    /// The request at `index` with `values`; nil when one is missing.
    func rendered(_ index: Int, _ values: CloneValues) -> Rendered? {
        let request = requests[index]
        var target: [UInt8] = []
        var body: [UInt8] = []
        var fields: [String: String] = [:]
        guard request.target.append(to: &target, values: values), request.body.append(to: &body, values: values) else {
            return nil
        }
        for field in request.fields {
            var value: [UInt8] = []
            guard field.value.append(to: &value, values: values) else { return nil }
            fields[field.name] = String(decoding: value, as: UTF8.self)
        }
        return Rendered(
            target: String(decoding: target, as: UTF8.self), fields: fields, body: String(decoding: body, as: UTF8.self)
        )
    }

    /// Takes the values of the response to request `index` into `values`.
    func take(_ index: Int, from answer: String, fields: [String] = [], into values: inout CloneValues) {
        let head = Array((["HTTP/1.1 200 OK"] + fields).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8)
        for source in requests[index].sources {
            if let value = source.value(head: head, body: Array(answer.utf8), values: values) {
                values[source.value] = value
            }
        }
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}
