import Formats
import Traffic

/// Writes the script of one session: its requests with places for values, their timing, and how its logins are renewed.
struct SessionPlanner {
    let reading: SessionReading
    let resolution: Resolution
    let options: PlanOptions

    /// A script, and what it leaves out.
    struct Planned {
        var script: SessionScript
        /// Recorded cookies that no response set; they are not sent.
        var droppedCookies = 0
        /// Fields with a digest of the body in an unknown form, with their requests.
        var staleDigests: [(request: Int, field: String)] = []
    }

    /// The script; nil when the session has nothing to send.
    ///
    /// - Parameter endpoint: returns the endpoint's index for a method and a path.
    func plan(endpoint: (String, [UInt8]) -> Int) -> Planned? {
        guard !reading.requests.isEmpty else { return nil }
        var planned = Planned(script: SessionScript(sessionNumber: 0, plannedDurationNs: 0, requests: []))
        var requests = reading.requests.indices.map { index in
            var request = request(index, &planned)
            request.endpoint = endpoint(reading.requests[index].method, path(index))
            return request
        }
        let connectionCount = time(&requests)
        let peakConnections = peakConnections(requests)
        var finder = GrantFinder(reading, requests: requests, recorded: resolution.recorded)
        finder.find()
        var (recipes, recorded) = (resolution.recipes, resolution.recorded)
        let fetched = resolution.fetchedValues
        if let endpoint = options.tokenEndpoint, !fetched.isEmpty {
            let fetching = endpoint.fetching(
                fetched.values.sorted(), valueCount: recipes.count, stepCount: finder.renewalRequests.count)
            finder.add(fetching)
            for value in fetching.values {
                recipes.append(value.recipe)
                recorded.append(value.recorded)
            }
        }
        let began = reading.session.began
        let ended = reading.requests.indices.reduce(began) { max($0, reading.exchange($1).ended) }
        planned.script = SessionScript(
            sessionNumber: reading.session.number,
            plannedDurationNs: ended.nanoseconds.subtractingClamped(began.nanoseconds),
            requests: finder.takeRequests(),
            values: recipes, recordedValues: recorded, connectionCount: connectionCount,
            peakConnections: peakConnections + (fetched.isEmpty ? 0 : 1))
        planned.script.grants = finder.grants
        planned.script.renewalRequests = finder.renewalRequests
        return planned
    }

    /// What a filter does with the requests of `script`, which is this session's.
    func prelude(of script: SessionScript, _ keeps: (Exchange) -> Bool) -> Prelude {
        Prelude(
            of: script,
            isKept: reading.requests.indices.map { index in
                var exchange = reading.exchange(index)
                // Filters see the number of the session it now belongs to.
                exchange.session = reading.session.number
                return keeps(exchange)
            },
            isLogin: reading.credentials.map { !$0.isEmpty })
    }

    /// Fills in the timing and connections of `requests`.
    ///
    /// - Returns: the number of connections.
    private func time(_ requests: inout [RequestScript]) -> Int {
        let exchanges = requests.indices.map { reading.exchange($0) }
        let beganNs = reading.session.began.nanoseconds
        let dependencies = Dependencies(
            begins: exchanges.map(\.began.nanoseconds),
            ends: exchanges.map { $0.response == nil ? nil : $0.ended.nanoseconds })
        var connections: [UInt32: Int] = [:]
        let lastOfConnection = exchanges.indices.reduce(into: [UInt32: Int]()) { $0[exchanges[$1].connection] = $1 }
        for index in requests.indices {
            let connection = connections[exchanges[index].connection, default: connections.count]
            connections[exchanges[index].connection] = connection
            let ownNs = exchanges[index].began.nanoseconds
            requests[index].recorded = .init(session: exchanges[index].session, began: exchanges[index].began)
            requests[index].offsetNs = ownNs.subtractingClamped(beganNs)
            requests[index].endOffsetNs = dependencies.ends[index].map { $0.subtractingClamped(beganNs) }
            requests[index].thinkNs = ownNs.subtractingClamped(dependencies.readyNs[index] ?? beganNs)
            requests[index].predecessors = dependencies.predecessors[index]
            requests[index].connection = connection
            requests[index].isLastOfConnection = lastOfConnection[exchanges[index].connection] == index
        }
        return connections.count
    }

    private func peakConnections(_ requests: [RequestScript]) -> Int {
        guard options.connections == .recorded else {
            return Set(requests.map { "\($0.scheme.label)://\($0.authority?.lowercased() ?? "")" }).count
        }
        // A recorded connection lasts from its first request to the end of its last. Requests multiplexed on it need
        // one connection each.
        let spans = Dictionary(grouping: requests.indices) { requests[$0].connection }.values.flatMap { own in
            let begins = own.map { requests[$0].offsetNs }
            let ends = own.map { requests[$0].endOffsetNs }
            let last = ends.contains(nil) ? nil : ends.compactMap { $0 }.max()
            return Array(
                repeating: (begin: begins[0], end: last), count: Concurrency.peak(begins: begins, ends: ends))
        }
        .sorted { $0.begin < $1.begin }
        return min(ConnectionRule.most, Concurrency.peak(begins: spans.map(\.begin), ends: spans.map(\.end)))
    }

