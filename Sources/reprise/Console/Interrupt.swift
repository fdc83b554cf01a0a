import Glibc
import Synchronization

/// Ctrl-C, SIGTERM and SIGHUP, to be polled or waited for instead of ending the process.
///
/// After ``catchSignals()`` the first signal only sets ``isRequested``, makes ``descriptor`` readable and makes
/// blocking calls return EINTR, so that a command can end cleanly; the second ends the process as usual.
enum Interrupt {
    private static let signal = Atomic<Int32>(0)
    private static let readEnd = Atomic<Int32>(-1)
    private static let writeEnd = Atomic<Int32>(-1)
    /// The address of a C string, or 0.
    private static let farewell = Atomic<UInt>(0)

    /// Starts to catch SIGINT, SIGTERM and, unless it is ignored as under nohup(1), SIGHUP: a closed terminal or SSH
    /// session. A second call changes nothing.
    ///
    /// - Throws: ``CommandFailure`` if the process cannot open more files.
    static func catchSignals() throws {
        guard descriptor < 0 else { return }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CommandFailure("cannot create a pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        writeEnd.store(ends[1], ordering: .releasing)
        readEnd.store(ends[0], ordering: .releasing)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            if number == SIGHUP, isIgnored(number) { continue }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { Interrupt.received($0) }
            // No SA_RESTART: a blocking call must return.
            action.sa_flags = 0
            sigemptyset(&action.sa_mask)
            _ = sigaction(number, &action, nil)
        }
        // A parent may have started this process with the signals blocked, which is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGHUP)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // SIG_IGN is the pointer 1.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Whether a signal has arrived.
    static var isRequested: Bool { signal.load(ordering: .acquiring) != 0 }

    /// Sets what a second signal says besides that it ends the process: what that leaves undone, as a line with its line
    /// feed; nil for nothing.
    static func setFarewell(_ text: String?) {
        // Never freed: the signal handler may be reading it.
        let copy = text.flatMap { strdup($0) }
        farewell.store(UInt(bitPattern: copy), ordering: .releasing)
    }

    /// For epoll or poll: readable from the moment a signal arrives. Don't read it, others may wait for it too. -1
    /// before ``catchSignals()``.
    static var descriptor: Int32 { readEnd.load(ordering: .acquiring) }

    /// Runs in a signal handler: only functions that signal-safety(7) allows.
    private static func received(_ number: Int32) {
        let savedError = errno
        if signal.exchange(number, ordering: .acquiringAndReleasing) != 0 {
            // The second signal, whichever it is, ends the process: with its default action, when this returns.
            let message: StaticString = "\nreprise: ended at once by a second signal; results are incomplete\n"
            _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
            if let text = UnsafePointer<CChar>(bitPattern: farewell.load(ordering: .acquiring)) {
                _ = write(STDERR_FILENO, text, strlen(text))
            }
            var action = sigaction()
            sigemptyset(&action.sa_mask)
            _ = sigaction(number, &action, nil)
            _ = raise(number)
        }
        var byte: UInt8 = 1
        _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
        errno = savedError
    }
}
