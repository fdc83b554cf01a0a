import HTTPWire
import Traffic

/// An HTTP/1 message parsed from the raw bytes of a record.
struct GorPayload {
    var head: [UInt8] = []
    var body: [UInt8] = []
    var trailers: [UInt8] = []
    /// The expected body bytes: more than present if the record was truncated.
    var bodyBytes: UInt64 = 0
    /// Whether the message ends where its framing requires.
    var isComplete = false
    /// The framing in its head; nil if it is not a valid head.
    var framing: HeadFraming?
    /// Bytes of the record after the message.
    private(set) var rest: [UInt8] = []

    /// Whether the message is an interim response (RFC 9110 section 15.2), which precedes the final one.
    var isInterim: Bool {
        guard let status = framing?.status else { return false }
        return (100..<200).contains(status) && status != 101
    }

    /// Whether `bytes` may be an interim response. Quick, and never true for a final response.
    static func mayBeInterim(_ bytes: [UInt8]) -> Bool { bytes.count > 9 && bytes[9] == UInt8(ascii: "1") }

    /// - Parameter requestMethod: for a response, the method it answers.
    init(_ bytes: [UInt8], isRequest: Bool, requestMethod: RequestMethod = .other) {
        bytes.withUnsafeBytes { parse($0, isRequest, requestMethod) }
        bodyBytes = UInt64(body.count)
        if !isComplete, let length = framing?.contentLength, framing?.isChunked == false {
            bodyBytes = max(bodyBytes, length)
        }
    }

    private mutating func parse(_ bytes: UnsafeRawBufferPointer, _ isRequest: Bool, _ requestMethod: RequestMethod) {
        var parser = HTTP1Parser(isRequest: isRequest)
        var offset = 0
        while true {
            let step = parser.next(bytes, from: offset)
            let run = bytes[step.start..<step.end]
            var endsMessage = step.endsMessage
            switch step.kind {
            case .needsMore:
                isComplete = framing != nil && parser.endOfStream()
                // A truncated head has at least its start line.
                if framing == nil {
                    framing = head.withUnsafeBytes { HeadFraming(startLineOf: $0, isRequest: isRequest) }
                }
                return
            case .unparsable: return
            case .framing: break
            case .head: head.append(contentsOf: run)
            case .body: body.append(contentsOf: run)
            case .trailers: trailers.append(contentsOf: run)
            case .headEnd:
                head.append(contentsOf: run)
                let begun = head.withUnsafeBytes { parser.begin(head: $0, requestMethod: requestMethod) }
                guard let begun else { return }
                framing = begun.framing
                endsMessage = endsMessage || begun.endsMessage
            }
            offset = step.end
            guard endsMessage else { continue }
            isComplete = true
            // An interim response precedes the final one.
            guard isInterim, offset < bytes.count else {
                rest = Array(bytes[offset...])
                return
            }
            self = GorPayload(empty: ())
        }
    }

    private init(empty: Void) {}

    /// Where a message ends.
    enum End: Equatable {
        /// After this many bytes, the last of which belongs to the message.
        case at(Int)
        /// After more bytes than there are, according to its head.
        case later
        /// It is not a message, its head is truncated, or it ends with the record.
        case unknown
    }

    /// The end of the message at the start of `bytes`, including interim responses before it.
    static func end(in bytes: UnsafeRawBufferPointer, isRequest: Bool) -> End {
        var parser = HTTP1Parser(isRequest: isRequest)
        var (offset, headStart) = (0, 0)
        var framing: HeadFraming?
        while true {
            let step = parser.next(bytes, from: offset)
            var endsMessage = step.endsMessage
            switch step.kind {
            case .needsMore: return framing == nil || parser.endOfStream() ? .unknown : .later
            case .unparsable: return .unknown
            case .head, .framing, .body, .trailers: break
            case .headEnd:
                let head = UnsafeRawBufferPointer(rebasing: bytes[headStart..<step.end])
                guard let begun = parser.begin(head: head) else { return .unknown }
                framing = begun.framing
                endsMessage = endsMessage || begun.endsMessage
            }
            if framing == nil, step.kind == .framing { headStart = step.end }
            offset = step.end
            guard endsMessage else { continue }
            let isInterim = framing.map { (100..<200).contains($0.status) && $0.status != 101 } ?? false
            guard isInterim, offset < bytes.count else { return .at(offset) }
            parser = HTTP1Parser(isRequest: isRequest)
            (framing, headStart) = (nil, offset)
        }
    }
}
