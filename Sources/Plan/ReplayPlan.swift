public import Traffic

/// What a replay will send, and when.
///
/// The plan is lazy: it holds the recorded sessions once, and each clone is worked out when its turn comes.
public struct ReplayPlan: Sendable {
    /// The most slots a plan can have.
    public static let slotLimit = 10_000_000

    /// What the user decided.
    public let options: PlanOptions
    /// The recorded sessions that can be sent.
    public let scripts: [SessionScript]
    /// What the requests' figures are grouped under.
    public let endpoints: [Endpoint]

    /// Plans a replay of `sessions`.
    public init(sessions: [RecordedSession], options: PlanOptions) throws(PlanError) {
        self.options = options
        scripts = []
        endpoints = []
        throw .nothingToSend
    }

    /// How many slots run at once.
    public var slotCount: Int { 0 }

    /// How many clones run; nil when the plan ends by time alone.
    public var plannedClones: Int? { 0 }

    /// The first clone of a slot; nil when its time is past the plan's duration.
    public func firstTurn(ofSlot slot: Int) -> CloneTurn? { nil }

    /// The clone that follows in the same slot, due at the planned end of `turn`; nil when the slot is done.
    public func turn(after turn: CloneTurn) -> CloneTurn? { nil }

    /// When `request` of `turn` is scheduled under ``Pacing/timeline``; the turn's due time at ``Speed/max``.
    public func due(_ request: RequestScript, in turn: CloneTurn) -> RunTime {
        RunTime(nanoseconds: turn.due.nanoseconds + options.speed.scaled(request.offsetNs))
    }
}
