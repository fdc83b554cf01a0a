internal import Plan
internal import Traffic

/// Keeps the grants of a clone valid: which of them are being renewed, which requests wait, and when renewals are due.
///
/// Pure: time comes in, decisions come out. A grant has at most one renewal at a time; after ``failureLimit``
/// consecutive renewals that failed or did not help, the grant is given up and the target's responses count.
struct CloneRenewals {
    /// The most consecutive renewals of a grant that may fail or not help.
    static let failureLimit = 3
    /// Seconds until a failed renewal is tried again.
    static let retrySeconds: Int64 = 5

    /// Why a renewal runs.
    enum Cause {
        /// The grant is about to expire, or was never given.
        case expiry
        /// A request was answered 401.
        case rejection
    }

    /// How a grant is renewed.
    enum Way {
        case refresh
        case login
    }

    /// A running renewal.
    struct Running {
        var way: Way
        /// Its requests, indices into the script's ``SessionScript/renewalRequests``.
        var steps: Range<Int>
        /// The step in flight.
        var step: Int
        /// The recorded connection of the request that triggered it.
        var connection: UInt16
        var cause: Cause
        var began: RunTime
    }

    /// What happens to a request because of a grant that it carries.
    enum Decision: Equatable {
        case go
        case wait
        /// It waits, and the steps of a renewal start.
        case renew(Range<Int>)
    }

    /// The state of a grant.
    struct State {
        /// Whether the clone has it.
        var isGiven = false
        /// Seconds since the Unix epoch; nil when it is unknown.
        var expiresAt: Int64?
        /// When it has to be renewed; nil for never.
        var renewAt: Int64?
        /// When a renewal last succeeded.
        var renewedAt: RunTime?
        var running: Running?
        /// The session's own renewers in flight.
        var ownUnderWay = 0
        /// Consecutive renewals that failed, or after which a request was refused again.
        var failures = 0
        var waiting: [RequestID] = []

        var isGivenUp: Bool { failures >= CloneRenewals.failureLimit }
    }

    private(set) var states: [State] = []

    /// Resets for a clone of a session with `grants`, keeping memory.
    mutating func begin(grants: Int) {
        states.removeAll(keepingCapacity: true)
        for _ in 0..<grants { states.append(State()) }
    }

    /// Whether the clone has all its grants, and none is due or being renewed: requests that carry them may be sent.
    ///
    /// - Parameter now: seconds since the Unix epoch.
    func isQuiet(now: Int64) -> Bool {
        states.allSatisfy { $0.isGiven && $0.running == nil && now < $0.renewAt ?? .max }
    }

    /// Whether a request that carries grant `index` may be sent now.
    ///
    /// - Parameter isDue: whether the grant has to be renewed before that.
    mutating func admit(
        _ id: RequestID, _ index: Int, of grant: Grant, isDue: Bool, connection: UInt16, at time: RunTime
    ) -> Decision {
        if states[index].running != nil {
            states[index].waiting.append(id)
            return .wait
        }
        guard isDue else { return .go }
        if states[index].ownUnderWay > 0 {
            states[index].waiting.append(id)
            return .wait
        }
        return begin(id, index, of: grant, way: nil, cause: .expiry, connection: connection, at: time)
    }

    /// Whether grant `index` has to be renewed before any request that carries it is sent.
    ///
    /// - Parameters:
    ///   - ownRenewal: planned seconds until the session renews it itself; nil when it does not.
    ///   - now: seconds since the Unix epoch.
    func isDue(_ index: Int, of grant: Grant, ownRenewal: @autoclosure () -> Int64?, now: Int64) -> Bool {
        let state = states[index]
        guard grant.isRenewable, !state.isGivenUp else { return false }
        guard state.isGiven else { return grant.isFetched && now >= state.renewAt ?? .min }
        guard let renewAt = state.renewAt, now >= renewAt else { return false }
        // The session is about to renew it itself in time.
        if let expiry = state.expiresAt, let wait = ownRenewal(), now + wait < expiry - 1 { return false }
        return true
    }

    /// Whether a request that gives grant `index` may be sent now: not while a renewal is changing the values that it
    /// sends.
    mutating func admitOwn(_ id: RequestID, _ index: Int) -> Decision {
        guard states[index].running == nil else {
            states[index].waiting.append(id)
            return .wait
        }
        states[index].ownUnderWay += 1
        return .go
    }

