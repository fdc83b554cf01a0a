import Synchronization

/// Current counts shared by all workers of a run: exact peaks need a single counter instead of one per worker.
///
/// Updated when a session or connection begins or ends, never for a request. Any thread may read.
public final class LiveCounts: Sendable {
    private let sessions = Atomic<Int>(0)
    private let sessionPeak = Atomic<Int>(0)
    private let connections = Atomic<Int>(0)
    private let connectionPeak = Atomic<Int>(0)

    /// Counts at zero.
    public init() {}

    /// Clones that are running.
    public var concurrentSessions: Int { sessions.load(ordering: .relaxed) }
    /// The most concurrent clones.
    public var peakConcurrentSessions: Int { sessionPeak.load(ordering: .relaxed) }
    /// Connections open now.
    public var openConnections: Int { connections.load(ordering: .relaxed) }
    /// The most concurrently open connections.
    public var peakOpenConnections: Int { connectionPeak.load(ordering: .relaxed) }

    func sessionStarted() {
        sessionPeak.max(sessions.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
    }

    func sessionEnded() { sessions.subtract(1, ordering: .relaxed) }

    func connectionOpened() {
        connectionPeak.max(connections.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
    }

    func connectionClosed() { connections.subtract(1, ordering: .relaxed) }
}
