import Capture
import Formats
import TestSupport
import Traffic

/// A random, fully known conversation: what was sent, which packets of it a capture sees, and in which order.
struct ModelledTalk {
    /// What happens between the wire and the capture.
    struct Weather {
        /// Share of segments that the capture never sees, including their retransmissions.
        var lost = 0.0
        /// Share of segments that are retransmitted, split differently.
        var repeated = 0.0
        /// Maximum distance by which packets are reordered.
        var disorder = 0
        /// Segments of older connections that come in between.
        var stale = 0
        /// Whether the connection ends with FINs, a RST or not at all: 0, 1, 2.
        var ending = 0
    }

    /// One direction, as it was sent.
    struct Side {
        var first: UInt32
        var bytes: [UInt8] = []
        /// Where each message begins and ends.
        var messages: [Range<Int>] = []
        /// Where segments may be cut: not within a start line.
        var cuts: [Int] = []
        /// Bytes acknowledged by the peer so far, in sending order.
        var acknowledged = 0
        var hasFIN = false

        /// The sequence number of the byte at `index`.
        func number(_ index: Int) -> UInt32 { first &+ UInt32(index) }
    }

    private(set) var client: Side
    private(set) var server: Side
    /// What the capture sees, in its order.
    private(set) var packets: [TestSegment] = []
    /// The bytes of each direction in packets that the capture sees.
    private(set) var seenClient: [Bool] = []
    private(set) var seenServer: [Bool] = []
    private var random: SplitMix64
    private var clock: Int64 = 0

