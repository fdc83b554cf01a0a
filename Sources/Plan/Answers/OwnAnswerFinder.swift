import Formats
import Traffic

/// Finds the places in JSON responses that hold a value of the session itself, in every session that has them.
///
/// Several sessions are the evidence, as for bindings. A single response with another value there disproves a place.
struct OwnAnswerFinder {
    /// The most members of a response that are looked at, and how deep objects are searched.
    private static let memberLimit = 256
    private static let depthLimit = 4
    /// The most places of one response that are compared in a replay.
    private static let answerLimit = 4
    /// The most places known. With more, the evidence is incomplete, and no place is confirmed.
    private static let placeLimit = 200_000
    /// The number of responses after which an endpoint without such a place is not looked at any more.
    private static let hopelessResponses = 64

    private var places = HashTable<OwnAnswerPlace>()
    /// Places with a value that is not the session's own.
    private var disproved: Set<UInt64> = []
    private var isFull = false
    /// The responses of each endpoint that were looked at, and whether one had a session's own value.
    private var endpoints: [Int: (responses: Int, isPromising: Bool)] = [:]

    /// A value of a session itself.
    private struct Own {
        /// Index into the session's values; nil for one that every clone sends as recorded.
        var value: Int?
        var recorded: [UInt8]
        var kind: OwnAnswerPlace.Kind
        /// Whether it cannot match by chance.
        var isStrong: Bool
        /// The request whose response gives it; nil if the client has it.
        var source: Int?
    }

    /// What is known about a request when the members of its response are visited.
    private struct Context {
        var request: Int
        var endpoint: Int
        var isCallers: Bool
        var reading: OwnAnswerPlace.Reading
        /// The values in its path, and the one that ends it.
        var pathValues: Set<Int>
        var lastValue: Int?
        var bodyValues: Set<Int>
    }

    /// Adds the evidence of a session.
    ///
    /// - Returns: the places that may prove to be its own, by request.
    mutating func see(
        _ reading: SessionReading, _ identities: SessionIdentities, _ resolution: Resolution, _ script: SessionScript
    ) -> [(request: Int, answers: [OwnAnswer])] {
        // A session without values of its own is evidence against every place that it has a value at.
        let own = OwnAnswerFinder.ownValues(reading, identities, resolution)
        var found: [(request: Int, answers: [OwnAnswer])] = []
        var quietNs = Int64.min
        for index in script.requests.indices {
            let endedNs = reading.exchange(index).ended.nanoseconds
            defer { quietNs = max(quietNs, endedNs) }
            guard isLookedAt(reading, index, endpoint: script.requests[index].endpoint) else { continue }
            let context = OwnAnswerFinder.context(reading, script, index, quietNs: quietNs, endedNs: endedNs)
            let answers = find(reading.responseBodies[index], context, reading, own)
            if !answers.isEmpty { found.append((index, answers)) }
        }
        return found
    }

    /// Those of `answers` whose places are confirmed, once all sessions were seen.
    func confirmed(_ answers: [OwnAnswer]) -> [OwnAnswer] {
        guard !isFull else { return [] }
        return Array(
            answers.filter { !disproved.contains($0.place) && places[$0.place]?.isConfirmed == true }
                .prefix(OwnAnswerFinder.answerLimit))
    }

    /// Whether the response to request `index` is a whole success that may be short enough to be compared.
    private mutating func isLookedAt(_ reading: SessionReading, _ index: Int, endpoint: Int) -> Bool {
        let exchange = reading.exchange(index)
        let body = reading.responseBodies[index]
        guard (200..<300).contains(exchange.status ?? 0), exchange.response?.isComplete == true, body.count > 2,
            body.count <= ResponseShape.longest
        else { return false }
        let seen = endpoints[endpoint] ?? (0, false)
        guard seen.isPromising || seen.responses < OwnAnswerFinder.hopelessResponses else { return false }
        endpoints[endpoint] = (seen.responses + 1, seen.isPromising)
        return true
    }

    private static func context(
        _ reading: SessionReading, _ script: SessionScript, _ index: Int, quietNs: Int64, endedNs: Int64
    ) -> Context {
        let request = script.requests[index]
        let target = reading.requests[index].target
        let (inPath, last) = request.target.pathValues
        return Context(
            request: index, endpoint: request.endpoint, isCallers: OwnAnswerPlace.namesCaller(target: target),
            reading: OwnAnswerPlace.Reading(
                session: reading.session.number, value: 0, quietNs: quietNs, beganNs: reading.beganNs(index),
                endedNs: endedNs, isNamed: false),
            pathValues: inPath, lastValue: last, bodyValues: Set(request.body.values))
    }
}

