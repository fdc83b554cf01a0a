import Formats

/// The bytes that the two sides of a TCP connection send, in order.
struct Conversation {
    /// Bytes that one side sends at once, or a hole.
    struct Turn {
        var isFromClient: Bool
        var bytes: [UInt8]
        /// Whether the bytes are lost on their way to the capture.
        var isLost = false
    }

    var turns: [Turn] = []
    /// Whether the capture saw the handshake.
    var hasHandshake = true
    /// Whether both sides end it.
    var isClosed = true

    /// Adds to the current turn, or begins one.
    mutating func say(_ bytes: [UInt8], fromClient: Bool) {
        guard !bytes.isEmpty else { return }
        if let last = turns.indices.last, turns[last].isFromClient == fromClient, !turns[last].isLost,
            turns[last].bytes.count + bytes.count <= 60000
        {
            turns[last].bytes += bytes
        } else {
            turns.append(Turn(isFromClient: fromClient, bytes: bytes))
        }
    }

    /// Bytes that the capture does not see.
    mutating func lose(_ count: Int, fromClient: Bool) {
        turns.append(Turn(isFromClient: fromClient, bytes: Array(repeating: 0, count: count), isLost: true))
    }

    /// Whether one side sends only HTTP/1 requests and the other only responses. Anything else is searched for the
    /// start of a message, which is found only at the start of a segment.
    var isHTTP1: Bool {
        let sides = [true, false].map { side in
            turns.filter { $0.isFromClient == side }.map { StartLine(first: $0.bytes) }
        }
        return sides.allSatisfy { side in side.allSatisfy { $0 == side[0] && $0 != .other } }
            && sides[0].first != sides[1].first
    }

    /// Its segments, none larger than `cut` allows. Without a handshake, the first line of each side is not divided: in
    /// the middle of a connection, the start of a message is recognised only within one segment.
    func segments(cut: Cut) -> [Segment] {
        var cut = cut
        var writer = SegmentWriter()
        if hasHandshake { writer.shakeHands() }
        var hasBegun = (client: hasHandshake, server: hasHandshake)
        for (number, turn) in turns.enumerated() {
            writer.second = Int64(number)
            var rest = turn.bytes[...]
            while !rest.isEmpty {
                var size = min(rest.count, cut.nextSize())
                if turn.isFromClient ? !hasBegun.client : !hasBegun.server {
                    size = max(size, (rest.firstIndex(of: 0x0a) ?? rest.endIndex - 1) + 1 - rest.startIndex)
                    if turn.isFromClient { hasBegun.client = true } else { hasBegun.server = true }
                }
                writer.send(Array(rest.prefix(size)), fromClient: turn.isFromClient, isLost: turn.isLost)
                rest = rest.dropFirst(size)
            }
        }
        if isClosed { writer.close() }
        return writer.segments
    }
}

/// How a stream is divided into segments.
enum Cut {
    /// As sent.
    case none
    /// Byte by byte.
    case bytes
    /// At random positions.
    case random(SplitMix64)

    mutating func nextSize() -> Int {
        switch self {
        case .none: return 60000
        case .bytes: return 1
        case .random(var generator):
            defer { self = .random(generator) }
            let isLong = Int.random(in: 0..<4, using: &generator) == 0
            return Int.random(in: 1...(isLong ? 1500 : 24), using: &generator)
        }
    }
}

/// The beginning of a turn.
private enum StartLine {
    case request
    case response
    case other

    init(first bytes: [UInt8]) {
        let words = bytes.prefix { $0 != 0x0a }.split(separator: 0x20, maxSplits: 2)
        if bytes.starts(with: "HTTP/1.".utf8) {
            self = .response
        } else if words.count == 3, words[0].allSatisfy({ (0x41...0x5a).contains($0) }),
            words[2].starts(with: "HTTP/1.".utf8), words[2].dropFirst(8).allSatisfy({ $0 == 0x0d }), words[2].count < 10
        {
            self = .request
        } else {
            self = .other
        }
    }
}
