public import Traffic

/// The scripts of a plan that belong to one traffic, with their pacing.
public struct PlanPart: Sendable {
    /// The traffic's name; empty in a plan with a single traffic.
    public var name: String
    /// Indices into ``ReplayPlan/scripts``.
    public var scripts: Range<Int>
    /// The factor that recorded gaps are divided by.
    public var speed: Speed
    /// The reference point of scheduled times.
    public var pacing: Pacing
    /// The pause before each request in place of the recorded ones; nil to use those.
    public var think: ThinkTime?
    /// The tables that its clones take values from; empty in a plan with a single traffic, which uses those of its
    /// options.
    var feeds = Feeds()

    /// Whether requests are scheduled from earlier responses, so that nothing can be late.
    public var isClosedLoop: Bool { speed == .max || pacing == .think }

    /// Whether a session's recorded length determines how long its clone takes.
    var hasPlannedLengths: Bool { speed != .max && think == nil }
}

extension ReplayPlan {
    /// The part that a script belongs to.
    @inline(__always)
    public func part(ofScript script: Int) -> Int {
        guard parts.count > 1 else { return 0 }
        return parts.firstIndex { $0.scripts.contains(script) } ?? 0
    }

    /// Whether the schedule of every request is independent of the target's speed.
    public var isOpenLoop: Bool { parts.allSatisfy { !$0.isClosedLoop } }

    /// Combines several plans into one that runs them concurrently, each as a part of the population's pools.
    ///
    /// The findings stay in the single plans; the combined one has none.
    ///
    /// - Parameters:
    ///   - plans: plans with a single traffic each, with its name; at least one. The seed is that of the first. Each
    ///     keeps its own values from files, whose rows never run out.
    ///   - duration: when no more clones start; nil to end when the pools' slots are done.
    /// - Throws: ``PlanError/tooFewRows(clones:needed:)`` if the values of a plan's files are empty.
    public init(
        combining plans: [(name: String, plan: ReplayPlan)], into pools: [LoadPool], duration: Duration?
    ) throws(PlanError) {
        var options = plans[0].plan.options
        options.population = .pools(pools)
        options.duration = duration
        options.ramp = nil
        if plans.count > 1 { options.feeds = Feeds() }
        var scripts: [SessionScript] = []
        var endpoints: [Endpoint] = []
        var places: [String: Int] = [:]
        var parts: [PlanPart] = []
        var findings = PlanFindings()
        for (name, plan) in plans {
            let own = plan.endpoints.map { endpoint in
                if let place = places[endpoint.label] { return place }
                places[endpoint.label] = endpoints.count
                endpoints.append(endpoint)
                return endpoints.count - 1
            }
            let first = scripts.count
            for var script in plan.scripts {
                for index in script.requests.indices {
                    script.requests[index].endpoint = own[script.requests[index].endpoint]
                }
                for index in script.renewalRequests.indices {
                    script.renewalRequests[index].endpoint = own[script.renewalRequests[index].endpoint]
                }
                scripts.append(script)
            }
            var part = PlanPart(
                name: name, scripts: first..<scripts.count, speed: plan.options.speed, pacing: plan.options.pacing,
                think: plan.options.think)
            part.feeds = plan.options.feeds
            part.feeds.peoplePerClone = max(1, plan.findings.peoplePerSession)
            if let capacity = part.feeds.capacity, capacity == 0 { throw .tooFewRows(clones: 0, needed: 1) }
            parts.append(part)
            findings.peoplePerSession = max(findings.peoplePerSession, plan.findings.peoplePerSession)
        }
        let arrivals = [CaptureTime](repeating: CaptureTime(nanoseconds: 0), count: scripts.count)
        try self.init(
            options: options, scripts: scripts, endpoints: endpoints, findings: findings, parts: parts,
            arrivals: arrivals)
    }
}
