public import Traffic

/// The instants of one replayed request, and the times between them.
///
///     scheduled ──held── ready ──send lag── started ──connect── sent ──service── finished
///
/// - *scheduled*: when the plan has it. Under `think` pacing and at `--speed max`: the previous end plus think time / speed.
/// - *ready*: the latest of scheduled; the end of every exchange of its session that had ended in the recording before this
///   one began; its token; its connection being free; a rate throttle.
/// - *started*: the generator's first action for it: the connect of a new connection, or the first write on an open one.
/// - *sent*: its first byte was written. On an open connection that is the first action, so `sent == started`.
/// - *firstByte*, *finished*: first and last byte of the response, or the failure.
///
/// So response time = held + send lag + connect + service, exactly, and is free of coordinated omission: what a stall made
/// late is in `held`. Send lag is how late the generator itself was and nothing else.
public struct RequestTimes: Hashable, Sendable {
    /// When the plan had it due.
    public let scheduled: RunTime
    /// When it could be sent.
    public let ready: RunTime
    /// The generator's first action for it.
    public let started: RunTime
    /// Its first byte was written.
    public let sent: RunTime
    /// Nil when no byte of a response came.
    public let firstByte: RunTime?
    /// The last byte of the response, or the failure.
    public let finished: RunTime

    /// Instants in order, each no earlier than the one before; out of order is the caller's bug.
    public init(
        scheduled: RunTime, ready: RunTime, started: RunTime, sent: RunTime, firstByte: RunTime?, finished: RunTime
    ) {
        precondition(
            scheduled <= ready && ready <= started && started <= sent && sent <= (firstByte ?? sent)
                && (firstByte ?? sent) <= finished, "the instants of a request are in order")
        self.scheduled = scheduled
        self.ready = ready
        self.started = started
        self.sent = sent
        self.firstByte = firstByte
        self.finished = finished
    }

    /// Instants that come from more than one clock: one that precedes its predecessor by their disagreement is moved up to it.
    public static func raised(
        scheduled: RunTime, ready: RunTime, started: RunTime, sent: RunTime, firstByte: RunTime?, finished: RunTime
    ) -> RequestTimes {
        let ready = max(scheduled, ready)
        let started = max(ready, started)
        let sent = max(started, sent)
        let firstByte = firstByte.map { max(sent, $0) }
        return RequestTimes(
            scheduled: scheduled, ready: ready, started: started, sent: sent, firstByte: firstByte,
            finished: max(firstByte ?? sent, finished))
    }

    /// A request given up at `at` before any of it was written.
    public static func unsent(scheduled: RunTime, ready: RunTime, at: RunTime) -> RequestTimes {
        .raised(scheduled: scheduled, ready: ready, started: at, sent: at, firstByte: nil, finished: at)
    }

    /// A time of a kind, in nanoseconds.
    @inline(__always)
    public subscript(kind: TimeKind) -> Int64 {
        switch kind {
        case .response: responseNs
        case .turnaround: sinceReadyNs
        case .service: serviceNs
        case .sendLag: sendLagNs
        case .held: heldNs
        case .connect: connectNs
        }
    }

    /// Finished − scheduled: what someone who meant to send at the planned instant waited.
    public var responseNs: Int64 { finished.nanoseconds(since: scheduled) }
    /// Ready − scheduled: waiting for predecessors, a token, a connection, a throttle.
    public var heldNs: Int64 { ready.nanoseconds(since: scheduled) }
    /// Started − ready: how late the generator was.
    public var sendLagNs: Int64 { started.nanoseconds(since: ready) }
    /// Sent − started: DNS, TCP and TLS; 0 on an open connection.
    public var connectNs: Int64 { sent.nanoseconds(since: started) }
    /// Finished − sent.
    public var serviceNs: Int64 { finished.nanoseconds(since: sent) }
    /// Finished − ready: what endpoint figures read, so that one stall is not counted in several requests.
    public var sinceReadyNs: Int64 { finished.nanoseconds(since: ready) }
}
