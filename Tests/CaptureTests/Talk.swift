import Capture
import Traffic

/// A TCP segment to be put into a packet.
struct TestSegment {
    var isFromClient: Bool
    var sequence: UInt32
    var acknowledgement: UInt32
    var flags: UInt8
    var payload: [UInt8] = []
    /// Microseconds since the beginning of the test's time.
    var microseconds: Int64
    /// Bytes of the payload that the capture kept.
    var keptBytes: Int?

    static let fin: UInt8 = 1
    static let syn: UInt8 = 2
    static let reset: UInt8 = 4
    static let push: UInt8 = 8
    static let ack: UInt8 = 16
}

/// A conversation between a client and a server, segment by segment; tests reorder, repeat and drop segments.
struct Talk {
    var client = SocketAddress(v4: 0x0a00_0001, port: 40000)
    var server = SocketAddress(v4: 0x0a00_0002, port: 80)
    var clientNext: UInt32 = 1000
    var serverNext: UInt32 = 900_000
    var microseconds: Int64 = 0
    var segments: [TestSegment] = []

    /// A conversation that has not begun.
    init(clientPort: UInt16 = 40000, clientNext: UInt32 = 1000, serverNext: UInt32 = 900_000) {
        client.port = clientPort
        self.clientNext = clientNext
        self.serverNext = serverNext
    }

    /// A conversation after its three-way handshake.
    static func opened(clientPort: UInt16 = 40000, clientNext: UInt32 = 1000, serverNext: UInt32 = 900_000) -> Talk {
        var talk = Talk(clientPort: clientPort, clientNext: clientNext, serverNext: serverNext)
        talk.open()
        return talk
    }

    /// `GET /a → 200 0123456789`, from the handshake to both FINs.
    static let whole: Talk = {
        var talk = Talk.opened()
        talk.visit("/a", "0123456789")
        talk.close()
        return talk
    }()

    /// The three-way handshake.
    mutating func open() {
        send(fromClient: true, flags: TestSegment.syn)
        send(fromClient: false, flags: TestSegment.syn | TestSegment.ack)
        send(fromClient: true, flags: TestSegment.ack)
    }

    /// A segment from the client; returns its index.
    @discardableResult
    mutating func client(_ text: String) -> Int { client(Array(text.utf8)) }

    @discardableResult
    mutating func client(_ bytes: [UInt8]) -> Int {
        send(fromClient: true, flags: TestSegment.ack | TestSegment.push, bytes)
    }

    /// A segment from the server; returns its index.
    @discardableResult
    mutating func server(_ text: String) -> Int { server(Array(text.utf8)) }

    @discardableResult
    mutating func server(_ bytes: [UInt8]) -> Int {
        send(fromClient: false, flags: TestSegment.ack | TestSegment.push, bytes)
    }

    /// An empty acknowledgement.
    mutating func acknowledge(fromClient: Bool) { send(fromClient: fromClient, flags: TestSegment.ack) }

    /// A segment with explicit numbers, which does not advance the conversation; returns its index.
    @discardableResult
    mutating func stray(
        fromClient: Bool, flags: UInt8, sequence: UInt32, acknowledgement: UInt32 = 0, _ text: String = ""
    ) -> Int {
        microseconds += 1000
        segments.append(
            TestSegment(
                isFromClient: fromClient, sequence: sequence, acknowledgement: acknowledgement, flags: flags,
                payload: Array(text.utf8), microseconds: microseconds))
        return segments.count - 1
    }

    /// A request and its response.
    mutating func visit(_ target: String, _ answer: String = "ok") {
        client(get(target))
        server(ok(answer))
    }

    /// Both sides' FINs.
    mutating func close() {
        send(fromClient: true, flags: TestSegment.fin | TestSegment.ack)
        send(fromClient: false, flags: TestSegment.fin | TestSegment.ack)
        acknowledge(fromClient: true)
    }

    @discardableResult
    mutating func send(fromClient: Bool, flags: UInt8, _ bytes: [UInt8] = []) -> Int {
        microseconds += 1000
        let acknowledges = flags & TestSegment.ack != 0
        segments.append(
            TestSegment(
                isFromClient: fromClient, sequence: fromClient ? clientNext : serverNext,
                acknowledgement: acknowledges ? (fromClient ? serverNext : clientNext) : 0, flags: flags,
                payload: bytes, microseconds: microseconds))
        let length = UInt32(bytes.count) &+ (flags & (TestSegment.syn | TestSegment.fin) != 0 ? 1 : 0)
        if fromClient { clientNext = clientNext &+ length } else { serverNext = serverNext &+ length }
        return segments.count - 1
    }

    /// The same conversation with segments of at most `size` bytes.
    func cut(to size: Int) -> Talk {
        var cut = Talk(clientPort: client.port)
        for segment in segments {
            guard segment.payload.count > size else {
                cut.send(fromClient: segment.isFromClient, flags: segment.flags, segment.payload)
                continue
            }
            for start in stride(from: 0, to: segment.payload.count, by: size) {
                let part = segment.payload[start..<min(start + size, segment.payload.count)]
                cut.send(fromClient: segment.isFromClient, flags: segment.flags, Array(part))
            }
        }
        return cut
    }

    /// The IPv4 packet of a segment.
    func packet(_ segment: TestSegment) -> [UInt8] {
        let source = segment.isFromClient ? client : server
        let destination = segment.isFromClient ? server : client
        return Wire.ipv4(
            UInt32(truncatingIfNeeded: source.low), UInt32(truncatingIfNeeded: destination.low), transport: 6,
            Wire.tcp(
                source.port, destination.port, segment.sequence, segment.acknowledgement, segment.flags,
                segment.payload))
    }
}

/// Headers, as bytes.
enum Wire {
    static func u16(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }

    static func u32(_ value: UInt32) -> [UInt8] {
        u16(UInt16(value >> 16)) + u16(UInt16(truncatingIfNeeded: value))
    }

    static func tcp(
        _ source: UInt16, _ destination: UInt16, _ sequence: UInt32, _ acknowledgement: UInt32, _ flags: UInt8,
        _ payload: [UInt8]
    ) -> [UInt8] {
        u16(source) + u16(destination) + u32(sequence) + u32(acknowledgement) + [0x50, flags] + u16(65535) + u32(0)
            + payload
    }

    static func udp(_ source: UInt16, _ destination: UInt16, _ payload: [UInt8]) -> [UInt8] {
        u16(source) + u16(destination) + u16(UInt16(payload.count + 8)) + u16(0) + payload
    }

    static func ipv4(
        _ source: UInt32, _ destination: UInt32, transport: UInt8, _ payload: [UInt8], options: [UInt8] = [],
        fragment: UInt16 = 0, identification: UInt16 = 0, totalLength: Int? = nil
    ) -> [UInt8] {
        let header = 20 + options.count
        return [0x40 | UInt8(header / 4), 0] + u16(UInt16(totalLength ?? header + payload.count))
            + u16(identification) + u16(fragment) + [64, transport] + u16(0) + u32(source) + u32(destination)
            + options + payload
    }

    static func ipv6(_ source: UInt32, _ destination: UInt32, next: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0x60, 0, 0, 0] + u16(UInt16(payload.count)) + [next, 64] + u32(0x2001_0db8) + u32(0) + u32(0) + u32(source)
            + u32(0x2001_0db8) + u32(0) + u32(0) + u32(destination) + payload
    }

    static func ethernet(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 2, count: 12) + u16(type) + payload
    }
}
