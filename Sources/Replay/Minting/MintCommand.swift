internal import CLinux
internal import Dispatch
internal import Glibc
internal import Plan
internal import Synchronization
internal import Threads
internal import Traffic

/// A command that makes values: it reads requests from its standard input, one JSON object per line, and writes replies
/// to its standard output, one per line, in any order.
///
/// One thread writes and one reads, so that no worker ever waits for the command. A request without a reply in time is
/// answered without a value.
final class MintCommand: Sendable {
    /// A request for a value, and who needs it.
    struct Question: Sendable {
        var slot: Int
        var clone: Int
        var script: Int
        var value: Int
        /// The members of the request without its number: `"kind":…`.
        var members: String
        var inbox: MintInbox
    }

    private struct Asked {
        var question: Question
        var sentNs: Int64
    }

    private struct State {
        var waiting: [Question] = []
        var asked: [UInt64: Asked] = [:]
        /// Numbers of the requests, oldest first; some may already be answered.
        var order: [UInt64] = []
        var number: UInt64 = 0
        var hasEnded = false
        var answers = 0
        var unanswered = 0
    }

    private let state = Mutex<State>(State())
    /// Signalled once for each pending task.
    private let gate = DispatchSemaphore(value: 0)
    private let isOver = Atomic<Bool>(false)
    private let input: Int32
    private let output: Int32
    private let process: pid_t
    private let timeoutNs: Int64
    /// The most requests that the command has at the same time: more would only wait in its pipe while they time out.
    private static let inFlightLimit = 64
    /// The longest line that is read.
    private static let lineLimit = 1 << 20

