import Formats
import Traffic

/// Turns one recorded session into a script.
struct SessionWriter {
    let session: RecordedSession
    let options: PlanOptions
    /// Names that people log in by anywhere in the recording.
    let knownNames: Set<[UInt8]>

    /// The requests that can be sent, in the order in which they began.
    private(set) var drafts: [RequestDraft] = []
    /// Why the others cannot.
    private(set) var leftOut: [LeftOut: Int] = [:]
    private(set) var identities: SessionIdentities
    private(set) var codedBodies = 0
    private(set) var uses: [SessionValues.Use] = []
    /// Places with values that a response or a person has, or that are tokens.
    private var sinks: [Sink] = []
    private var layers: [SinkLayer] = []
    private var candidates: [UInt64: [SourceCandidate]] = [:]
    /// The bodies of the drafts' responses after content decoding; empty where there is none that can be read.
    private var answers: [[UInt8]] = []
    private var cookies = CookieHistory([], drafts: [])
    /// Recorded cookies that no response had set and that are not sent.
    private(set) var droppedCookies = 0

    /// Takes the session apart and searches it; `evidence` is told what there is.
    init(
        session: RecordedSession, options: PlanOptions, knownNames: Set<[UInt8]>, evidence: inout BindingEvidence
    ) {
        self.session = session
        self.options = options
        self.knownNames = knownNames
        identities = SessionIdentities(drafts: [], options: options)
        for (index, exchange) in session.exchanges.enumerated() {
            switch RequestDraft.make(of: exchange, at: index) {
            case .success(let draft):
                drafts.append(draft)
                if draft.isUnreadable { codedBodies += 1 }
            case .failure(let reason): leftOut[reason, default: 0] += 1
            }
        }
        identities = SessionIdentities(drafts: drafts, options: options)
        readAnswers()
        cookies = CookieHistory(session.exchanges, drafts: drafts)
        search { writer, sinks in writer.show(sinks, to: &evidence) }
    }

    /// The script; nil when the session has nothing to send.
    ///
    /// - Parameter endpoint: the index of the endpoint of a method and a path.
    mutating func script(evidence: BindingEvidence, endpoint: (String, [UInt8]) -> Int) -> SessionScript? {
        guard !drafts.isEmpty else { return nil }
        var values = resolvedValues(evidence)
        if !values.namesInTokens.isEmpty, options.replacesPeople {
            // Who is named in a token is named elsewhere in the session too.
            for found in values.namesInTokens { identities.add(nameInToken: found.name, request: found.request) }
            search { _, _ in }
            values = resolvedValues(evidence)
        }
        uses = values.uses
        let exchanges = drafts.map { session.exchanges[$0.exchange] }
        let began = session.began
        let dependencies = Dependencies(
            begins: exchanges.map(\.began.nanoseconds),
            ends: exchanges.map { $0.response == nil ? nil : $0.ended.nanoseconds })
        var connections: [UInt32: Int] = [:]
        let lastOfConnection = exchanges.indices.reduce(into: [UInt32: Int]()) { $0[exchanges[$1].connection] = $1 }
        var requests: [RequestScript] = []
        for index in drafts.indices {
            let connection = connections[exchanges[index].connection, default: connections.count]
            connections[exchanges[index].connection] = connection
            var request = request(index, exchanges[index], values)
            let beganNs = exchanges[index].began.nanoseconds
            request.offsetNs = beganNs.subtractingClamped(began.nanoseconds)
            request.endOffsetNs = dependencies.ends[index].map { $0.subtractingClamped(began.nanoseconds) }
            request.thinkNs = beganNs.subtractingClamped(dependencies.readyNs[index] ?? began.nanoseconds)
            request.predecessors = dependencies.predecessors[index]
            request.connection = connection
            request.isLastOfConnection = lastOfConnection[exchanges[index].connection] == index
            request.endpoint = endpoint(drafts[index].method, path(index, values))
            requests.append(request)
        }
        var finder = GrantFinder(
            session: session, drafts: drafts, answers: answers, requests: requests, recorded: values.recorded)
        finder.find()
        var (recipes, recorded) = (values.recipes, values.recorded)
        if let endpoint = options.tokenEndpoint, !values.fetchedValues.isEmpty {
            let fetching = endpoint.fetching(
                values.fetchedValues.values.sorted(), valueCount: recipes.count,
                stepCount: finder.renewalRequests.count)
            finder.add(fetching)
            for value in fetching.values {
                recipes.append(value.recipe)
                recorded.append(value.recorded)
            }
        }
        let ended = exchanges.reduce(began) { max($0, $1.ended) }
        var script = SessionScript(
            sessionNumber: session.number, plannedDurationNs: ended.nanoseconds.subtractingClamped(began.nanoseconds),
            requests: finder.requests,
            values: recipes, recordedValues: recorded, connectionCount: connections.count,
            peakConnections: peakConnections(requests) + (values.fetchedValues.isEmpty ? 0 : 1))
        script.grants = finder.grants
        script.renewalRequests = finder.renewalRequests
        return script
    }

