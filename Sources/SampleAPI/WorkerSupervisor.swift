import CLinux
import Glibc
import Logging
import Threads

/// Starts the worker processes of a service, all listening on one port, and restarts workers that end.
///
/// A worker ends with the thread that started it (prctl(2), `PR_SET_PDEATHSIG`), so everything happens in one thread:
/// those that run tasks end after some idle seconds.
struct WorkerSupervisor {

    /// Why the workers cannot serve.
    struct Failure: Error, CustomStringConvertible { var description: String }

    private struct Worker {
        var process: pid_t
        var index: Int
        var since: ContinuousClock.Instant
    }

    let host: String
    let count: Int
    let secret: [UInt8]
    let logger: Logger

    /// A worker that ends within this time after its start cannot serve.
    private static let shortestLife = Duration.seconds(2)

    /// Runs the workers in a thread that lasts as long as they do, until a signal ends the service.
    ///
    /// - Parameters:
    ///   - port: 0 for any free port
    ///   - onReady: called once with the port, when all workers listen
    func runInThread(port: Int, onReady: @escaping @Sendable (Int) -> Void) async throws {
        try await withCheckedThrowingContinuation { (end: CheckedContinuation<Void, any Error>) in
            do {
                _ = try NamedThread(name: "supervisor") {
                    end.resume(with: Result { try run(port: port, onReady: onReady) })
                }
            } catch {
                end.resume(throwing: error)
            }
        }
    }

    private func run(port: Int, onReady: (Int) -> Void) throws {
        let socket = try ReservedPort(host: host, port: port)
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        var template = Array("\(parent.isEmpty ? "/tmp" : parent)/sample-api-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure(description: "cannot create a temporary folder") }
        let folder = String(cString: made)
        defer { Self.remove(folder) }
        StopSignal.listen()
        var workers: [Worker] = []
        defer { Self.end(workers) }
        var ready: [Int32] = []
        for index in 0..<count {
            let (worker, file) = try start(index, port: socket.port, folder: folder)
            workers.append(worker)
            ready.append(file)
        }
        for file in ready {
            var byte: UInt8 = 0
            let heard = read(file, &byte, 1)
            close(file)
            guard heard == 1 else { throw Failure(description: "a worker ended before it listened; see its log") }
        }
        onReady(socket.port)
        while !StopSignal.isRequested {
            usleep(50_000)
            var status: Int32 = 0
            let ended = waitpid(-1, &status, WNOHANG)
            guard ended > 0, let place = workers.firstIndex(where: { $0.process == ended }) else { continue }
            let old = workers.remove(at: place)
            logger.warning("worker \(old.index) (pid \(old.process)) ended and is restarted")
            if ContinuousClock.now - old.since < Self.shortestLife { sleep(1) }
            let (worker, file) = try start(old.index, port: socket.port, folder: folder)
            close(file)
            workers.append(worker)
        }
    }

    private func start(_ index: Int, port: Int, folder: String) throws -> (Worker, ready: Int32) {
        WorkerPlace(index: index, count: count, port: port, secret: secret, folder: folder).putInEnvironment()
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure(description: "cannot create a pipe: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], WorkerPlace.readyFile)
        if ends[1] != WorkerPlace.readyFile { posix_spawn_file_actions_addclose(&actions, ends[1]) }
        let arguments = CommandLine.arguments.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        // By its own path, from which the kernel derives the process name.
        var path = [CChar](repeating: 0, count: 4096)
        guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else {
            throw Failure(description: "cannot find its own program")
        }
        let code = posix_spawn(&process, path, &actions, nil, arguments + [nil], reprise_environment())
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw Failure(description: "a worker cannot be started: \(String(cString: strerror(code)))")
        }
        return (Worker(process: process, index: index, since: .now), ends[0])
    }

    private static func end(_ workers: [Worker]) {
        for worker in workers { kill(worker.process, SIGTERM) }
        let deadline = ContinuousClock.now + .seconds(5)
        var left = workers.map(\.process)
        while !left.isEmpty {
            left.removeAll { waitpid($0, nil, WNOHANG) != 0 }
            guard !left.isEmpty else { return }
            if ContinuousClock.now > deadline { for process in left { kill(process, SIGKILL) } }
            usleep(10_000)
        }
    }

    private static func remove(_ folder: String) {
        guard let directory = opendir(folder) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink("\(folder)/\(name)") }
        }
        closedir(directory)
        rmdir(folder)
    }
}

/// A port that is reserved before the workers listen, and stays reserved while a worker restarts.
private struct ReservedPort: ~Copyable {
    private let file: Int32
    let port: Int

    init(host: String, port: Int) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = found else {
            throw WorkerSupervisor.Failure(description: "there is no address \(host)")
        }
        defer { freeaddrinfo(found) }
        let made = socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        setsockopt(made, SOL_SOCKET, SO_REUSEPORT, &on, 4)
        guard made >= 0, bind(made, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            let reason = String(cString: strerror(errno))
            if made >= 0 { close(made) }
            throw WorkerSupervisor.Failure(description: reason)
        }
        var name = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let bound = withUnsafeMutablePointer(to: &name) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(made, address, &length) == 0 else { return port }
                // The port is at the same offset in both families (ip(7), ipv6(7)).
                return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(in_port_t(bigEndian: $0.pointee.sin_port))
                }
            }
        }
        file = made
        self.port = bound
    }

    deinit { close(file) }
}

/// SIGTERM and SIGINT, remembered until they are checked.
private enum StopSignal {
    nonisolated(unsafe) private static var wasReceived: sig_atomic_t = 0

    static func listen() {
        for number in [SIGTERM, SIGINT] { signal(number) { _ in StopSignal.wasReceived = 1 } }
    }

    static var isRequested: Bool { wasReceived != 0 }
}
