import Formats
import Traffic

/// Writes scripts of recorded sessions. They share endpoints and equal fields.
struct ScriptWriter {
    /// The most fields kept for sharing.
    private static let cacheLimit = 50_000

    private let options: PlanOptions
    private let sessionCount: Int
    private let knownNames: Set<[UInt8]>
    private var scripts: [SessionScript] = []
    private var endpoints: EndpointTable
    private var fields: Set<RequestScript.Field> = []
    /// The fields of the last request: the next one repeats most of them.
    private var recentFields: [RequestScript.Field] = []
    /// The structures of the responses of each endpoint.
    private var shapes: [Int: Set<ResponseShape>] = [:]
    private var findings: FindingsCollector
    private var searched: [Searched] = []
    private var evidence = BindingEvidence()
    private var ownAnswers = OwnAnswerFinder()
    /// Which exchanges of a session a filter keeps; nil for all.
    private let keeps: ((Exchange) -> Bool)?

    /// A session that was read and searched.
    private struct Searched {
        var reading: SessionReading
        var identities: SessionIdentities
        var search: SessionSearch
    }

    /// - Parameters:
    ///   - sessionCount: the number of sessions.
    ///   - knownNames: login names found anywhere in the recording.
    ///   - templates: the endpoint templates.
    ///   - foreignRuns: hashes of values from responses of other sessions (``SessionJoining/Result/foreignRuns``).
    ///   - keeps: which exchanges a filter keeps; nil for all.
    init(
        options: PlanOptions, sessionCount: Int, knownNames: Set<[UInt8]>, templates: EndpointTemplates,
        foreignRuns: Set<UInt64> = [], keeps: ((Exchange) -> Bool)? = nil
    ) {
        self.keeps = keeps
        self.options = options
        self.sessionCount = sessionCount
        self.knownNames = knownNames
        endpoints = EndpointTable(templates: templates)
        findings = FindingsCollector(rules: options.bindingRules, foreignRuns: foreignRuns)
    }

    /// Reads and searches `session`.
    mutating func search(_ session: RecordedSession) {
        let reading = SessionReading(session)
        let identities = SessionIdentities(of: reading, knownNames: knownNames, options: options)
        let search = SessionSearch(
            reading, identities: identities, options: options,
            keepsWords: sessionCount >= BindingEvidence.confirmingSessions, evidence: &evidence)
        searched.append(Searched(reading: reading, identities: identities, search: search))
    }

    /// Writes the scripts of the sessions that were searched. All of them together decide which values belong to whom.
    ///
    /// - Returns: when the sessions that have something to send began, in order.
    mutating func write() -> [CaptureTime] {
        for session in searched { evidence.seeLongValues(session.search, of: session.reading) }
        var arrivals: [CaptureTime] = []
        searched.reverse()
        while let session = searched.popLast() {
            let resolution = BindingResolver.resolve(
                session.reading, session.search, identities: session.identities, evidence: evidence, options: options)
            let planner = SessionPlanner(reading: session.reading, resolution: resolution, options: options)
            var planned = planner.plan { endpoints.index(method: $0, path: $1) }
            if let script = planned?.script {
                let found = ownAnswers.see(session.reading, session.identities, resolution, script)
                for (index, own) in found { planned?.script.requests[index].recordedResponse.own = own }
            }
            let prelude = keeps.flatMap { keeps in planned.map { planner.prelude(of: $0.script, keeps) } }
            findings.add(session.reading, session.identities, resolution, planned, fates: prelude?.fates)
            guard
                let (whole, beginNs) = planned.flatMap({ planned in
                    prelude.map(planned.script.with) ?? (planned.script, 0)
                })
            else { continue }
            var script = whole
            for index in script.requests.indices { shareStorage(of: &script.requests[index]) }
            scripts.append(script)
            let began = session.reading.session.began.nanoseconds
            arrivals.append(CaptureTime(nanoseconds: began.addingClamped(beginNs)))
        }
        compareRedirects()
        compareShapes()
        confirmOwnAnswers()
        guard keeps != nil else { return arrivals }
        let order = arrivals.indices.sorted { (arrivals[$0], $0) < (arrivals[$1], $1) }
        scripts = order.map { scripts[$0] }
        return order.map { arrivals[$0] }
    }