extension OwnAnswerFinder {
    /// The values of a session itself by their hashes, without those of which it has several equal ones.
    private static func ownValues(
        _ reading: SessionReading, _ identities: SessionIdentities, _ resolution: Resolution
    ) -> [UInt64: Own] {
        var own: [UInt64: Own] = [:]
        var ambiguous: Set<UInt64> = []
        func add(_ new: Own) {
            let hash = ValueHash.of(new.recorded)
            if let known = own[hash], known.value != new.value { ambiguous.insert(hash) }
            own[hash] = new
        }
        let names = Set(identities.identities.lazy.filter { $0.kind == .name && $0.name.count >= 3 }.map(\.name))
        for identity in identities.identities where identity.template == nil && names.contains(identity.name) {
            add(Own(value: nil, recorded: identity.name, kind: .name, isStrong: true, source: nil))
        }
        // People who are not replaced have no identities.
        for field in reading.credentials.joined()
        where field.kind == .name && field.value.count >= 3 && identities.index(ofName: field.value) == nil {
            add(Own(value: nil, recorded: field.value, kind: .name, isStrong: true, source: nil))
        }
        var sources: [Int: Int] = [:]
        for (request, given) in resolution.sources {
            for source in given { sources[source.value] = min(request, sources[source.value] ?? request) }
        }
        for (index, recipe) in resolution.recipes.enumerated() {
            let recorded = resolution.recorded[index]
            switch recipe {
            case .identity where names.contains(recorded):
                add(Own(value: index, recorded: recorded, kind: .name, isStrong: true, source: nil))
            case .bound:
                guard let source = sources[index], !recorded.isEmpty else { continue }
                let isStrong = recorded.withUnsafeBufferPointer { Distinctiveness($0, 0..<$0.count) == .strong }
                add(Own(value: index, recorded: recorded, kind: .id, isStrong: isStrong, source: source))
            case .identity, .minted, .asked, .aws, .signature, .origin: break
            }
        }
        for hash in ambiguous { own[hash] = nil }
        return own
    }

    /// The places of a response that hold a value of the session itself; all others with a value are disproved.
    private mutating func find(
        _ body: [UInt8], _ context: Context, _ session: SessionReading, _ own: [UInt64: Own]
    ) -> [OwnAnswer] {
        var found: [OwnAnswer] = []
        body.withUnsafeBufferPointer { body in
            let text = UnsafeBufferPointer(rebasing: body[JSONTexts.prefixCount(of: body)...])
            var seed = ValueHash.seed
            withUnsafeBytes(of: context.endpoint) { ValueHash.mix(&seed, $0) }
            JSONMembers.forEach(
                in: text, seed: seed, depth: OwnAnswerFinder.depthLimit, limit: OwnAnswerFinder.memberLimit
            ) { leaf in
                if let answer = look(at: leaf, of: text, context, session, own) { found.append(answer) }
            }
        }
        return found
    }

    /// Adds a member's value to the evidence for or against its place.
    private mutating func look(
        at leaf: JSONMembers.Leaf, of text: UnsafeBufferPointer<UInt8>, _ context: Context, _ session: SessionReading,
        _ own: [UInt64: Own]
    ) -> OwnAnswer? {
        guard !isFull, !disproved.contains(leaf.path) else { return nil }
        let value = leaf.hasEscapes ? JSONText.unescaped(text, leaf.value) : nil
        let hash = value.map { ValueHash.of($0) } ?? ValueHash.of(text, leaf.value)
        guard let known = own[hash], known.recorded.elementsEqual(value ?? Array(text[leaf.value])) else {
            disprove(leaf.path)
            return nil
        }
        let names = leaf.names.map { text[$0] }
        guard known.source.map({ session.exchange($0).ended.nanoseconds <= context.reading.beganNs }) ?? true,
            isMeant(known, names, context, session)
        else { return nil }
        var evidence = context.reading
        evidence.value = hash
        evidence.isNamed = isNamed(known, context, session)
        endpoints[context.endpoint]?.isPromising = true
        let isCallers = context.isCallers || names.contains { OwnAnswerPlace.namesCaller(member: $0) }
        let new = OwnAnswerPlace(known.kind, isCallers: isCallers)
        guard places[leaf.path, default: new].add(evidence, known.kind, isCallers: isCallers) else {
            disprove(leaf.path)
            return nil
        }
        isFull = isFull || places.count >= OwnAnswerFinder.placeLimit
        var answer = OwnAnswer(
            path: JSONPath(names.map { .member(Array($0)) }), value: known.value, recorded: known.recorded)
        answer.place = leaf.path
        return answer
    }

    private mutating func disprove(_ place: UInt64) {
        disproved.insert(place)
        isFull = isFull || disproved.count >= OwnAnswerFinder.placeLimit
    }

    /// Whether a value that equals the session's own is more than chance. Ids in a fresh database count up together.
    private func isMeant(
        _ own: Own, _ names: [Slice<UnsafeBufferPointer<UInt8>>], _ context: Context, _ session: SessionReading
    ) -> Bool {
        guard own.kind == .id else { return true }
        guard let name = names.last, OwnAnswerPlace.namesIdentifier(name) else { return false }
        if own.isStrong { return true }
        // What a request for `/orders/7` answers is order 7.
        let isAskedFor = own.value != nil && own.value == context.lastValue
        return isAskedFor && session.requests[context.request].method == "GET"
            && ["id", "_id"].contains(String(decoding: name, as: UTF8.self))
    }

    /// Whether the request says whose data it asks for.
    private func isNamed(_ own: Own, _ context: Context, _ session: SessionReading) -> Bool {
        if let value = own.value {
            if context.pathValues.contains(value) { return true }
            if own.kind == .name, context.bodyValues.contains(value) || context.lastValue != nil { return true }
        }
        guard own.kind == .name else { return false }
        return context.lastValue != nil
            || session.credentials[context.request].contains { $0.kind == .name && $0.value == own.recorded }
    }
}

extension Template {
    /// The values in the path of a request target, and the one that ends the path.
    fileprivate var pathValues: (all: Set<Int>, last: Int?) {
        let end = literal.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? literal.count
        let inside = places.prefix { Int($0.offset) <= end }
        var all: Set<Int> = []
        for place in inside { all.formUnion(place.encoding.values(value: Int(place.value))) }
        guard let last = inside.last, Int(last.offset) == end, last.offset > 0,
            literal[Int(last.offset) - 1] == UInt8(ascii: "/")
        else { return (all, nil) }
        return (all, last.encoding.values(value: Int(last.value)).first)
    }
}
