public import Traffic

/// The requests that a replay sends, and when.
///
/// The plan is lazy: it holds the recorded sessions once, and each clone is computed when its turn comes.
public struct ReplayPlan: Sendable {
    /// The most slots a plan can have.
    public static let slotLimit = 10_000_000

    /// The user's options.
    public let options: PlanOptions
    /// The recorded sessions that can be sent, in the order of their arrival.
    public let scripts: [SessionScript]
    /// The endpoints that figures are grouped under, in the order of their first request.
    public let endpoints: [Endpoint]
    /// What was found in the recording, and what is left out.
    public let findings: PlanFindings
    /// The traffics that it runs concurrently; one for most plans.
    public let parts: [PlanPart]
    private let assignment: SlotAssignment
    private let feeds: Feeds

    /// Plans a replay of `sessions`.
    ///
    /// - Parameter keeps: which exchanges a filter keeps, given the number of the session that they now belong to; nil
    ///   for all. Requests that these depend on are sent ahead of them (``RequestScript/isPrelude``).
    /// - Throws: when nothing can be planned.
    public init(
        sessions: [RecordedSession], options: PlanOptions, keeps: ((Exchange) -> Bool)? = nil
    ) throws(PlanError) {
        try options.check()
        let joining = SessionJoining.result(of: sessions)
        let sessions = joining.sessions
        // The names matter only for tokens that are signed again, to separate people's names from other values.
        let needsNames = options.mintKeys != nil && options.replacesPeople
        var writer = ScriptWriter(
            options: options, sessionCount: sessions.count,
            knownNames: needsNames ? CredentialFinder.names(in: sessions) : [],
            templates: options.endpointTemplates ?? EndpointTemplates(learnedFrom: sessions),
            foreignRuns: joining.foreignRuns, keeps: keeps)
        let ordered = sessions.sorted { ($0.began, $0.number) < ($1.began, $1.number) }
        for session in ordered { writer.search(session) }
        let arrivals = writer.write()
        guard !arrivals.isEmpty else { throw .nothingToSend }
        var (scripts, endpoints, findings) = writer.finish()
        findings.joinedSessions = joining.joined
        findings.foreignRequests = joining.foreignRequests
        findings.foreignSessions = joining.foreignSessions
        findings.shortSessions = sessions.count { $0.exchanges.count == 1 }
        let part = PlanPart(
            name: "", scripts: 0..<scripts.count, speed: options.speed, pacing: options.pacing, think: options.think)
        try self.init(
            options: options, scripts: scripts, endpoints: endpoints, findings: findings, parts: [part],
            arrivals: arrivals)
    }

    /// A plan with the given scripts.
    ///
    /// - Parameter arrivals: recorded arrivals of the scripts, ascending.
    init(
        options: PlanOptions, scripts: [SessionScript], endpoints: [Endpoint], findings: PlanFindings,
        parts: [PlanPart], arrivals: [CaptureTime]
    ) throws(PlanError) {
        var feeds = options.feeds
        feeds.peoplePerClone = max(1, findings.peoplePerSession)
        let assignment = SlotAssignment(
            arrivals: arrivals, lengths: scripts.map(\.plannedDurationNs), parts: parts, options: options,
            cloneLimit: feeds.whenUsedUp == .stop ? feeds.capacity : nil)
        if let capacity = feeds.capacity, capacity == 0 || feeds.whenUsedUp == .reuse && capacity < assignment.slotCount
        {
            throw .tooFewRows(clones: capacity, needed: capacity == 0 ? 1 : assignment.slotCount)
        }
        guard assignment.slotCount <= ReplayPlan.slotLimit else { throw .populationOutOfRange(assignment.slotCount) }
        self.options = options
        self.scripts = scripts
        self.endpoints = endpoints
        self.findings = findings
        self.parts = parts
        self.assignment = assignment
        self.feeds = feeds
    }

    /// The clone's values from files; nil when there are none.
    public func row(of turn: CloneTurn) -> FeedRow? {
        parts.count > 1 ? parts[part(ofScript: turn.script)].feeds.row(of: turn) : feeds.row(of: turn)
    }

    /// The number of clones that files have values for; nil when there are no files.
    public var clonesWithValues: Int? { feeds.capacity }

    /// The number of clones of a part that its files have values for; nil when it has no files.
    public func clonesWithValues(ofPart part: Int) -> Int? {
        parts.count > 1 ? parts[part].feeds.capacity : feeds.capacity
    }