    init(seed: UInt64, _ weather: Weather) {
        random = SplitMix64(seed: seed)
        client = Side(first: ModelledTalk.number(&random))
        server = Side(first: ModelledTalk.number(&random))
        var sent: [TestSegment] = []
        sent.append(segment(true, TestSegment.syn, client.first &- 1, 0, []))
        sent.append(segment(false, TestSegment.syn | TestSegment.ack, server.first &- 1, client.first, []))
        sent.append(segment(true, TestSegment.ack, client.first, server.first, []))
        let handshake = sent.count
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let request = ModelledTalk.request(number, &random)
            sent += transmit(fromClient: true, request.head, request.body, weather)
            let response = ModelledTalk.response(number, &random)
            sent += transmit(fromClient: false, response.head, response.body, weather)
        }
        let ending = endSegments(weather.ending)
        let stale = (0..<weather.stale).map { _ in staleSegment() }
        packets = sent
        seenClient = Array(repeating: false, count: client.bytes.count)
        seenServer = Array(repeating: false, count: server.bytes.count)
        let body = disordered(lossy(Array(sent[handshake...]), weather.lost), weather.disorder)
        packets = Array(sent[..<handshake])
        var rest = body + ending
        for one in stale { rest.insert(one, at: Int.random(in: 0..<max(1, body.count), using: &random)) }
        packets += rest
        for index in packets.indices { packets[index].microseconds = Int64(index + 1) * 100 }
    }

    /// Sequence numbers that often wrap around.
    private static func number(_ random: inout SplitMix64) -> UInt32 {
        Bool.random(using: &random) ? UInt32.max - UInt32.random(in: 0..<400, using: &random) : random.next32()
    }

    private static func request(_ number: Int, _ random: inout SplitMix64) -> (head: String, body: String) {
        guard Bool.random(using: &random) else { return ("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n", "") }
        let body = text("q\(number)", &random)
        return ("POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n", body)
    }

    private static func response(_ number: Int, _ random: inout SplitMix64) -> (head: String, body: String) {
        let body = text("r\(number)", &random)
        return ("HTTP/1.1 200 OK\r\nX: \(number)\r\nContent-Length: \(body.utf8.count)\r\n\r\n", body)
    }

    /// A body that identifies its message, contains nothing that looks like a message, and ends with a line end.
    private static func text(_ name: String, _ random: inout SplitMix64) -> String {
        (0..<Int.random(in: 1...12, using: &random)).map { "\(name).\($0)" }.joined(separator: " ") + "\n"
    }

    private func segment(
        _ isFromClient: Bool, _ flags: UInt8, _ sequence: UInt32, _ acknowledgement: UInt32, _ payload: [UInt8]
    ) -> TestSegment {
        TestSegment(
            isFromClient: isFromClient, sequence: sequence, acknowledgement: acknowledgement, flags: flags,
            payload: payload, microseconds: 0)
    }

    /// Sends a message in segments of random sizes, with some retransmissions.
    private mutating func transmit(
        fromClient: Bool, _ head: String, _ body: String, _ weather: Weather
    ) -> [TestSegment] {
        let bytes = Array((head + body).utf8)
        let lineEnd = (bytes.firstIndex(of: 10) ?? 0) + 1
        var side = fromClient ? client : server
        let other = fromClient ? server : client
        let start = side.bytes.count
        side.messages.append(start..<(start + bytes.count))
        side.cuts.append(start)
        side.cuts += (lineEnd..<bytes.count).filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
            .map { start + $0 }
        side.bytes += bytes
        if fromClient { client = side } else { server = side }
        let bounds = side.cuts.filter { $0 >= start } + [start + bytes.count]
        var sent = zip(bounds, bounds.dropFirst()).map { from, to in
            segment(
                fromClient, TestSegment.ack, side.number(from), other.number(other.bytes.count),
                Array(side.bytes[from..<to]))
        }
        for _ in 0..<sent.count where Double.random(in: 0..<1, using: &random) < weather.repeated {
            // From any cut of the message to any later one: once answered, it is not retransmitted.
            guard let from = bounds.dropLast().randomElement(using: &random),
                let to = bounds.filter({ $0 > from }).randomElement(using: &random)
            else { continue }
            sent.append(
                segment(
                    fromClient, TestSegment.ack, side.number(from), other.number(other.bytes.count),
                    Array(side.bytes[from..<to])))
        }
        // The peer acknowledges what it has received.
        sent.append(
            segment(
                !fromClient, TestSegment.ack, other.number(other.bytes.count), side.number(side.bytes.count), []))
        return sent
    }

    private mutating func endSegments(_ ending: Int) -> [TestSegment] {
        let (clientEnd, serverEnd) = (client.number(client.bytes.count), server.number(server.bytes.count))
        switch ending {
        case 0:
            (client.hasFIN, server.hasFIN) = (true, true)
            return [
                segment(true, TestSegment.fin | TestSegment.ack, clientEnd, serverEnd, []),
                segment(false, TestSegment.fin | TestSegment.ack, serverEnd, clientEnd &+ 1, []),
                segment(true, TestSegment.ack, clientEnd &+ 1, serverEnd &+ 1, []),
            ]
        case 1:
            return [segment(Bool.random(using: &random), TestSegment.reset, 0, 0, [])].map { one in
                var one = one
                one.sequence = one.isFromClient ? clientEnd : serverEnd
                return one
            }
        default: return []
        }
    }

    /// A segment of an older connection between the same endpoints, with distant numbers.
    private mutating func staleSegment() -> TestSegment {
        let isFromClient = Bool.random(using: &random)
        let side = isFromClient ? client : server
        let far = UInt32.random(in: (1 << 21)...(UInt32.max - 1 << 21), using: &random)
        let flags: [UInt8] = [
            TestSegment.ack, TestSegment.ack | TestSegment.push, TestSegment.reset, TestSegment.fin | TestSegment.ack,
            TestSegment.reset | TestSegment.ack, TestSegment.syn, TestSegment.syn | TestSegment.ack,
        ]
        let kind = flags.randomElement(using: &random) ?? TestSegment.ack
        let carries = kind & (TestSegment.syn | TestSegment.reset) == 0 && Bool.random(using: &random)
        let text = isFromClient ? "GET /stale HTTP/1.1\r\n\r\n" : "HTTP/1.1 599 Stale\r\nContent-Length: 0\r\n\r\n"
        return segment(
            isFromClient, kind, side.number(side.bytes.count) &+ far, random.next32(), carries ? Array(text.utf8) : [])
    }

    /// Removes the segments that the capture misses, and notes the bytes in the rest.
    private mutating func lossy(_ sent: [TestSegment], _ share: Double) -> [TestSegment] {
        let kept = sent.filter { _ in Double.random(in: 0..<1, using: &random) >= share }
        for one in kept {
            let side = one.isFromClient ? client : server
            let start = Int(one.sequence &- side.first)
            for index in start..<(start + one.payload.count) {
                if one.isFromClient { seenClient[index] = true } else { seenServer[index] = true }
            }
        }
        return kept
    }

    private mutating func disordered(_ sent: [TestSegment], _ places: Int) -> [TestSegment] {
        guard places > 0 else { return sent }
        let keys = sent.indices.map { Double($0) + Double.random(in: 0..<Double(places), using: &random) }
        return sent.indices.sorted { keys[$0] < keys[$1] }.map { sent[$0] }
    }
}

extension SplitMix64 {
    mutating func next32() -> UInt32 { UInt32(truncatingIfNeeded: next()) }
}