    /// What becomes of the requests of `script`, the session's own, under a filter.
    func prelude(of script: SessionScript, _ keeps: (Exchange) -> Bool) -> Prelude {
        Prelude(
            of: script,
            isKept: drafts.map { draft in
                var exchange = session.exchanges[draft.exchange]
                // Filters go by the session that it belongs to now.
                exchange.session = session.number
                return keeps(exchange)
            },
            isLogin: drafts.map { !CredentialFinder.credentials(in: $0).isEmpty })
    }

    private func peakConnections(_ requests: [RequestScript]) -> Int {
        let origins = Set(requests.map { "\($0.scheme.label)://\($0.authority?.lowercased() ?? "")" }).count
        guard options.connections == .recorded else { return origins }
        // A recorded connection lasts from its first request to the end of its last; requests that crossed it together
        // need as many.
        let spans = Dictionary(grouping: requests, by: \.connection).values.flatMap { requests in
            let begins = requests.map(\.offsetNs)
            let ends = requests.map(\.endOffsetNs)
            let last = ends.contains(nil) ? nil : ends.compactMap { $0 }.max()
            return Array(
                repeating: (begin: begins[0], end: last), count: Concurrency.peak(begins: begins, ends: ends))
        }
        .sorted { $0.begin < $1.begin }
        return min(ConnectionRule.most, Concurrency.peak(begins: spans.map(\.begin), ends: spans.map(\.end)))
    }

    private mutating func readAnswers() {
        answers = drafts.map { draft in
            guard let response = session.exchanges[draft.exchange].response, !response.body.isEmpty else { return [] }
            let content = response.head.withUnsafeBufferPointer { Content($0) }
            guard let body = content.decoded(response.body, limit: SourceScanner.bodyLimit) else {
                codedBodies += 1
                return []
            }
            return body
        }
    }

    /// Finds the places that may take a value, and where the values come from.
    ///
    /// - Parameter see: is shown all places that values stand in.
    private mutating func search(_ see: (SessionWriter, [Sink]) -> Void) {
        var collector = SinkCollector(names: identities.hashes, words: identities.words)
        for (index, draft) in drafts.enumerated() { collector.collect(draft, request: index) }
        let firstSent = collector.firstRequests.mapValues { request in
            session.exchanges[drafts[request].exchange].began.nanoseconds
        }
        var scanner = SourceScanner(wanted: Set(collector.sinks.lazy.map(\.hash)), firstSent: firstSent)
        for (index, draft) in drafts.enumerated() {
            scanner.scan(session.exchanges[draft.exchange], body: answers[index], draft: draft, request: index)
        }
        candidates = scanner.candidates
        layers = collector.layers
        let names = identities.hashes
        sinks = collector.sinks.filter { sink in
            names.contains(sink.hash) || candidates[sink.hash] != nil
                || bytes(of: sink).withUnsafeBufferPointer { bytes in
                    RecordedToken.isLikely(bytes, sink.range) || isNamed(sink, in: bytes)
                        || options.tokenEndpoint != nil && sink.isBearerToken(in: bytes)
                }
        }
        see(self, collector.sinks)
        let used = Set(sinks.compactMap(\.layer))
        for index in layers.indices where !used.contains(index) { layers[index].bytes = [] }
    }

    /// Whether the user decides what stands at `sink`.
    private func isNamed(_ sink: Sink, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let draft = drafts[sink.request]
        return !options.bindingRules.isEmpty
            && options.bindingRules.names(sink: sink.label(of: draft.parts[sink.part].kind, in: bytes), of: draft)
    }

    /// What `sink` stands in.
    private func bytes(of sink: Sink) -> [UInt8] {
        sink.layer.map { layers[$0].bytes } ?? drafts[sink.request].parts[sink.part].bytes
    }

    private func resolvedValues(_ evidence: BindingEvidence) -> SessionValues {
        var values = SessionValues(
            session: session, drafts: drafts, answers: answers, candidates: candidates, layers: layers,
            cookies: cookies.sent,
            evidence: evidence, identities: identities, knownNames: knownNames, options: options)
        values.resolve(sinks)
        return values
    }

    /// The path of draft `index` with `{id}` where a clone's own value stands: those differ from clone to clone, however
    /// much they look like names.
    private func path(_ index: Int, _ values: SessionValues) -> [UInt8] {
        let target = drafts[index].target
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        var path: [UInt8] = []
        var start = 0
        for edit in values.edits(request: index, part: 0) where edit.range.upperBound <= end {
            path += target[start..<edit.range.lowerBound]
            path += "{id}".utf8
            start = edit.range.upperBound
        }
        return path + target[start..<end]
    }