    /// Gives each redirect the targets of the other redirects of its endpoint.
    private mutating func compareRedirects() {
        var shapes: [Int: Set<RedirectShape>] = [:]
        for script in scripts.indices {
            // By index: a copy of each request would cost more than the rest.
            for index in scripts[script].requests.indices {
                guard let shape = scripts[script].requests[index].recordedResponse.redirect else { continue }
                shapes[scripts[script].requests[index].endpoint, default: []].insert(shape)
            }
        }
        guard !shapes.isEmpty else { return }
        let alternatives = shapes.mapValues { RedirectShape.alternatives($0) }
        for script in scripts.indices {
            for index in scripts[script].requests.indices
            where scripts[script].requests[index].recordedResponse.redirect != nil {
                let endpoint = scripts[script].requests[index].endpoint
                scripts[script].requests[index].recordedResponse.redirect?.alternatives = alternatives[endpoint] ?? []
            }
        }
    }

    /// Allows each response to vary as the recorded responses of its endpoint do.
    private mutating func compareShapes() {
        let compared = shapes.mapValues { ResponseShape.compare($0) }
        for script in scripts.indices {
            for index in scripts[script].requests.indices {
                guard let shape = scripts[script].requests[index].recordedResponse.shape else { continue }
                let endpoint = scripts[script].requests[index].endpoint
                scripts[script].requests[index].recordedResponse.shape = compared[endpoint]?[shape]
            }
        }
    }

    /// Keeps the places that hold the session's own value in every session.
    private mutating func confirmOwnAnswers() {
        for script in scripts.indices {
            for index in scripts[script].requests.indices
            where !scripts[script].requests[index].recordedResponse.own.isEmpty {
                let own = scripts[script].requests[index].recordedResponse.own
                scripts[script].requests[index].recordedResponse.own = ownAnswers.confirmed(own)
            }
        }
    }

    func finish() -> (scripts: [SessionScript], endpoints: [Endpoint], findings: PlanFindings) {
        let findings = findings.finish(endpoints: endpoints.endpoints, evidence: evidence)
        guard keeps != nil else { return (scripts, endpoints.endpoints, findings) }
        let (scripts, used) = ScriptWriter.withUsedEndpoints(scripts)
        return (scripts, used.map { endpoints.endpoints[$0] }, findings)
    }

    /// Renumbers the endpoints of `scripts` so that only those in use remain; also returns the old numbers of those.
    private static func withUsedEndpoints(_ scripts: [SessionScript]) -> (scripts: [SessionScript], used: [Int]) {
        var numbers: [Int: Int] = [:]
        var used: [Int] = []
        func number(_ endpoint: Int) -> Int {
            if let number = numbers[endpoint] { return number }
            numbers[endpoint] = used.count
            used.append(endpoint)
            return used.count - 1
        }
        var scripts = scripts
        for index in scripts.indices {
            for request in scripts[index].requests.indices {
                scripts[index].requests[request].endpoint = number(scripts[index].requests[request].endpoint)
            }
            for request in scripts[index].renewalRequests.indices {
                let endpoint = scripts[index].renewalRequests[request].endpoint
                scripts[index].renewalRequests[request].endpoint = number(endpoint)
            }
        }
        return (scripts, used)
    }

    /// Gives a request the storage of earlier equal fields and structures: most are the same in every request.
    private mutating func shareStorage(of request: inout RequestScript) {
        defer { recentFields = request.fields }
        if let shape = request.recordedResponse.shape {
            request.recordedResponse.shape = shapes[request.endpoint, default: []].insert(shape).memberAfterInsert
        }
        for index in request.fields.indices where request.fields[index].value.isLiteral {
            if index < recentFields.count, recentFields[index] == request.fields[index] {
                request.fields[index] = recentFields[index]
                continue
            }
            if fields.count >= ScriptWriter.cacheLimit { fields.removeAll() }
            request.fields[index] = fields.insert(request.fields[index]).memberAfterInsert
        }
    }
}

/// Endpoints by number.
struct EndpointTable {
    /// The most paths that are remembered.
    private static let cacheLimit = 50_000
    private struct Known {
        var method: String
        var path: [UInt8]
        var index: Int
    }

    let templates: EndpointTemplates
    private(set) var endpoints: [Endpoint] = []
    private var numbers: [Endpoint: Int] = [:]
    /// Keyed by a hash of method and path.
    private var known = HashTable<Known>()

    init(templates: EndpointTemplates) { self.templates = templates }

    /// The endpoint number of a request.
    mutating func index(method: String, path: [UInt8]) -> Int {
        var hash = ValueHash.of(path)
        ValueHash.mix(&hash, method.utf8)
        if let same = known[hash], same.path == path, same.method == method { return same.index }
        let endpoint = templates.endpoint(method: method, target: String(decoding: path, as: UTF8.self))
        let index = numbers[endpoint] ?? endpoints.count
        if index == endpoints.count {
            endpoints.append(endpoint)
            numbers[endpoint] = index
        }
        if known.count >= EndpointTable.cacheLimit { known = HashTable() }
        known.insert(Known(method: method, path: path, index: index), for: hash)
        return index
    }
}
