import Traffic

/// The bytes of a recorded message, valid during a call.
struct MessageView {
    let head: Bytes
    let body: Bytes
    let trailers: Bytes
    let bodyBytes: UInt64
    let isComplete: Bool

    init(_ message: ExchangeBatch.Message, _ bytes: Bytes) {
        head = bytes.part(message.head.indices)
        body = bytes.part(message.body.indices)
        trailers = bytes.part(message.trailers.indices)
        bodyBytes = message.bodyBytes
        isComplete = message.isComplete
    }

    /// Whether the body is complete.
    var isBodyWhole: Bool { UInt64(body.count) == bodyBytes && isComplete }
}

/// The bytes of an exchange, valid during a call.
struct ExchangeView {
    let request: MessageView?
    let response: MessageView?

    init(_ record: ExchangeBatch.Record, _ bytes: Bytes) {
        request = record.request.map { MessageView($0, bytes) }
        response = record.response.map { MessageView($0, bytes) }
    }
}

/// The outcome for a message: nil for unchanged parts.
struct MessageOutcome {
    var head: [UInt8]?
    var body: [UInt8]?
    var trailers: [UInt8]?
    var bodyBytes: UInt64
}

/// The outcome for an exchange.
struct ExchangeOutcome {
    var request: MessageOutcome?
    var response: MessageOutcome?

    var isUnchanged: Bool {
        [request, response].allSatisfy { $0.map { $0.head == nil && $0.body == nil && $0.trailers == nil } ?? true }
    }
}