    /// The decision when a request that carried grant `index` was answered 401.
    ///
    /// - Parameters:
    ///   - sent: when it was sent.
    ///   - policy: not ``Unauthorized/count``.
    /// - Returns: `.go` when it can be sent again immediately; nil when the response counts.
    mutating func refused(
        _ id: RequestID, _ index: Int, of grant: Grant, sent: RunTime, policy: Unauthorized, connection: UInt16,
        at time: RunTime
    ) -> Decision? {
        if states[index].running != nil {
            states[index].waiting.append(id)
            return .wait
        }
        guard states[index].isGiven, !states[index].isGivenUp else { return nil }
        if let renewedAt = states[index].renewedAt, sent < renewedAt { return .go }
        let way: Way = policy == .relogin || grant.refresh.isEmpty ? .login : .refresh
        guard !(way == .refresh ? grant.refresh : grant.login).isEmpty else { return nil }
        return begin(id, index, of: grant, way: way, cause: .rejection, connection: connection, at: time)
    }

    /// Notes that a request was refused although its grant had been renewed.
    mutating func renewalDidNotHelp(_ index: Int) { states[index].failures += 1 }

    private mutating func begin(
        _ id: RequestID, _ index: Int, of grant: Grant, way: Way?, cause: Cause, connection: UInt16, at time: RunTime
    ) -> Decision {
        let mayRefresh = !grant.refresh.isEmpty && states[index].isGiven
        let way = way ?? (mayRefresh || grant.login.isEmpty ? .refresh : .login)
        let steps = way == .refresh ? grant.refresh : grant.login
        states[index].waiting.append(id)
        states[index].running = Running(
            way: way, steps: steps, step: steps.lowerBound, connection: connection, cause: cause, began: time)
        return .renew(steps)
    }

    /// The grant whose renewal step `step` is in flight; nil if there is none.
    func grant(renewingBy step: Int) -> Int? {
        states.firstIndex { $0.running?.step == step }
    }

    /// The recorded connection that renewal step `step` continues: that of the request which triggered it.
    func connection(ofStep step: Int) -> UInt16 {
        states.first { $0.running?.step == step }?.running?.connection ?? 0
    }

    /// What follows a step of the renewal of grant `index`.
    enum Next: Equatable {
        /// The next step to send.
        case step(Int)
        /// The renewal is over: waiting requests resume.
        case over(succeeded: Bool)
    }

    /// Notes the end of a step.
    ///
    /// - Parameters:
    ///   - succeeded: whether its response was good and gave the values looked for.
    ///   - now: seconds since the Unix epoch.
    mutating func stepEnded(_ index: Int, of grant: Grant, succeeded: Bool, now: Int64, at time: RunTime) -> Next {
        guard var running = states[index].running else { return .over(succeeded: false) }
        if succeeded, running.step + 1 < running.steps.upperBound {
            running.step += 1
            states[index].running = running
            return .step(running.step)
        }
        if !succeeded, running.way == .refresh, !grant.login.isEmpty {
            running.way = .login
            running.steps = grant.login
            running.step = grant.login.lowerBound
            states[index].running = running
            return .step(running.step)
        }
        states[index].running = nil
        if succeeded {
            states[index].renewedAt = time
            if running.cause == .expiry { states[index].failures = 0 }
        } else {
            states[index].failures += 1
            states[index].renewAt = now + (CloneRenewals.retrySeconds << Int64(states[index].failures))
        }
        return .over(succeeded: succeeded)
    }

    /// Notes that one of the session's own renewers ended.
    ///
    /// - Returns: whether the clone had the grant before.
    @discardableResult
    mutating func ownEnded(_ index: Int, succeeded: Bool) -> Bool {
        states[index].ownUnderWay -= 1
        let had = states[index].isGiven
        if succeeded { states[index].failures = 0 }
        return had
    }

    /// Notes that the clone has grant `index`, and when it expires.
    mutating func given(_ index: Int, expiresAt: Int64?, margin: RenewalMargin, now: Int64) {
        states[index].isGiven = true
        states[index].expiresAt = expiresAt
        // An expiry in the past comes from a wrong clock or an unreliable target, and is ignored.
        states[index].renewAt = expiresAt.flatMap { expiry in
            expiry > now ? margin.seconds(ofLifetime: expiry - now).map { expiry - $0 } : nil
        }
    }

    /// Notes a new expiry of a grant that the clone has, such as a cookie with a sliding expiry.
    mutating func slid(_ index: Int, expiresAt: Int64?, margin: RenewalMargin, now: Int64) {
        guard states[index].isGiven, states[index].expiresAt != expiresAt else { return }
        given(index, expiresAt: expiresAt, margin: margin, now: now)
    }

    /// Removes and returns the requests that waited for grant `index`.
    mutating func takeWaiting(_ index: Int) -> [RequestID] {
        defer { states[index].waiting.removeAll(keepingCapacity: true) }
        return states[index].waiting
    }
}
