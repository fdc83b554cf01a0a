import Glibc
import Threads

/// A TCP echo server within this process, and control requests to it over loopback: their times depend only on the
/// machine, its scheduler and its network stack. Belongs to one thread.
final class ControlEcho {
    private let client: Int32
    private let thread: NamedThread
    private static let requests = 10
    private static let bytes = 128
    /// Microseconds between two requests, so that each finds the echo server asleep, as a request finds a service.
    private static let pause: UInt32 = 5_000

    init() throws(WatchGap) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw WatchGap("the control echo has no socket") }
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let isConnected =
            isListening && client >= 0
            && withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, length) == 0 }
            }
        let server = isConnected ? accept(listener, nil, nil) : -1
        guard server >= 0 else {
            if client >= 0 { close(client) }
            throw WatchGap("the control echo cannot be reached")
        }
        for descriptor in [client, server] {
            var one: Int32 = 1
            setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        do throws(SystemCallError) {
            thread = try NamedThread(name: "control echo") {
                var buffer = [UInt8](repeating: 0, count: ControlEcho.bytes)
                while true {
                    let count = recv(server, &buffer, buffer.count, 0)
                    guard count > 0, send(server, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
                }
                close(server)
            }
        } catch {
            close(client)
            close(server)
            throw WatchGap(error.description)
        }
        self.client = client
    }

    /// Ends the echo's thread.
    deinit {
        shutdown(client, Int32(SHUT_RDWR))
        close(client)
        thread.join()
    }

    /// Seconds from a request to its response: the median and the 90th percentile of a few requests; nil if the echo
    /// fails.
    func times() -> (median: Double, tail: Double)? {
        var times: [Double] = []
        var buffer = [UInt8](repeating: 0x2e, count: ControlEcho.bytes)
        for _ in 0..<ControlEcho.requests {
            usleep(ControlEcho.pause)
            let began = ContinuousClock.now
            guard send(client, buffer, buffer.count, Int32(MSG_NOSIGNAL)) == buffer.count else { return nil }
            var received = 0
            while received < buffer.count {
                let count = recv(client, &buffer, buffer.count - received, 0)
                guard count > 0 else { return nil }
                received += count
            }
            times.append((ContinuousClock.now - began) / .seconds(1))
        }
        times.sort()
        return (times[times.count / 2], times[times.count * 9 / 10])
    }
}
