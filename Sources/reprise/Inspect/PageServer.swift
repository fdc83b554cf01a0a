import Glibc
import HTTPWire
import Traffic

/// Serves pages to a browser on this machine: loopback only, GET only, one request at a time.
///
/// A page elsewhere that makes a browser ask here gets nothing: the Host field must name the loopback address (DNS
/// rebinding), and no answer may be framed or read across origins.
struct PageServer: ~Copyable {
    private let descriptor: Int32
    /// Where it listens.
    let port: UInt16

    /// The longest head that is read.
    private static let headLimit = 8 << 10
    /// How long a browser may take to ask or to read, in seconds.
    private static let patience = 5

    /// - Parameter port: 0 for a free one.
    /// - Throws: ``CommandFailure`` when the port is taken.
    init(port: UInt16) throws(CommandFailure) {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { throw PageServer.failure("open a socket") }
        var yes: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bound in
                bind(file, bound, size) == 0 && listen(file, 16) == 0
                    && getsockname(file, bound, &size) == 0
            }
        }
        guard code else {
            let failure = PageServer.failure("listen on 127.0.0.1:\(port)")
            close(file)
            throw failure
        }
        descriptor = file
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// Answers until `isOver`.
    ///
    /// - Parameter page: the HTML page of a path with its query; nil where there is none.
    func serve(until isOver: () -> Bool, page: (String) throws -> String?) {
        while !isOver() {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 200) == 1 else { continue }
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { continue }
            answer(connection, page)
            close(connection)
        }
    }

    private func answer(_ connection: Int32, _ page: (String) throws -> String?) {
        // A timeval, seconds and microseconds in a word each: its initializer is not visible when the whole module is compiled
        // at once.
        let limit = [PageServer.patience, 0]
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, limit, socklen_t(limit.count * MemoryLayout<Int>.stride))
        }
        guard let head = PageServer.readHead(connection) else { return }
        let hosts = ["127.0.0.1:\(port)", "localhost:\(port)"]
        let host = head.fields.first("host")?.lowercased()
        guard let host, hosts.contains(host) else { return send(connection, "403 Forbidden", "Ask for \(hosts[0]).") }
        guard head.method == "GET" else { return send(connection, "405 Method Not Allowed", "Only GET.") }
        do {
            guard let text = try page(head.target) else {
                return send(connection, "404 Not Found", "There is no such page.")
            }
            send(connection, "200 OK", text, type: "text/html")
        } catch {
            send(connection, "500 Internal Server Error", "The log cannot be read: \(error)")
        }
    }

    private static func readHead(_ connection: Int32) -> RequestHead? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 2048)
        while bytes.count < headLimit {
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            bytes += piece[..<count]
            if bytes.suffix(4) == [13, 10, 13, 10][...] { return RequestHead(bytes) }
        }
        return nil
    }

    private func send(_ connection: Int32, _ status: String, _ text: String, type: String = "text/plain") {
        let body = Array(text.utf8)
        let head = """
            HTTP/1.1 \(status)\r
            Content-Type: \(type); charset=utf-8\r
            Content-Length: \(body.count)\r
            Cache-Control: no-store\r
            X-Content-Type-Options: nosniff\r
            X-Frame-Options: DENY\r
            Cross-Origin-Resource-Policy: same-origin\r
            Referrer-Policy: no-referrer\r
            Connection: close\r
            \r

            """
        var rest = ArraySlice(Array(head.utf8) + body)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
        // The browser reads to the end before the socket is closed.
        shutdown(connection, Int32(SHUT_WR))
    }

    private static func failure(_ operation: String) -> CommandFailure {
        CommandFailure("cannot \(operation): \(String(cString: strerror(errno)))")
    }
}
