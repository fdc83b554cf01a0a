import Glibc
import Synchronization

/// A small HTTP/1.1 server on a free loopback port, for tests of what goes over real sockets. A thread a connection.
public final class LoopbackServer: Sendable {
    /// A request as it came.
    public struct Request: Sendable {
        /// Number of the connection, from 0 in the order of acceptance.
        public var connection: Int
        /// Start line and header lines, with the empty line that ends them.
        public var head: String
        public var body: [UInt8]
        /// Of its connection; nil without TLS.
        public var tls: TLSFacts?

        /// The value of a header field, found without regard to case.
        public func first(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                    continue
                }
                return String(line[line.index(after: colon)...].drop { $0 == " " })
            }
            return nil
        }

        var bytes: [UInt8] { Array(head.utf8) + body }

        /// The request target.
        public var target: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    }

    /// What the server does about a request.
    public enum Answer: Sendable {
        /// Sends these bytes and keeps the connection.
        case bytes(String)
        /// Sends these bytes, then closes the connection.
        case bytesAndClose(String)
        /// Resets the connection (`SO_LINGER` of no time).
        case reset
        /// Sends these pieces with a pause of that many milliseconds between them, and keeps the connection.
        case pieces([String], pause: Int)
        /// Sends these bytes after that many milliseconds, and keeps the connection.
        case late(String, milliseconds: Int)
        /// Answers nothing until the server ends.
        case hang
        /// Misbehaves.
        case hostile(HostileBehaviour)
        /// Becomes a pipe to a port of this machine, which gets the request, or not if it was answered with `reply`.
        case relay(port: UInt16, reply: String? = nil)

        /// A 200 whose body is one chunk, with fields behind it (RFC 9112 section 7.1.2); in HTTP/2 they are its
        /// trailers.
        public static func chunked(_ body: String, trailers: [String]) -> Answer {
            let size = String(body.utf8.count, radix: 16)
            let lines = trailers.map { $0 + "\r\n" }.joined()
            return .bytes(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\n\(lines)\r\n")
        }

        /// A 200 with a body, or another status.
        public static func ok(_ body: String = "", status: String = "200 OK", fields: [String] = []) -> Answer {
            let lines = fields.map { $0 + "\r\n" }.joined()
            return .bytes("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
        }
    }

    /// The port it listens on.
    public let port: UInt16
    /// -1 once it is closed: by then, the number may be that of another socket of this process.
    private let listener: Mutex<Int32>
    private let received = Mutex<[Request]>([])
    private let open = Mutex<Set<Int32>>([])
    private let clients = Mutex<[UInt32]>([])
    private let tls: ServerTLS?
    private let greeting: String
    private let beforeTLS: HostileBehaviour?
    let answer: @Sendable (Request) -> Answer

    /// Starts to listen, for TLS if it is given.
    ///
    /// - Parameters:
    ///   - greeting: said to each client before it has said anything.
    ///   - first: what it does instead of all else when a client has said anything.
    public init(
        tls: ServerTLS? = nil, greeting: String = "", first: HostileBehaviour? = nil,
        answer: @escaping @Sendable (Request) -> Answer
    ) throws {
        self.answer = answer
        beforeTLS = first
        self.tls = tls
        self.greeting = greeting
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(file, address, size) == 0 && listen(file, 1024) == 0 && getsockname(file, address, &size) == 0
            }
        }
        guard file >= 0, bound else { throw ListenFailure(code: errno) }
        listener = Mutex(file)
        port = UInt16(bigEndian: address.sin_port)
        start { server in server.acceptAll(file) }
    }

    /// The port could not be had.
    public struct ListenFailure: Error {
        /// `errno`.
        public let code: Int32
    }

    /// Everything that has come in so far.
    public var requests: [Request] { received.withLock { $0 } }

    /// The IPv4 addresses that the connections came from, in the order of acceptance; most significant byte first.
    public var clientAddresses: [UInt32] { clients.withLock { $0 } }

    /// Connections that neither side has closed.
    public var openConnections: Int { open.withLock { $0.count } }

    /// `http://127.0.0.1:PORT`, or `https`.
    public var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// Closes the port and every connection.
    public func stop() {
        listener.withLock { if $0 >= 0 { shutdown($0, Int32(SHUT_RDWR)) } }
        open.withLock { files in
            for file in files { shutdown(file, Int32(SHUT_RDWR)) }
        }
    }

    private func start(_ body: @escaping @Sendable (LoopbackServer) -> Void) {
        final class Box: Sendable {
            let server: LoopbackServer
            let body: @Sendable (LoopbackServer) -> Void
            init(server: LoopbackServer, body: @escaping @Sendable (LoopbackServer) -> Void) {
                self.server = server
                self.body = body
            }
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Box(server: self, body: body)).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let box = Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
                // OpenSSL writes to sockets whose other end may be gone.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                box.body(box.server)
                return nil
            }, context)
        pthread_detach(thread)
    }

    private func acceptAll(_ listening: Int32) {
        var number = 0
        while true {
            var client = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let file = withUnsafeMutablePointer(to: &client) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { accept(listening, $0, &size) }
            }
            guard file >= 0 else { break }
            clients.withLock { $0.append(UInt32(bigEndian: client.sin_addr.s_addr)) }
            // A program that a test starts would keep the connection open.
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            _ = open.withLock { $0.insert(file) }
            let connection = number
            number += 1
            start { server in server.serve(file, connection: connection) }
        }
        listener.withLock {
            close(listening)
            $0 = -1
        }
    }

    private func serve(_ file: Int32, connection: Int) {
        if let beforeTLS {
            let stream = ServerStream(file: file)
            var buffer = [UInt8](repeating: 0, count: 65536)
            if buffer.withUnsafeMutableBytes({ stream.read($0) }) > 0 { perform(beforeTLS, on: stream) }
            _ = open.withLock { $0.remove(file) }
            close(file)
            return
        }
        if !greeting.isEmpty { _ = ServerStream(file: file).send(Array(greeting.utf8)) }
        if let stream = tls.map({ $0.accept(file) }) ?? ServerStream(file: file) {
            if begins(stream, with: [5]) {
                serveSOCKS(stream, connection: connection)
            } else if stream.facts?.applicationProtocol == "h2" || begins(stream, with: Array("PRI ".utf8)) {
                serveHTTP2(stream, connection: connection)
            } else {
                serve(stream, connection: connection)
            }
            stream.end()
        }
        _ = open.withLock { $0.remove(file) }
        close(file)
    }

    /// Whether a client without TLS begins with `bytes`, as one of HTTP/2 does that knows its server (RFC 9113 section
    /// 3.3).
    private func begins(_ stream: ServerStream, with bytes: [UInt8]) -> Bool {
        guard stream.ssl == nil else { return false }
        var first = [UInt8](repeating: 0, count: bytes.count)
        return recv(stream.file, &first, first.count, Int32(MSG_PEEK)) == bytes.count && first == bytes
    }

    /// Notes a request.
    func note(_ request: Request) { received.withLock { $0.append(request) } }

    private func serve(_ stream: ServerStream, connection: Int) {
        let facts = stream.facts
        var pending: [UInt8] = []
        while var request = nextRequest(stream, connection: connection, pending: &pending) {
            request.tls = facts
            note(request)
            switch answer(request) {
            case .bytes(let text):
                guard stream.send(Array(text.utf8)) else { break }
                continue
            case .pieces(let pieces, let pause):
                var isOpen = true
                for (index, piece) in pieces.enumerated() where isOpen {
                    if index > 0 { usleep(UInt32(pause) * 1000) }
                    isOpen = stream.send(Array(piece.utf8))
                }
                guard isOpen else { break }
                continue
            case .late(let text, let milliseconds):
                usleep(UInt32(milliseconds) * 1000)
                guard stream.send(Array(text.utf8)) else { break }
                continue
            case .bytesAndClose(let text): _ = stream.send(Array(text.utf8))
            case .reset:
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(stream.file, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            case .hang:
                var byte: UInt8 = 0
                while withUnsafeMutableBytes(of: &byte, { stream.read($0) }) > 0 {}
            case .hostile(let behaviour):
                guard perform(behaviour, on: stream) else { break }
                continue
            case .relay(let port, let reply):
                relay(
                    stream, to: port, reply: Array((reply ?? "").utf8),
                    beginning: reply == nil ? request.bytes + pending : pending)
            }
            break
        }
    }

    private func nextRequest(_ stream: ServerStream, connection: Int, pending: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = pending.firstRange(of: end) {
                let head = String(decoding: pending[..<range.upperBound], as: UTF8.self)
                var request = Request(connection: connection, head: head, body: [])
                let length = request.first("Content-Length").flatMap { Int($0) } ?? 0
                if pending.count >= range.upperBound + length {
                    request.body = Array(pending[range.upperBound..<range.upperBound + length])
                    pending.removeFirst(range.upperBound + length)
                    return request
                }
            }
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = buffer.withUnsafeMutableBytes { stream.read($0) }
            guard count > 0 else { return nil }
            pending.append(contentsOf: buffer[..<count])
        }
    }
}
