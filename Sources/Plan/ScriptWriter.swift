import Traffic

/// Turns recorded sessions into scripts, which share their endpoints and equal fields.
struct ScriptWriter {
    /// The most fields remembered for sharing.
    private static let cacheLimit = 50_000

    private let options: PlanOptions
    private let knownNames: Set<[UInt8]>
    private var scripts: [SessionScript] = []
    private var endpoints: EndpointTable
    private var fields: Set<RequestScript.Field> = []
    private var findings: FindingsCollector
    private var writers: [SessionWriter] = []
    private var evidence = BindingEvidence()

    /// - Parameters:
    ///   - knownNames: names that people log in by anywhere in the recording.
    ///   - templates: what the endpoints of requests are.
    init(options: PlanOptions, knownNames: Set<[UInt8]>, templates: EndpointTemplates) {
        self.options = options
        self.knownNames = knownNames
        endpoints = EndpointTable(templates: templates)
        findings = FindingsCollector(rules: options.bindingRules)
    }

    /// Searches `session`.
    mutating func search(_ session: RecordedSession) {
        writers.append(
            SessionWriter(session: session, options: options, knownNames: knownNames, evidence: &evidence))
    }

    /// Writes the scripts of the sessions that were searched, which together say which values are whose.
    ///
    /// - Returns: when those sessions began that have something to send, in their order.
    mutating func write() -> [CaptureTime] {
        var arrivals: [CaptureTime] = []
        writers.reverse()
        while var writer = writers.popLast() {
            let written = writer.script(evidence: evidence) { endpoints.index(method: $0, path: $1) }
            findings.add(writer, script: written)
            guard var script = written else { continue }
            script.requests = script.requests.map { sharing($0) }
            scripts.append(script)
            arrivals.append(writer.session.began)
        }
        return arrivals
    }

    func finish() -> (scripts: [SessionScript], endpoints: [Endpoint], findings: PlanFindings) {
        (scripts, endpoints.endpoints, findings.finish(endpoints: endpoints.endpoints))
    }

    /// The request with the storage of equal fields that came before: most are the same in every request.
    private mutating func sharing(_ request: RequestScript) -> RequestScript {
        var request = request
        for index in request.fields.indices where request.fields[index].value.isLiteral {
            if fields.count >= ScriptWriter.cacheLimit { fields.removeAll() }
            request.fields[index] = fields.insert(request.fields[index]).memberAfterInsert
        }
        return request
    }
}

/// Endpoints by number.
struct EndpointTable {
    /// The most paths remembered.
    private static let cacheLimit = 50_000
    private struct Key: Hashable {
        var method: String
        var path: [UInt8]
    }

    let templates: EndpointTemplates
    private(set) var endpoints: [Endpoint] = []
    private var numbers: [Endpoint: Int] = [:]
    private var known: [Key: Int] = [:]

    init(templates: EndpointTemplates) { self.templates = templates }

    /// The number of the endpoint of a request.
    mutating func index(method: String, path: [UInt8]) -> Int {
        let key = Key(method: method, path: path)
        if let index = known[key] { return index }
        let endpoint = templates.endpoint(method: method, target: String(decoding: path, as: UTF8.self))
        let index = numbers[endpoint] ?? endpoints.count
        if index == endpoints.count {
            endpoints.append(endpoint)
            numbers[endpoint] = index
        }
        if known.count >= EndpointTable.cacheLimit { known.removeAll() }
        known[key] = index
        return index
    }
}
