import Glibc
import NIOCore
import NIOHPACK

/// HTTP/2 (RFC 9113), as much of it as a client needs that asks for small things: one thread a connection, answers in
/// the order in which their requests were whole, no flow control.
extension LoopbackServer {
    private struct Frame {
        var type: UInt8
        var flags: UInt8
        var stream: UInt32
        var payload: [UInt8]

        var bytes: [UInt8] {
            let count = payload.count
            return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
                + [24, 16, 8, 0].map { UInt8(stream >> $0 & 255) } + payload
        }
    }

    /// Serves a connection whose client has chosen HTTP/2, from its preface on.
    func serveHTTP2(_ stream: ServerStream, connection: Int) {
        let facts = stream.facts
        var reader = StreamReader(stream: stream)
        var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
        var open: [UInt32: Request] = [:]
        guard reader.take(24) != nil, stream.send(Frame(type: 4, flags: 0, stream: 0, payload: []).bytes) else {
            return
        }
        while let frame = nextFrame(&reader) {
            switch frame.type {
            case 1:
                guard var request = request(of: frame, &decoder) else { return }
                request.connection = connection
                request.tls = facts
                open[frame.stream] = request
            case 0: open[frame.stream]?.body += frame.payload
            // SETTINGS and PING want to be acknowledged.
            case 4 where frame.flags & 1 == 0:
                guard stream.send(Frame(type: 4, flags: 1, stream: 0, payload: []).bytes) else { return }
            case 6 where frame.flags & 1 == 0:
                guard stream.send(Frame(type: 6, flags: 1, stream: 0, payload: frame.payload).bytes) else { return }
            default: break
            }
            guard frame.type <= 1, frame.flags & 1 != 0, let request = open.removeValue(forKey: frame.stream) else {
                continue
            }
            note(request)
            guard answer(request, on: frame.stream, of: stream) else { return }
        }
    }

    private func nextFrame(_ reader: inout StreamReader) -> Frame? {
        guard let head = reader.take(9) else { return nil }
        let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
        guard let payload = reader.take(count) else { return nil }
        let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        return Frame(type: head[3], flags: head[4], stream: stream, payload: payload)
    }

    private func request(of frame: Frame, _ decoder: inout HPACKDecoder) -> Request? {
        var block = frame.payload[...]
        if frame.flags & 0x8 != 0, let padding = block.popFirst() { block = block.dropLast(Int(padding)) }
        if frame.flags & 0x20 != 0 { block = block.dropFirst(5) }
        var buffer = ByteBuffer(bytes: block)
        guard let fields = try? decoder.decodeHeaders(from: &buffer) else { return nil }
        let target = fields.first(name: ":path") ?? ""
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        return Request(
            connection: 0, head: "\(fields.first(name: ":method") ?? "") \(target) HTTP/2\r\n\(lines)\r\n", body: [])
    }

    /// - Returns: false when the connection is over.
    private func answer(_ request: Request, on number: UInt32, of stream: ServerStream) -> Bool {
        switch answer(request) {
        case .bytes(let text): return send(text, on: number, of: stream)
        case .late(let text, let milliseconds):
            usleep(UInt32(milliseconds) * 1000)
            return send(text, on: number, of: stream)
        case .bytesAndClose, .reset, .pieces, .relay, .hostile: return false
        // Other streams of the connection continue.
        case .hang: return true
        }
    }

    /// Sends a response that is written as HTTP/1.1 would have it.
    private func send(_ text: String, on number: UInt32, of stream: ServerStream) -> Bool {
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\r\n")
        let status = lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? "200"
        let isChunked = lines.contains("Transfer-Encoding: chunked")
        let block = field(":status", status) + fields(lines.dropFirst().filter { $0 != "Transfer-Encoding: chunked" })
        guard !isChunked else {
            // One chunk, as `Answer.chunked` writes it.
            let pieces = parts[1].split(separator: "\r\n", omittingEmptySubsequences: false)
            let data = Frame(type: 0, flags: 0, stream: number, payload: Array(pieces[1].utf8)).bytes
            let trailers = Frame(type: 1, flags: 5, stream: number, payload: fields(pieces.dropFirst(3))).bytes
            return stream.send(Frame(type: 1, flags: 4, stream: number, payload: block).bytes + data + trailers)
        }
        let body = parts.count > 1 ? Array(parts[1].utf8) : []
        let head = Frame(type: 1, flags: body.isEmpty ? 5 : 4, stream: number, payload: block).bytes
        let data = body.isEmpty ? [] : Frame(type: 0, flags: 1, stream: number, payload: body).bytes
        return stream.send(head + data)
    }

    private func fields(_ lines: some Sequence<Substring>) -> [UInt8] {
        lines.flatMap { line -> [UInt8] in
            guard let colon = line.firstIndex(of: ":") else { return [] }
            return field(line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
    }

    /// A field spelt out (RFC 7541 section 6.2.2); shorter than 127 bytes.
    private func field(_ name: String, _ value: String) -> [UInt8] {
        [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }
}

/// Takes pieces of wanted lengths from a connection.
struct StreamReader {
    let stream: ServerStream
    private var pending: [UInt8] = []

    init(stream: ServerStream) { self.stream = stream }

    /// The next `count` bytes; nil when the client has gone.
    mutating func take(_ count: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16384)
        while pending.count < count {
            let read = buffer.withUnsafeMutableBytes { stream.read($0) }
            guard read > 0 else { return nil }
            pending.append(contentsOf: buffer[..<read])
        }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }
}