    /// The request of draft `index`, but for its times and its place in the session.
    private mutating func request(_ index: Int, _ exchange: Exchange, _ values: SessionValues) -> RequestScript {
        let draft = drafts[index]
        var templates = draft.parts.indices.map { part in
            Template(draft.parts[part].bytes, edits: values.edits(request: index, part: part))
        }
        if let coding = draft.coding {
            // A body without values goes out as it was recorded, for two encoders seldom write the same bytes.
            let body = templates.removeLast()
            templates.append(
                body.isLiteral ? Template(exchange.request?.body ?? []) : Template(body, in: coding))
        }
        let cookies = cookieField(index, values, target: templates[0])
        var fields: [RequestScript.Field] = []
        for (part, template) in zip(draft.parts, templates) {
            guard case .field(let name) = part.kind, cookies == nil || part.rule != .cookie else { continue }
            fields.append(RequestScript.Field(name: name, value: template))
        }
        if let cookies { fields.append(RequestScript.Field(name: "Cookie", value: Template(cookies: cookies))) }
        let head = WireHead(of: draft, recorded: exchange.request?.head ?? [], cookies: cookies) { part in
            values.edits(request: index, part: part)
        }
        let needed = Set(
            templates[0].values + templates[templates.count - 1].values + fields.flatMap(\.value.values)
        ).sorted()
        var request = RequestScript(
            offsetNs: 0, version: exchange.version, scheme: draft.scheme, method: draft.method,
            authority: draft.authority, target: templates[0], fields: fields, body: templates[templates.count - 1],
            head: head, expectedStatus: exchange.response == nil ? nil : exchange.status,
            recordedBody: exchange.response.flatMap(RecordedBody.init),
            responseBytes: exchange.response.map { $0.head.count + Int(clamping: $0.bodyBytes) } ?? 0,
            recordedServiceNs: exchange.response == nil
                ? nil : exchange.ended.nanoseconds.subtractingClamped(exchange.began.nanoseconds),
            sources: values.sources[index] ?? [], takesCookies: cookies != nil, neededValues: needed)
        request.cookieNames = cookies?.fromJar ?? []
        request.cookieSources = request.cookieNames.compactMap { self.cookies.sent?[index].fromJar[$0] }
        if cookies != nil, let response = exchange.response {
            request.setCookies = CookieNames.set(by: response.head, now: exchange.ended.second)
        }
        return request
    }

    /// The cookies of draft `index`: those of its own, and the jar's; nil when the session's client keeps none.
    private mutating func cookieField(_ index: Int, _ values: SessionValues, target: Template) -> CookieField? {
        guard let sent = cookies.sent?[index] else { return nil }
        let draft = drafts[index]
        var own = Template()
        for (part, content) in draft.parts.enumerated() where content.rule == .cookie {
            let edits = values.edits(request: index, part: part)
            if options.keepsCookies, sent.fromJar.isEmpty {
                if !own.isEmpty { own.literal += "; ".utf8 }
                own.append(content.bytes, 0..<content.bytes.count, edits: edits)
                continue
            }
            content.bytes.withUnsafeBufferPointer { bytes in
                var pairs = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
                while let pair = pairs.next() {
                    guard sent.fromJar[Array(bytes[pair.name])] == nil else { continue }
                    let inside = edits.filter {
                        pair.value.lowerBound <= $0.range.lowerBound && $0.range.upperBound <= pair.value.upperBound
                    }
                    guard options.keepsCookies || !inside.isEmpty else {
                        droppedCookies += 1
                        continue
                    }
                    if !own.isEmpty { own.literal += "; ".utf8 }
                    let range = (pair.name.isEmpty ? pair.value : pair.name).lowerBound..<pair.value.upperBound
                    own.append(content.bytes, range, edits: inside)
                }
            }
        }
        return CookieField(
            own: own, host: CookieJar.host(ofAuthority: draft.authority), isSecure: draft.scheme == .https,
            target: target, sendsJar: sent.sendsJar,
            fromJar: sent.fromJar.keys.sorted { $0.lexicographicallyPrecedes($1) })
    }
}

extension SessionWriter {
    /// Who the session is of: the first of its people, or the session itself where it has none.
    private var person: UInt64 {
        identities.identities.first.map { ValueHash.of($0.name) } ?? UInt64(session.number) &* 0x9e37_79b9_7f4a_7c15
    }
}

extension SessionWriter {
    /// Shows `evidence` the places of the session.
    private func show(_ sinks: [Sink], to evidence: inout BindingEvidence) {
        let number = Int(session.number)
        let person = person
        if !identities.identities.isEmpty {
            for draft in drafts { evidence.see(path: draft.target, person: person) }
        }
        var seen: Set<UInt64> = []
        for sink in sinks {
            let found = candidates[sink.hash]
            if sink.distinctiveness == .strong {
                guard found != nil, seen.insert(sink.hash).inserted else { continue }
                evidence.see(value: sink.hash, session: number, person: person)
                continue
            }
            guard case .weak = sink.distinctiveness else { continue }
            let draft = drafts[sink.request]
            let place = bytes(of: sink).withUnsafeBufferPointer { sink.placeHash(in: draft, $0) }
            evidence.see(sink: place, session: number)
            guard let found else { continue }
            let beganNs = session.exchanges[draft.exchange].began.nanoseconds
            for candidate in found where candidate.endedNs <= beganNs {
                evidence.see(.init(source: candidate.source, sink: place), value: sink.hash, session: number)
                evidence.see(
                    value: BindingEvidence.key(value: sink.hash, source: candidate.source), session: number,
                    person: person)
            }
        }
    }
}
