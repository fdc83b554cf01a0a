internal import Plan
internal import Traffic

/// Renders whole messages from templates and a clone's values, for the transport that writes bytes.
struct MessageRenderer: ~Copyable {
    private var message: [UInt8] = []
    private var body: [UInt8] = []
    private var trailers: [UInt8] = []
    /// The last message while it is sent: an array may move, bytes being sent must not.
    private var sent = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)

    deinit { sent.deallocate() }

    /// Renders a message.
    ///
    /// - Returns: why it cannot be sent; nil when it can.
    mutating func render(
        _ template: borrowing RequestTable.MessageTemplate, values: CloneValues
    ) -> RequestRenderer.Refusal? {
        message.removeAll(keepingCapacity: true)
        guard template.head.start.append(to: &message, values: values) else { return .missingValue }
        body.removeAll(keepingCapacity: true)
        guard template.body.append(to: &body, values: values) else { return .missingValue }
        if let rest = template.head.rest {
            message.append(contentsOf: String(body.count).utf8)
            guard rest.append(to: &message, values: values) else { return .missingValue }
        }
        trailers.removeAll(keepingCapacity: true)
        guard template.trailers.append(to: &trailers, values: values) else { return .missingValue }
        RequestCompiler.append(body: body, isChunked: template.isChunked, trailers: trailers, to: &message)
        return MessageRenderer.hasPath(message) ? nil : .foreignTarget
    }

    /// Whether the request target in a request line is a path.
    private static func hasPath(_ message: [UInt8]) -> Bool {
        guard let space = message.firstIndex(of: 0x20), space + 2 < message.count, message[space + 1] > 0x20 else {
            return false
        }
        return RequestTarget.isPath(first: message[space + 1], isAlone: message[space + 2] <= 0x20)
    }

    /// The last rendered message; valid until the next one is rendered.
    var bytes: UnsafeRawBufferPointer {
        mutating get {
            if sent.count < message.count {
                sent.deallocate()
                sent = .allocate(byteCount: message.count * 2, alignment: 16)
            }
            sent.copyBytes(from: message)
            return UnsafeRawBufferPointer(rebasing: sent[..<message.count])
        }
    }
}
