public import Traffic

/// The instants of one replayed request, and the times between them.
///
///     scheduled ──held── ready ──send lag── started ──connect── sent ──service── finished
///
/// - *scheduled*: the time in the plan. Under `think` pacing and at `--speed max`: the previous end plus think time /
///   speed.
/// - *ready*: the latest of scheduled; the end of every exchange of its session that had ended in the recording before
///   this one began; the time its token is available; the time its connection is free; the time a rate cap allows.
/// - *started*: the generator's first action for it: connecting a new connection, or the first write on an open one.
/// - *sent*: when its first byte was written. On an open connection that is the first action, so `sent == started`.
/// - *firstByte*, *finished*: first and last byte of the response, or the failure.
///
/// So response time = held + send lag + connect + service, exactly, and is free of coordinated omission: a delay caused
/// by a stall is part of `held`. Send lag measures the lateness of the generator itself and nothing else.
public struct RequestTimes: Hashable, Sendable {
    /// When the plan schedules it.
    public let scheduled: RunTime
    /// When it could be sent.
    public let ready: RunTime
    /// The generator's first action for it.
    public let started: RunTime
    /// Its first byte was written.
    public let sent: RunTime
    /// Nil when no byte of a response was received.
    public let firstByte: RunTime?
    /// The last byte of the response, or the failure.
    public let finished: RunTime

    /// Instants in ascending order; it is a programming error if they are not.
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

    /// Instants from several clocks: one that precedes its predecessor because the clocks differ is raised to it.
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

    /// The times of a request that was given up at `at` before any of it was written.
    public static func unsent(scheduled: RunTime, ready: RunTime, at: RunTime) -> RequestTimes {
        .raised(scheduled: scheduled, ready: ready, started: at, sent: at, firstByte: nil, finished: at)
    }

    /// The time of a kind, in nanoseconds.
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

    /// Finished − scheduled: the time experienced by a user who wanted to send at the planned instant.
    public var responseNs: Int64 { finished.nanoseconds(since: scheduled) }
    /// Ready − scheduled: waiting for predecessors, a token, a connection or a rate cap.
    public var heldNs: Int64 { ready.nanoseconds(since: scheduled) }
    /// Started − ready: how late the generator was.
    public var sendLagNs: Int64 { started.nanoseconds(since: ready) }
    /// Sent − started: DNS, TCP and TLS; 0 on an open connection.
    public var connectNs: Int64 { sent.nanoseconds(since: started) }
    /// Finished − sent.
    public var serviceNs: Int64 { finished.nanoseconds(since: sent) }
    /// Finished − ready: used for endpoint figures, so that one stall is not counted in several requests.
    public var sinceReadyNs: Int64 { finished.nanoseconds(since: ready) }
}