    /// The path of request `index` with `{id}` for each value of the clone's own: it differs from clone to clone even
    /// if it looks like a name.
    private func path(_ index: Int) -> [UInt8] {
        let target = reading.requests[index].target
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        var path: [UInt8] = []
        var start = 0
        for edit in resolution.edits(request: index, part: 0) where edit.range.upperBound <= end {
            path += target[start..<edit.range.lowerBound]
            path += "{id}".utf8
            start = edit.range.upperBound
        }
        return path + target[start..<end]
    }

    /// Request `index` without its timing and its place in the session.
    private func request(_ index: Int, _ planned: inout Planned) -> RequestScript {
        let parsed = reading.requests[index]
        let exchange = reading.exchange(index)
        let derived = DerivedEdits(
            of: parsed, sent: exchange.request?.body ?? [],
            edits: parsed.parts.indices.map { resolution.edits(request: index, part: $0) })
        planned.staleDigests += derived.staleDigests.map { (index, $0) }
        var templates = parsed.parts.indices.map { Template(parsed.parts[$0].bytes, edits: derived.edits[$0]) }
        templates[templates.count - 1] = derived.body
        let cookies = cookieField(index, derived.edits, target: templates[0], dropped: &planned.droppedCookies)
        var fields: [RequestScript.Field] = []
        for (part, template) in zip(parsed.parts, templates) {
            guard case .field(let name) = part.kind, !part.isTrailer, cookies == nil || part.rule != .cookie else {
                continue
            }
            fields.append(RequestScript.Field(name: name, value: template))
        }
        if let cookies { fields.append(RequestScript.Field(name: "Cookie", value: Template(cookies: cookies))) }
        let head = WireHead(
            of: parsed, recorded: exchange.request?.head ?? [], trailers: exchange.request?.trailers ?? [],
            cookies: cookies
        ) { derived.edits[$0] }
        let needed = Set(
            templates[0].values + templates[templates.count - 1].values + fields.flatMap(\.value.values)
                + zip(parsed.parts, templates).flatMap { $0.isTrailer ? $1.values : [] }
        ).sorted()
        var request = RequestScript(
            offsetNs: 0, version: exchange.version, scheme: parsed.scheme, method: parsed.method,
            authority: parsed.authority, target: templates[0], fields: fields, body: templates[templates.count - 1],
            head: head, expectedStatus: exchange.response == nil ? nil : exchange.status,
            recordedBody: exchange.response.flatMap(RecordedBody.init),
            responseBytes: exchange.response.map { $0.head.count + Int(clamping: $0.bodyBytes) } ?? 0,
            recordedServiceNs: exchange.response == nil
                ? nil : exchange.ended.nanoseconds.subtractingClamped(exchange.began.nanoseconds),
            sources: resolution.sources[index] ?? [], takesCookies: cookies != nil, neededValues: needed)
        request.cookieNames = cookies?.fromJar ?? []
        request.cookieClient = cookies?.client ?? 0
        request.recordedResponse = RecordedResponse(exchange, body: reading.responseBodies[index])
        if let response = exchange.response, let status = exchange.status,
            let location = RecordedResponse.location(status: status, head: response.head)
        {
            request.recordedResponse.redirect = RedirectShape(location: location, authority: parsed.authority) {
                segment in
                resolution.recorded.contains(segment)
            }
        }
        request.cookieSources = request.cookieNames.compactMap { reading.cookies.sent?[index].fromJar[$0] }
        if cookies != nil, let response = exchange.response {
            request.setCookies = CookieNames.set(by: response.head, now: exchange.ended.second)
        }
        return request
    }

    /// The cookies of request `index`: its own and those of the jar; nil when the session's client keeps no cookies.
    private func cookieField(
        _ index: Int, _ edits: [[Resolution.Edit]], target: Template, dropped: inout Int
    ) -> CookieField? {
        guard let sent = reading.cookies.sent?[index] else { return nil }
        let parsed = reading.requests[index]
        var own = Template()
        for (part, content) in parsed.parts.enumerated() where content.rule == .cookie {
            if options.keepsCookies, sent.fromJar.isEmpty {
                if !own.isEmpty { own.literal += "; ".utf8 }
                own.append(content.bytes, 0..<content.bytes.count, edits: edits[part])
                continue
            }
            content.bytes.withUnsafeBufferPointer { bytes in
                var pairs = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
                while let pair = pairs.next() {
                    guard sent.fromJar[Array(bytes[pair.name])] == nil else { continue }
                    let inside = edits[part].filter {
                        pair.value.lowerBound <= $0.range.lowerBound && $0.range.upperBound <= pair.value.upperBound
                    }
                    guard options.keepsCookies || !inside.isEmpty else {
                        dropped += 1
                        continue
                    }
                    if !own.isEmpty { own.literal += "; ".utf8 }
                    let range = (pair.name.isEmpty ? pair.value : pair.name).lowerBound..<pair.value.upperBound
                    own.append(content.bytes, range, edits: inside)
                }
            }
        }
        return CookieField(
            own: own, host: CookieJar.host(ofAuthority: parsed.authority), isSecure: parsed.scheme == .https,
            target: target, sendsJar: sent.sendsJar, client: sent.client,
            fromJar: sent.fromJar.keys.sorted { $0.lexicographicallyPrecedes($1) })
    }
}
