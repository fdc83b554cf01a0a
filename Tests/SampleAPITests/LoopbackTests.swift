import Glibc
import Hummingbird
import Logging
import Testing

@testable import SampleAPI

/// The whole service behind a real port: connections are the kernel's, so nothing less shows them.
@Suite struct LoopbackTests {
    @Test(.timeLimit(.minutes(10))) func connectionsAreCountedAsTheyComeAndGo() async throws {
        let under = await ServiceUnderTest()
        let (ports, announced) = AsyncStream.makeStream(of: Int.self)
        let application = under.service.application(
            host: "127.0.0.1", port: 0, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        ) { announced.yield($0) }
        let server = Task { try await application.run() }
        defer { server.cancel() }
        let port = try #require(await ports.first { _ in true })

        var clients = try (0..<20).map { _ in try LoopbackClient(port: port) }
        for client in clients {
            for _ in 0..<2 {
                let answer = try client.exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.hasSuffix(#"{"status":"ok"}"#))
            }
        }
        var reading = under.service.connections.reading
        #expect(reading == ConnectionCounts.Reading(open: 20, peakOpen: 20, accepted: 20))

        clients.removeFirst(15)
        while under.service.connections.reading.open != 5 { try await Task.sleep(for: .milliseconds(2)) }
        clients.append(try LoopbackClient(port: port))
        _ = try clients[5].exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reading = under.service.connections.reading
        #expect(reading == ConnectionCounts.Reading(open: 6, peakOpen: 20, accepted: 21))
    }
}

/// One blocking TCP connection to this machine.
private final class LoopbackClient {
    struct Failure: Error {
        var operation: String
        var code: Int32
    }

    private let socket: Int32

    init(port: Int) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(operation: "socket", code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(socket)
            throw Failure(operation: "connect", code: code)
        }
        self.socket = socket
    }

    deinit { close(socket) }

    /// Sends a request and reads until the JSON body of the response ends.
    func exchange(_ request: String) throws -> String {
        let bytes = Array(request.utf8)
        guard write(socket, bytes, bytes.count) == bytes.count else { throw Failure(operation: "write", code: errno) }
        var answer = ""
        var piece = [UInt8](repeating: 0, count: 4096)
        while !answer.hasSuffix("}") {
            let count = read(socket, &piece, piece.count)
            guard count > 0 else { throw Failure(operation: "read", code: errno) }
            answer += String(decoding: piece[..<count], as: UTF8.self)
        }
        return answer
    }
}
