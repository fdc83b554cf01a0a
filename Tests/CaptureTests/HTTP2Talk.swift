import Formats
import NIOCore
import NIOHPACK
import Traffic

/// Frames of HTTP/2, as bytes; heads are compressed with the table of the side that sends them.
struct Frames {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    /// What precedes the next block.
    private var sizeUpdate: [UInt8] = []

    static func frame(_ type: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        [UInt8(payload.count >> 16)] + Wire.u16(UInt16(truncatingIfNeeded: payload.count)) + [type, flags]
            + Wire.u32(stream) + payload
    }

    static func settings(_ settings: [(UInt16, UInt32)] = []) -> [UInt8] {
        frame(4, 0, 0, settings.flatMap { Wire.u16($0.0) + Wire.u32($0.1) })
    }

    static func data(_ stream: UInt32, _ text: String, ends: Bool = true) -> [UInt8] {
        frame(0, ends ? 1 : 0, stream, Array(text.utf8))
    }

    static func reset(_ stream: UInt32, code: UInt32 = 8) -> [UInt8] { frame(3, 0, stream, Wire.u32(code)) }

    /// A literal field, neither compressed nor referring to a table.
    static func literal(_ name: String, _ value: [UInt8], isAdded: Bool = false) -> [UInt8] {
        [isAdded ? 0x40 : 0, UInt8(name.utf8.count)] + Array(name.utf8) + length(value.count) + value
    }

    static func literal(_ name: String, _ value: String, isAdded: Bool = false) -> [UInt8] {
        literal(name, Array(value.utf8), isAdded: isAdded)
    }

    /// Empties the table and changes its size, which the next block announces.
    mutating func resizeTable(to size: Int) {
        encoder = HPACKEncoder(allocator: ByteBufferAllocator(), maxDynamicTableSize: size)
        sizeUpdate = [0x20] + (size == 0 ? [] : Frames.number(size, prefix: 0x20, mask: 31))
    }

    private static func length(_ count: Int) -> [UInt8] {
        number(count, prefix: 0, mask: 127)
    }

    private static func number(_ number: Int, prefix: UInt8, mask: UInt8) -> [UInt8] {
        guard number >= Int(mask) else { return [prefix | UInt8(number)] }
        var (bytes, rest): ([UInt8], Int) = ([prefix | mask], number - Int(mask))
        while rest >= 128 {
            bytes.append(0x80 | UInt8(rest & 0x7f))
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// A header block.
    mutating func block(_ fields: [(String, String)]) -> [UInt8] {
        var buffer = ByteBuffer()
        do { try encoder.encode(headers: HPACKHeaders(fields), to: &buffer) } catch { return [] }
        defer { sizeUpdate = [] }
        return sizeUpdate + Array(buffer.readableBytesView)
    }

    /// A whole head, or trailers, in one frame.
    mutating func headers(_ stream: UInt32, _ fields: [(String, String)], ends: Bool = false) -> [UInt8] {
        Frames.frame(1, ends ? 5 : 4, stream, block(fields))
    }

    mutating func get(_ stream: UInt32, _ path: String, _ fields: [(String, String)] = []) -> [UInt8] {
        headers(stream, Frames.request("GET", path) + fields, ends: true)
    }

    mutating func post(_ stream: UInt32, _ path: String, _ body: String) -> [UInt8] {
        headers(stream, Frames.request("POST", path)) + Frames.data(stream, body)
    }

    mutating func ok(_ stream: UInt32, _ body: String, _ fields: [(String, String)] = []) -> [UInt8] {
        headers(stream, [(":status", "200"), ("server", "test")] + fields) + Frames.data(stream, body)
    }

    static func request(_ method: String, _ path: String) -> [(String, String)] {
        [(":method", method), (":scheme", "http"), (":authority", "h:80"), (":path", path), ("user-agent", "test/1")]
    }
}

/// A conversation in HTTP/2 between a client and a server.
struct HTTP2Talk {
    var talk: Talk
    var client = Frames()
    var server = Frames()

    /// A conversation after the TCP handshake, the preface and both sides' settings.
    init(clientPort: UInt16 = 40000) {
        talk = Talk.opened(clientPort: clientPort)
        talk.client(Frames.preface + Frames.settings())
        talk.server(Frames.settings([(3, 100)]) + Frames.frame(4, 1))
        talk.client(Frames.frame(4, 1))
    }

    /// A request and its response, in a segment each.
    mutating func visit(_ stream: UInt32, _ path: String, _ answer: String) {
        talk.client(client.get(stream, path))
        talk.server(server.ok(stream, answer))
    }

    /// The same conversation with segments of at most `size` bytes.
    func cut(to size: Int) -> Talk { talk.cut(to: size) }
}
