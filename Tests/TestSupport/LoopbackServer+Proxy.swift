import COpenSSL
import Glibc

/// A proxy, as much of one as a test of its clients needs: HTTP in both forms (RFC 9110 sections 7.6 and 9.3.6) and
/// SOCKS 5 (RFC 1928, RFC 1929).
extension LoopbackServer {
    /// A proxy that reaches everything at `port`, whatever it is asked for. Its requests are the first of each
    /// connection.
    public static func proxy(to port: UInt16, tls: ServerTLS? = nil) throws -> LoopbackServer {
        try LoopbackServer(tls: tls) { request in
            .relay(port: port, reply: request.head.hasPrefix("CONNECT ") ? "HTTP/1.1 200 Connected\r\n\r\n" : nil)
        }
    }

    /// Serves a connection whose client speaks SOCKS: its request is noted as `SOCKS HOST:PORT`, with `USER:PASSWORD`
    /// in `Proxy-Authorization`, and refused unless the answer is a relay.
    func serveSOCKS(_ stream: ServerStream, connection: Int) {
        var reader = StreamReader(stream: stream)
        guard let greeting = reader.take(2), let methods = reader.take(Int(greeting[1])) else { return }
        var credentials = ""
        if methods.contains(2) {
            guard stream.send([5, 2]), let start = reader.take(2), let user = reader.take(Int(start[1])),
                let length = reader.take(1), let password = reader.take(Int(length[0])), stream.send([1, 0])
            else { return }
            credentials = "Proxy-Authorization: \(text(user)):\(text(password))\r\n"
        } else {
            guard stream.send([5, 0]) else { return }
        }
        guard let asked = reader.take(4), let host = host(&reader, kind: asked[3]), let port = reader.take(2) else {
            return
        }
        let number = Int(port[0]) << 8 | Int(port[1])
        let request = Request(
            connection: connection, head: "SOCKS \(host):\(number) 5\r\n\(credentials)\r\n", body: [])
        note(request)
        guard case .relay(let port, _) = answer(request) else {
            // Connection refused.
            _ = stream.send([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])
            return
        }
        relay(stream, to: port, reply: [5, 0, 0, 1, 0, 0, 0, 0, 0, 0], beginning: [])
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func host(_ reader: inout StreamReader, kind: UInt8) -> String? {
        if kind == 1 { return reader.take(4)?.map { "\($0)" }.joined(separator: ".") }
        guard kind == 3, let length = reader.take(1) else { return nil }
        return reader.take(Int(length[0])).map(text)
    }

    /// Sends `reply`, and then carries bytes both ways until either side ends.
    func relay(_ stream: ServerStream, to port: UInt16, reply: [UInt8], beginning: [UInt8]) {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let far = ServerStream(file: file)
        guard isConnected, stream.send(reply), far.send(beginning) else { return }
        var files = [stream.file, file].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            let isPending = stream.ssl.map { SSL_pending($0) > 0 } ?? false
            guard poll(&files, 2, isPending ? 0 : -1) >= 0 || errno == EINTR else { return }
            if isPending || files[0].revents != 0, !carry(from: stream, to: far) { return }
            if files[1].revents != 0, !carry(from: far, to: stream) { return }
        }
    }

    private func carry(from: ServerStream, to: ServerStream) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16384)
        let count = buffer.withUnsafeMutableBytes { from.read($0) }
        return count > 0 && to.send(Array(buffer[..<count]))
    }
}