    /// Whether some planned clones do not start because the values in files run out.
    ///
    /// - Parameter outline: the outline of this plan.
    public func isShortOfValues(_ outline: PlanOutline) -> Bool {
        guard let capacity = feeds.capacity, feeds.whenUsedUp == .stop else { return false }
        return options.duration == nil ? capacity < max(slotCount, scripts.count) : outline.clones >= capacity
    }

    /// The number of concurrent slots: one per recorded session, as many as requested, or one per copy.
    public var slotCount: Int { assignment.slotCount }

    /// How many clones run; nil when the plan ends by time.
    public var plannedClones: Int? { assignment.plannedClones }

    /// The span that the slots' starts are spread over, or the range of the copies' jitter.
    public var ramp: Duration { .nanoseconds(assignment.rampNs) }

    /// The first clone of a slot (from 0); nil when its time is past the plan's duration.
    public func firstTurn(ofSlot slot: Int) -> CloneTurn? { assignment.firstTurn(ofSlot: slot) }

    /// The next clone in the same slot; nil when the slot is done.
    ///
    /// With slots it is due at the planned end of `turn`; otherwise, when a duration is set, one recording's length
    /// after `turn`. At speed ``Speed/max`` it is due when `turn` was: the scheduler waits for the end of `turn`, and
    /// for the plan's duration to be over.
    ///
    /// - Parameter earliest: the earliest time it can begin; nil for no such bound. Where the number of slots changes,
    ///   a clone of a slot that is paused begins when the slot runs again.
    public func turn(after turn: CloneTurn, notBefore earliest: RunTime? = nil) -> CloneTurn? {
        assignment.turn(after: turn, notBefore: earliest)
    }

    /// Whether the number of sessions falls during the run, so that some are ended early.
    public var levelsFall: Bool { assignment.levelsFall }

    /// A clone's number among those of the same part, from 0, to give each part all of something in turn: numbers in the
    /// run may skip every second one, as in a mix of two halves. Parts of several pools count in each of them.
    public func numberInPart(of turn: CloneTurn) -> Int { assignment.numberInShare(turn) }

    /// When a clone that runs in a slot at `time` must leave it before its session is over, because the number of
    /// sessions falls; nil if it need not.
    public func leave(ofSlot slot: Int, from time: RunTime) -> RunTime? { assignment.leave(ofSlot: slot, from: time) }

    /// When `turn` ends if the target is as fast as in the recording; its due time at ``Speed/max``.
    public func plannedEnd(of turn: CloneTurn) -> RunTime { assignment.end(of: turn) }

    /// When `request` of `turn` is scheduled under ``Pacing/timeline``; the turn's due time at ``Speed/max``.
    public func due(_ request: RequestScript, in turn: CloneTurn) -> RunTime {
        due(atOffsetNs: request.offsetNs, in: turn)
    }

    /// The same for a request at an offset from the beginning of its session.
    func due(atOffsetNs offsetNs: Int64, in turn: CloneTurn) -> RunTime {
        turn.due.advanced(byNs: parts[part(ofScript: turn.script)].speed.scaled(offsetNs))
    }

    /// The time between the end of its latest predecessor and `request` under ``Pacing/think``, in nanoseconds; 0 at
    /// ``Speed/max``.
    public func think(before request: RequestScript) -> Int64 { options.speed.scaled(request.thinkNs) }
}

extension PlanOptions {
    fileprivate func check() throws(PlanError) {
        if case .factor(let factor) = speed, !(factor.isFinite && factor > 0) { throw .speedOutOfRange(factor) }
        switch population {
        case .slots(let count), .copies(let count):
            guard (1...ReplayPlan.slotLimit).contains(count) else { throw .populationOutOfRange(count) }
        case .asRecorded, .pools: break
        }
        if let ramp, ramp < .zero { throw .spanOutOfRange(ramp) }
        if let duration, duration <= .zero { throw .spanOutOfRange(duration) }
        if let identityTemplate, IdentityTemplate(identityTemplate, feeds: feeds) == nil {
            throw .identityTemplateWithoutClone(identityTemplate)
        }
    }
}

extension ReplayPlan {
    /// The most connections that one clone holds.
    public var connectionsPerClone: Int { scripts.reduce(1) { max($0, $1.peakConnections) } }

    /// The memory taken by the scripts in bytes, not counting shared storage.
    var scriptBytes: UInt64 {
        scripts.reduce(0) { total, script in
            script.requests.reduce(total) { total, request in
                let fields = request.fields.reduce(0) { $0 + ($1.value.isLiteral ? 48 : 96 + $1.value.literal.count) }
                return total + UInt64(400 + request.target.literal.count + request.body.literal.count + fields)
            }
        }
    }
}
