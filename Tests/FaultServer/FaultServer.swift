import CLinux
import Glibc
import Synchronization

/// An HTTP/1.1 server on raw sockets that goes wrong on demand. One thread, one epoll.
final class FaultServer {
    private struct Client {
        var fault: Fault?
        var pending: [UInt8] = []
        /// Requests that wait for the end of a stall.
        var held = 0
    }

    /// An answer on its way, byte by byte.
    private struct Drip {
        var file: Int32
        var rest: ArraySlice<UInt8>
        var dueNs: Int64
    }

    /// Set by a signal: the server ends and prints its counts.
    static let isStopping = Atomic<Bool>(false)

    private let rules: FaultRules
    private var events: [ServerEvent]
    private let poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private var listener: Int32 = -1
    private(set) var port: UInt16
    private var clients: [Int32: Client] = [:]
    private var drips: [Drip] = []
    private var isStalled = false
    private var firstRequestNs: Int64?
    private var upAgainNs: Int64?
    private(set) var counts = FaultCounts()

    private static let answer = Array(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 22\r\n\r\nhello world of replay\n".utf8)
    private static let nonsense = Array("these are no words of HTTP\r\n\r\n".utf8)
    private static let largestRequest = 1 << 20

    /// A server for a port; 0 takes a free one. `events` in order of time.
    init?(port: UInt16, rules: FaultRules, events: [ServerEvent]) {
        self.port = port
        self.rules = rules
        self.events = events
        guard listen() else { return nil }
    }

    private func listen() -> Bool {
        let file = reprise_stream_socket(AF_INET)
        var one: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(file, address, size) == 0 && Glibc.listen(file, 16384) == 0
                    && getsockname(file, address, &size) == 0
            }
        }
        guard isBound else {
            close(file)
            return false
        }
        port = UInt16(bigEndian: address.sin_port)
        listener = file
        watch(file)
        return true
    }

    private func watch(_ file: Int32) {
        var event = epoll_event()
        event.events = UInt32(EPOLLIN.rawValue)
        event.data.fd = file
        epoll_ctl(poll, EPOLL_CTL_ADD, file, &event)
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Serves until ``isStopping`` is set.
    func run() {
        var ready = [epoll_event](repeating: epoll_event(), count: 512)
        while !FaultServer.isStopping.load(ordering: .relaxed) {
            let count = epoll_wait(poll, &ready, Int32(ready.count), milliseconds())
            for index in 0..<max(0, Int(count)) {
                let file = ready[index].data.fd
                if file == listener { acceptAll() } else if clients[file] != nil { read(file) }
            }
            performDue()
        }
    }

    /// Until something is due; looks for ``isStopping`` at least so often.
    private func milliseconds() -> Int32 {
        var due = FaultServer.now + 100_000_000
        if let first = firstRequestNs, let event = events.first { due = min(due, first + event.atNs) }
        for drip in drips { due = min(due, drip.dueNs) }
        return Int32(clamping: max(0, due - FaultServer.now + 999_999) / 1_000_000)
    }

    private func performDue() {
        let now = FaultServer.now
        while let first = firstRequestNs, let event = events.first, first + event.atNs <= now {
            events.removeFirst()
            perform(event.kind)
        }
        guard !drips.isEmpty else { return }
        for index in drips.indices.reversed() where drips[index].dueNs <= now { drip(at: index) }
    }

    private func perform(_ kind: ServerEvent.Kind) {
        switch kind {
        case .stall: isStalled = true
        case .stallOver:
            isStalled = false
            for (file, client) in clients where client.held > 0 {
                clients[file]?.held = 0
                for _ in 0..<client.held where clients[file] != nil { answer(file) }
            }
        case .down:
            close(listener)
            listener = -1
            for (file, client) in clients {
                counts.dropped += client.held
                close(file)
            }
            counts.dropped += drips.count
            clients.removeAll()
            drips.removeAll()
        case .up:
            // The port cannot have gone to anybody else: connections of before may still hold it for a moment.
            while !listen(), !FaultServer.isStopping.load(ordering: .relaxed) { usleep(1000) }
            upAgainNs = FaultServer.now
        }
    }

    private func acceptAll() {
        while true {
            let file = accept(listener, nil, nil)
            guard file >= 0 else { return }
            _ = fcntl(file, F_SETFL, O_NONBLOCK)
            var one: Int32 = 1
            setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            clients[file] = Client(fault: rules.fault(ofConnection: counts.connections))
            counts.connections += 1
            watch(file)
        }
    }

    private func read(_ file: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(file, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return end(file) }
        clients[file]?.pending += buffer[..<count]
        while var client = clients[file], let length = FaultServer.requestLength(client.pending) {
            client.pending.removeFirst(length)
            clients[file] = client
            took(file)
        }
        if let client = clients[file], client.pending.count > FaultServer.largestRequest { end(file) }
    }

    /// The bytes of the first request; nil when it is not whole.
    private static func requestLength(_ bytes: [UInt8]) -> Int? {
        guard let end = bytes.firstRange(of: [13, 10, 13, 10])?.upperBound else { return nil }
        var body = 0
        for line in bytes[..<end].split(separator: 10) {
            let text = String(decoding: line, as: UTF8.self).lowercased()
            guard text.hasPrefix("content-length:") else { continue }
            body = Int(text.dropFirst(15).filter(\.isNumber)) ?? 0
        }
        return end + body <= bytes.count ? end + body : nil
    }

    private func took(_ file: Int32) {
        counts.requests += 1
        if firstRequestNs == nil { firstRequestNs = FaultServer.now }
        guard let fault = clients[file]?.fault else {
            if isStalled { clients[file]?.held += 1 } else { answer(file) }
            return
        }
        clients[file]?.fault = nil
        counts.byFault[fault, default: 0] += 1
        switch fault {
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(file, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            end(file)
        case .hang: break
        case .closedEarly: end(file)
        case .cutShort:
            send(file, FaultServer.answer.dropLast(10))
            end(file)
        case .broken:
            send(file, FaultServer.nonsense[...])
        case .slow: drips.append(Drip(file: file, rest: FaultServer.answer[...], dueNs: FaultServer.now))
        }
    }

    private func answer(_ file: Int32) {
        send(file, FaultServer.answer[...])
        answered(file)
    }

    private func answered(_ file: Int32) {
        counts.answered += 1
        if let up = upAgainNs {
            counts.recoveryNs = FaultServer.now - up
            upAgainNs = nil
        }
        if rules.closesAfterEach { end(file) }
    }

    private func drip(at index: Int) {
        let drip = drips[index]
        send(drip.file, drip.rest.prefix(1))
        if drip.rest.count > 1 {
            drips[index].rest = drip.rest.dropFirst()
            drips[index].dueNs = FaultServer.now + rules.pauseNs
        } else {
            drips.remove(at: index)
            answered(drip.file)
        }
    }

    /// Answers are far smaller than what a socket takes at once.
    private func send(_ file: Int32, _ bytes: ArraySlice<UInt8>) {
        _ = bytes.withUnsafeBytes { Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    private func end(_ file: Int32) {
        clients[file] = nil
        drips.removeAll { $0.file == file }
        close(file)
    }
}
