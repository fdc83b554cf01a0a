internal import CLinux
internal import Glibc

/// A thread (pthread_create(3)) for work that blocks in the kernel, as tasks must not block.
public final class NamedThread: Sendable {
    private let thread: pthread_t

    private final class Body {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: shown by ps and debuggers; at most 15 bytes count.
    ///   - run: what the thread does; it ends when this returns.
    /// - Throws: the error of pthread_create(3), when the process has reached its thread limit.
    public init(name: String, run: @escaping @Sendable () -> Void) throws(SystemCallError) {
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                reprise_name_thread(body.name)
                reprise_sharpen_timers()
                NamedThread.blockBrokenPipeSignal()
                body.run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw SystemCallError("pthread_create", code: code)
        }
        self.thread = thread
    }

    /// Makes a write to a closed connection an error of that write (EPIPE), not the end of the process: OpenSSL's
    /// writes do not suppress the signal themselves.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits until the thread has ended. Must be called only once.
    public func join() { pthread_join(thread, nil) }
}
