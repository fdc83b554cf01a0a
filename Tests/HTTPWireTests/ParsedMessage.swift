import HTTPWire

/// A message as found by the parser, assembled from its steps.
struct ParsedMessage: Equatable {
    var head = ""
    var body = ""
    var trailers = ""
    var isComplete = false
}

/// The messages of a stream, parsed in chunks of `pieceSize` bytes.
struct ParsedStream: Equatable {
    var messages: [ParsedMessage] = []
    var isLost = false

    init(
        _ text: String, isRequest: Bool, isStrict: Bool = false, pieceSize: Int = .max, methods: [RequestMethod] = [],
        ends: Bool = true
    ) {
        var parser = HTTP1Parser(isRequest: isRequest, isStrict: isStrict)
        var methods = methods[...]
        let bytes = Array(text.utf8)
        var open: ParsedMessage?
        for start in stride(from: 0, to: bytes.count, by: min(pieceSize, max(1, bytes.count))) {
            let piece = Array(bytes[start..<min(bytes.count, start + min(pieceSize, bytes.count))])
            piece.withUnsafeBytes { buffer in
                var offset = 0
                while true {
                    let step = parser.next(buffer, from: offset)
                    if step.kind == .needsMore || step.kind == .unparsable { break }
                    let part = String(decoding: buffer[step.start..<step.end], as: UTF8.self)
                    offset = step.end
                    var endsMessage = step.endsMessage
                    switch step.kind {
                    case .head: open = ParsedMessage(head: (open?.head ?? "") + part)
                    case .headEnd:
                        let message = ParsedMessage(head: (open?.head ?? "") + part)
                        open = message
                        let begun = Array(message.head.utf8).withUnsafeBytes { head in
                            parser.begin(head: head, requestMethod: methods.popFirst() ?? .other)
                        }
                        guard let begun else { open = nil; break }
                        endsMessage = begun.endsMessage
                    case .body: open?.body += part
                    case .trailers: open?.trailers += part
                    default: break
                    }
                    if endsMessage, var message = open {
                        message.isComplete = true
                        messages.append(message)
                        open = nil
                    }
                }
            }
        }
        isLost = parser.isLost
        if var message = open {
            message.isComplete = ends && parser.endOfStream()
            messages.append(message)
        }
    }
}