    /// Starts `command` with the shell.
    init(_ command: String, timeout: Duration) throws(SystemCallError) {
        timeoutNs = timeout.wholeNanoseconds
        var pipes: [Int32] = [-1, -1, -1, -1]
        for start in [0, 2] {
            guard pipes.withUnsafeMutableBufferPointer({ pipe($0.baseAddress! + start) }) == 0 else {
                throw SystemCallError("pipe")
            }
        }
        for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0], 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[3], 1)
        // Its own process group: Ctrl-C is meant for the run, and the shell's children are ended with it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var process: pid_t = 0
        let words: [String] = ["sh", "-c", command]
        let arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments + [nil], reprise_environment())
        close(pipes[0])
        close(pipes[3])
        guard code == 0 else {
            close(pipes[1])
            close(pipes[2])
            throw SystemCallError("posix_spawn", code: code)
        }
        self.process = process
        input = pipes[1]
        _ = fcntl(input, F_SETFL, O_NONBLOCK)
        output = pipes[2]
    }

    deinit {
        close(input)
        close(output)
    }

    /// Starts the threads; join them after ``stop()``.
    func start() throws(SystemCallError) -> [NamedThread] {
        let writer = try NamedThread(name: "mint-ask") { self.write() }
        do throws(SystemCallError) {
            return [writer, try NamedThread(name: "mint-answer") { self.read() }]
        } catch {
            stop()
            writer.join()
            throw error
        }
    }

    /// Stops the threads and the command.
    func stop() {
        isOver.store(true, ordering: .releasing)
        gate.signal()
        var status: Int32 = 0
        kill(-process, SIGTERM)
        for _ in 0..<20 {
            guard waitpid(process, &status, WNOHANG) == 0 else { return }
            usleep(50_000)
        }
        kill(-process, SIGKILL)
        waitpid(process, &status, 0)
    }

    /// A warning for the end of the run; nil if there were no problems.
    var warning: String? {
        state.withLock { state in
            guard state.hasEnded || state.unanswered > 0 else { return nil }
            let end = state.hasEnded ? "ended before the run, " : "left \(state.unanswered) questions without a value, "
            return "the command that makes values " + end + "after \(state.answers) values"
        }
    }

    /// Queues a request; the reply is delivered to the request's inbox, without a token when there is none.
    func ask(_ question: Question) {
        let hasEnded = state.withLock { state in
            if !state.hasEnded { state.waiting.append(question) }
            return state.hasEnded
        }
        if hasEnded { return answer(question, nil, nanoseconds: 0) }
        gate.signal()
    }

    private func answer(_ question: Question, _ token: TokenRecipe.Token?, nanoseconds: Int64) {
        question.inbox.post(
            MintAnswer(
                slot: question.slot, clone: question.clone, script: question.script, value: question.value,
                token: token, nanoseconds: nanoseconds))
    }

    private func write() {
        // Writing to a command that no longer reads fails with EPIPE.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while true {
            gate.wait()
            guard !isOver.load(ordering: .acquiring) else { return }
            let lines = state.withLock { state in
                let now = RunClock.monotonicNs()
                var lines = ""
                let room = max(0, MintCommand.inFlightLimit - state.asked.count)
                for question in state.waiting.prefix(room) {
                    state.number += 1
                    state.asked[state.number] = Asked(question: question, sentNs: now)
                    state.order.append(state.number)
                    lines += "{\"id\":\(state.number),\(question.members)}\n"
                }
                state.waiting.removeFirst(min(room, state.waiting.count))
                return lines
            }
            guard writeAll(Array(lines.utf8)) else { return end() }
        }
    }

    private func writeAll(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(input, $0.baseAddress! + start, $0.count - start) }
            if count > 0 {
                start += count
            } else if errno == EAGAIN {
                var descriptor = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
                poll(&descriptor, 1, 50)
                guard !isOver.load(ordering: .acquiring) else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var line: [UInt8] = []
        while !isOver.load(ordering: .acquiring) {
            var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 50)
            giveUpLate()
            guard ready != 0 else { continue }
            let count = buffer.withUnsafeMutableBytes { Glibc.read(output, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return end() }
            for byte in buffer[..<count] {
                guard byte == 0x0a else {
                    if line.count < MintCommand.lineLimit { line.append(byte) }
                    continue
                }
                take(line)
                line.removeAll(keepingCapacity: true)
            }
        }
    }

    private func take(_ line: [UInt8]) {
        func member(_ name: String) -> [UInt8]? {
            ValueSource.Locator(text: "$.\(name)").flatMap {
                ValueSource(value: 0, locator: $0).value(head: [], body: line)
            }
        }
        guard let id = member("id").flatMap({ UInt64(String(decoding: $0, as: UTF8.self)) }) else { return }
        let value = member("value")
        let asked = state.withLock { state in
            let asked = state.asked.removeValue(forKey: id)
            if asked != nil { if value != nil { state.answers += 1 } else { state.unanswered += 1 } }
            return asked
        }
        guard let asked else { return }
        // Another request may be sent.
        gate.signal()
        let seconds = member("expires_in").flatMap { Double(String(decoding: $0, as: UTF8.self)) }
        let expiry = seconds.map { Int64(time(nil)) + Int64(min(max($0, 0), 1e10)) }
        answer(
            asked.question, value.map { TokenRecipe.Token(bytes: $0, expiresAt: expiry) },
            nanoseconds: RunClock.monotonicNs() - asked.sentNs)
    }

    /// Answers the requests that have timed out, without a value.
    private func giveUpLate() {
        let now = RunClock.monotonicNs()
        let late = state.withLock { state in
            var late: [Asked] = []
            var passed = 0
            for number in state.order {
                if let asked = state.asked[number] {
                    guard now - asked.sentNs > timeoutNs else { break }
                    state.asked[number] = nil
                    state.unanswered += 1
                    late.append(asked)
                }
                passed += 1
            }
            state.order.removeFirst(passed)
            return late
        }
        for asked in late { answer(asked.question, nil, nanoseconds: timeoutNs) }
        if !late.isEmpty { gate.signal() }
    }

    /// Handles the end of the command: no more replies are expected.
    private func end() {
        guard !isOver.load(ordering: .acquiring) else { return }
        let left = state.withLock { state in
            let left = state.waiting + state.asked.values.map(\.question)
            state.waiting = []
            state.asked = [:]
            state.order = []
            state.unanswered += left.count
            state.hasEnded = true
            return left
        }
        for question in left { answer(question, nil, nanoseconds: 0) }
    }
}
