internal import CLinux
internal import Formats
internal import Glibc
internal import Synchronization

/// Frees a worker that is held inside libcurl: during TLS handshakes and HTTP/2 framing, libcurl reads from a
/// connection as long as there is data, regardless of the time.
///
/// The worker records when it enters and leaves libcurl. Another thread checks this periodically (``look(at:)``) and
/// shuts down the connection that floods (shutdown(2)), which libcurl then sees as closed.
final class FloodGuard: Sendable {
    private struct State {
        /// When the worker entered libcurl, by the monotonic clock; nil while it is outside.
        var enteredNs: Int64?
        /// Sockets, and the slots they belong to.
        var slots: [Int32: Int] = [:]
        /// Slots whose connection was shut down since the worker entered.
        var shutDown: Set<Int> = []
    }

    private let state = Mutex(State())
    /// A libcurl call takes microseconds; one that takes longer than this, in nanoseconds, is held by a flood.
    static let longestCallNs = 200 * Nanoseconds.perMillisecond
    /// The time between two readings of each connection's received bytes.
    private static let sampleMicroseconds: UInt32 = 10_000

    /// Worker side: notes a socket.
    func opened(_ file: Int32, slot: Int) { state.withLock { $0.slots[file] = slot } }

    /// Worker side: notes that a socket is about to be closed.
    func closed(_ file: Int32) { state.withLock { _ = $0.slots.removeValue(forKey: file) } }

    /// Worker side: calls libcurl.
    ///
    /// - Returns: the slots whose connections were shut down during the call.
    func watch(_ call: () -> Void) -> Set<Int> {
        state.withLock { $0.enteredNs = RunClock.monotonicNs() }
        call()
        return state.withLock { state in
            defer { (state.enteredNs, state.shutDown) = (nil, []) }
            return state.shutDown
        }
    }

    /// Shuts down the connection that receives most, if the worker has been inside one libcurl call for too long.
    ///
    /// - Parameter nowNs: the monotonic clock. Call this from a thread other than the worker's.
    func look(at nowNs: Int64) {
        let before = state.withLock { state -> [Int32: UInt64]? in
            guard let entered = state.enteredNs, nowNs - entered >= FloodGuard.longestCallNs else { return nil }
            return FloodGuard.received(by: state.slots.keys)
        }
        guard let before else { return }
        usleep(FloodGuard.sampleMicroseconds)
        state.withLock { state in
            guard let entered = state.enteredNs, nowNs - entered >= FloodGuard.longestCallNs else { return }
            let growth = FloodGuard.received(by: state.slots.keys).map { file, bytes in
                (file: file, bytes: bytes &- (before[file] ?? bytes))
            }
            guard let most = growth.max(by: { $0.bytes < $1.bytes }), most.bytes > 0, let slot = state.slots[most.file]
            else { return }
            reprise_shut_down(most.file)
            state.shutDown.insert(slot)
        }
    }

    /// Bytes received on each socket (tcp(7) `TCP_INFO`).
    private static func received(by files: some Sequence<Int32>) -> [Int32: UInt64] {
        Dictionary(uniqueKeysWithValues: files.map { ($0, reprise_tcp_received_bytes($0)) })
    }
}
