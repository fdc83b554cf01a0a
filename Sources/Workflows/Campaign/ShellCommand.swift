internal import CLinux
internal import Glibc

/// A command line that the shell runs in a separate process group, so that Ctrl-C reaches only the campaign, and a time
/// limit ends it with all processes it started.
///
/// One thread at a time uses it.
final class ShellCommand {

    /// How a command ended.
    enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        case timedOut
        /// The user interrupted the campaign.
        case interrupted

        /// Whether the command exited with 0.
        var isGood: Bool { self == .exited(0) }

        /// Worded for a sentence: `exited with 3`.
        var text: String {
            switch self {
            case .exited(127): "exited with 127 (command not found)"
            case .exited(let code): "exited with \(code)"
            case .signalled(let number): "was ended by signal \(number)"
            case .timedOut: "took longer than its time limit"
            case .interrupted: "was interrupted"
            }
        }
    }

    /// The command could not be started.
    struct StartError: Error, Hashable, CustomStringConvertible {
        var command: String
        var reason: String
        var description: String { "cannot run '\(command)': \(reason)" }
    }

    /// The most output that is kept, from its end: the last lines of a failing command give the reason.
    static let keptBytes = 64 << 10

    let process: pid_t
    private let readEnd: Int32
    private(set) var output: [UInt8] = []
    private(set) var ending: Ending?

    /// Starts a command.
    ///
    /// - Parameters:
    ///   - command: the command line for `/bin/sh -c`
    ///   - folder: where it runs
    ///   - readsOutput: whether both of its output streams are kept; otherwise it inherits those of this process
    init(_ command: String, in folder: String, readsOutput: Bool = true) throws(StartError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw StartError(command: command, reason: String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if readsOutput {
            posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
            posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that this process catches or blocks have their default handling in the command.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        let words: [String] = ["sh", "-c", #"cd "$1" && eval "$2""#, "sh", folder, command]
        let arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments + [nil], reprise_environment())
        Glibc.close(ends[1])
        guard code == 0 else {
            Glibc.close(ends[0])
            throw StartError(command: command, reason: String(cString: strerror(code)))
        }
        self.process = process
        readEnd = ends[0]
    }

    deinit { Glibc.close(readEnd) }

    /// Reads the command's output, and checks whether it has ended. Never waits.
    ///
    /// - Returns: how it ended; nil while it is running.
    func poll() -> Ending? {
        readOutput()
        if let ending { return ending }
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        readOutput()
        // wait(2): the low seven bits are the signal, the next byte is the exit code.
        let signal = status & 0x7f
        ending = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
        return ending
    }

    /// Waits for the end, or for the time limit, which ends the whole group.
    ///
    /// - Parameter isInterrupted: called ten times a second; true ends the command as the time limit does
    func wait(upTo limit: Duration, unless isInterrupted: () -> Bool = { false }) -> Ending {
        let deadline = ContinuousClock.now + limit
        var reason = Ending.timedOut
        while true {
            if let ending = poll() { return ending }
            if ContinuousClock.now >= deadline { break }
            if isInterrupted() {
                reason = .interrupted
                break
            }
            waitForOutput(milliseconds: 50)
        }
        endGroup(within: .seconds(2))
        ending = reason
        return reason
    }

    /// Asks the command and all processes it started to end, and kills the rest after `patience`.
    func endGroup(within patience: Duration) {
        kill(-process, SIGTERM)
        let deadline = ContinuousClock.now + patience
        while poll() == nil, ContinuousClock.now < deadline { waitForOutput(milliseconds: 20) }
        kill(-process, SIGKILL)
        while ending == nil, poll() == nil { usleep(1000) }
    }

    private func waitForOutput(milliseconds: Int32) {
        var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        let count = Glibc.poll(&descriptor, 1, milliseconds)
        // A command that has closed its output makes the pipe readable forever.
        if count > 0, descriptor.revents & Int16(POLLIN) == 0 { usleep(UInt32(milliseconds) * 1000) }
    }

    private func readOutput() {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        // Bounded: a command that writes endlessly is read further at the next poll.
        for _ in 0..<64 {
            let count = read(readEnd, &buffer, buffer.count)
            guard count > 0 else { return }
            output += buffer[..<count]
            if output.count > 2 * Self.keptBytes { output.removeFirst(output.count - Self.keptBytes) }
        }
    }

    /// The end of the output as text, at most ``keptBytes``.
    var text: String { String(decoding: output.suffix(Self.keptBytes), as: UTF8.self) }

    /// Runs a command to its end.
    ///
    /// - Returns: how it ended, and its output
    static func run(
        _ command: String, in folder: String, upTo limit: Duration, unless isInterrupted: () -> Bool = { false }
    ) throws(StartError) -> (ending: Ending, output: String) {
        let running = try ShellCommand(command, in: folder)
        let ending = running.wait(upTo: limit, unless: isInterrupted)
        return (ending, running.text)
    }
}
