import Formats

/// Which requests of a session a filter keeps, and which others those need.
///
/// A request that a filter keeps may use values and cookies from responses to other requests, or depend on a login that
/// gave it no value. Those requests are the session's prelude. The ones before the first kept request are sent without
/// pauses, the others at their recorded places. Their figures are kept separate.
struct Prelude {
    /// What happens to a request.
    enum Fate: Hashable {
        case kept, prelude, leftOut
    }

    /// What happens to each request of the script.
    let fates: [Fate]

    /// - Parameters:
    ///   - isKept: whether the filter keeps each request of `script`.
    ///   - isLogin: whether each request logs someone in or registers someone.
    init(of script: SessionScript, isKept: [Bool], isLogin: [Bool]) {
        var fates = isKept.map { $0 ? Fate.kept : .leftOut }
        var open = fates.indices.filter { isKept[$0] }
        while let index = open.popLast() {
            for source in Prelude.needs(of: index, script, isLogin) where fates[source] == .leftOut {
                fates[source] = .prelude
                open.append(source)
            }
        }
        self.fates = fates
    }

    /// The requests before `index` that it needs: for their responses, or for their effect on who is logged in.
    private static func needs(of index: Int, _ script: SessionScript, _ isLogin: [Bool]) -> Set<Int> {
        let request = script.requests[index]
        var sources = Set(request.cookieSources)
        var needsLogin = !request.cookieNames.isEmpty || !request.grants.isEmpty
        for value in request.neededValues {
            guard let source = script.requests[..<index].lastIndex(where: { $0.sources.contains { $0.value == value } })
            else { continue }
            sources.insert(source)
            sources.formUnion(polls(of: value, before: source, script))
            needsLogin = true
        }
        // A login may authorise the cookie that an earlier page set, and someone who logs in has registered before.
        if needsLogin || isLogin[index] { sources.formUnion((0..<index).filter { isLogin[$0] }) }
        return sources
    }
    /// The earlier requests to the target of `source`, whose responses did not have `value` yet: a polled job is done
    /// only after some of them.
    private static func polls(of value: Int, before source: Int, _ script: SessionScript) -> [Int] {
        let last = script.requests[source]
        guard last.method == "GET" else { return [] }
        return (0..<source).suffix(pollLimit).filter { index in
            let request = script.requests[index]
            return request.method == last.method && request.target == last.target
                && !request.sources.contains { $0.value == value }
        }
    }

    /// How many requests back the same target is searched for.
    private static let pollLimit = 64
}

extension SessionScript {
    /// The script without the requests that `prelude` leaves out; nil when it keeps none.
    ///
    /// - Returns: also how much later than this script it begins, in nanoseconds: negative when the prelude takes
    ///   longer than the recording did up to the first kept request.
    func with(_ prelude: Prelude) -> (script: SessionScript, beginNs: Int64)? {
        guard let firstKept = prelude.fates.firstIndex(of: .kept) else { return nil }
        let indices = prelude.fates.indices.filter { prelude.fates[$0] != .leftOut }
        let positions = Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, $0) })
        var requests = indices.map { self.requests[$0] }
        var nowNs: Int64 = 0
        for (position, index) in indices.enumerated() {
            requests[position].isPrelude = prelude.fates[index] == .prelude
            requests[position].cookieSources = requests[position].cookieSources.compactMap { positions[$0] }
            guard index < firstKept else { continue }
            let spanNs = requests[position].endOffsetNs.map { $0.subtractingClamped(requests[position].offsetNs) }
            requests[position].offsetNs = nowNs
            nowNs = nowNs.addingClamped(max(spanNs ?? Prelude.unknownSpanNs, 1))
            requests[position].endOffsetNs = nowNs
        }
        let beginNs = self.requests[firstKept].offsetNs.subtractingClamped(nowNs)
        for (position, index) in indices.enumerated() where index >= firstKept {
            requests[position].offsetNs = requests[position].offsetNs.subtractingClamped(beginNs)
            requests[position].endOffsetNs = requests[position].endOffsetNs?.subtractingClamped(beginNs)
        }
        var script = self
        script.requests = SessionScript.ordered(requests)
        for grant in script.grants.indices {
            script.grants[grant].renewers = script.grants[grant].renewers.compactMap { positions[$0] }
        }
        script.plannedDurationNs = requests.reduce(0) { max($0, $1.endOffsetNs ?? $1.offsetNs) }
        script.connectionCount = Set(requests.map(\.connection)).count
        script.peakConnections = min(peakConnections, max(1, script.connectionCount))
        return (script, beginNs)
    }

    /// `requests` with their predecessors and connection numbers recomputed for the requests that remain.
    private static func ordered(_ requests: [RequestScript]) -> [RequestScript] {
        let dependencies = Dependencies(begins: requests.map(\.offsetNs), ends: requests.map(\.endOffsetNs))
        let last = requests.indices.reduce(into: [Int: Int]()) { $0[requests[$1].connection] = $1 }
        var connections: [Int: Int] = [:]
        return requests.indices.map { index in
            var request = requests[index]
            request.predecessors = dependencies.predecessors[index]
            request.endOffsetNs = dependencies.ends[index]
            request.thinkNs = request.offsetNs.subtractingClamped(dependencies.readyNs[index] ?? 0)
            request.isLastOfConnection = last[request.connection] == index
            let connection = connections[request.connection, default: connections.count]
            connections[request.connection] = connection
            request.connection = connection
            return request
        }
    }
}

extension Prelude {
    /// The planned duration of a prelude request whose end was not recorded, in nanoseconds.
    fileprivate static let unknownSpanNs = Nanoseconds.perMillisecond
}
