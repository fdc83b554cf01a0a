import Formats
import Traffic

@testable import Plan

/// A slow and simple binder over small generated recordings: it compares every place in requests with every place in
/// responses, without hashes, tables or layers.
struct BinderModel {
    /// The look of a value.
    enum Strength { case strong, weak, token }

    struct Value: Hashable {
        var text: String
        var strength: Strength
    }

    /// A place with a value, in a request or a response.
    struct Leaf {
        /// The same in every session: endpoint and name.
        var place: String
        var value: Value
        var isInArray = false
    }

    struct Step {
        var endpoint: String
        var beganNs: Int64
        var endedNs: Int64
        var sent: [Leaf] = []
        var given: [Leaf] = []
    }

    struct Session {
        var number: UInt32
        var person: Int?
        var steps: [Step] = []
    }

    /// The decision on a place of a request.
    enum Decision: Equatable {
        case recorded
        /// Sent as recorded, because several people share it.
        case shared
        /// Taken from the leaf with this index in the response of this step.
        case bound(step: Int, leaf: Int)
    }

    var sessions: [Session] = []
}

extension BinderModel {
    private struct Pair {
        var session: Int
        var source: String
        var sink: String
        var value: Value
    }

    /// The decisions on each place of each request of each session.
    func decisions() -> [[[Decision]]] {
        let pairs = pairs()
        return sessions.indices.map { session in
            sessions[session].steps.indices.map { step in
                sessions[session].steps[step].sent.map { decision(on: $0, session: session, step: step, pairs) }
            }
        }
    }

    private func decision(on sink: Leaf, session: Int, step: Int, _ pairs: [Pair]) -> Decision {
        let steps = sessions[session].steps
        var best: (score: Int, endedNs: Int64, decision: Decision)?
        var isShared = false
        for (source, leaf) in candidates(for: sink.value, session: session)
        where steps[source].endedNs <= steps[step].beganNs {
            let given = steps[source].given[leaf]
            switch sink.value.strength {
            case .token: break
            case .strong:
                let holders = sessions.indices.filter {
                    !candidates(for: sink.value, session: $0).isEmpty && sends(sink.value, $0)
                }
                if isConstant(holders) {
                    isShared = true
                    continue
                }
            case .weak:
                guard isConfirmed(given.place, sink.place, pairs) else { continue }
                let holders = Set(pairs.filter { $0.source == given.place && $0.value == sink.value }.map(\.session))
                if isConstant(Array(holders)) {
                    isShared = true
                    continue
                }
            }
            // Of several tokens the latest counts, in a list or not.
            let score = given.isInArray || sink.value.strength == .token ? 0 : 1
            let found = (score, steps[source].endedNs, Decision.bound(step: source, leaf: leaf))
            guard let known = best, (known.score, known.endedNs) >= (score, steps[source].endedNs) else {
                best = found
                continue
            }
        }
        return best?.decision ?? (isShared ? .shared : .recorded)
    }

    /// The responses of a session that give `value`, unless the client had sent it before; tokens count in any case.
    private func candidates(for value: Value, session: Int) -> [(step: Int, leaf: Int)] {
        let steps = sessions[session].steps
        let firstSent = steps.first { $0.sent.contains { $0.value == value } }?.beganNs ?? .max
        return steps.indices.flatMap { step in
            steps[step].given.indices.compactMap { leaf in
                guard steps[step].given[leaf].value == value,
                    value.strength == .token || firstSent >= steps[step].endedNs
                else { return nil }
                return (step, leaf)
            }
        }
    }

    private func sends(_ value: Value, _ session: Int) -> Bool {
        sessions[session].steps.contains { $0.sent.contains { $0.value == value } }
    }

    /// Whether the holders of a value, three or more sessions, are different people.
    private func isConstant(_ holders: [Int]) -> Bool {
        holders.count >= 3 && Set(holders.map { sessions[$0].person ?? -1 - $0 }).count > 1
    }

    /// Every place with a short value that a response had given before.
    private func pairs() -> [Pair] {
        var pairs: [Pair] = []
        for session in sessions.indices {
            let steps = sessions[session].steps
            for step in steps {
                for sink in step.sent where sink.value.strength == .weak {
                    for (source, leaf) in candidates(for: sink.value, session: session)
                    where steps[source].endedNs <= step.beganNs {
                        pairs.append(
                            Pair(
                                session: session, source: steps[source].given[leaf].place, sink: sink.place,
                                value: sink.value))
                    }
                }
            }
        }
        return pairs
    }

    /// Whether three sessions with three values, and four fifths of those with the place, have equal values at both
    /// places.
    private func isConfirmed(_ source: String, _ sink: String, _ pairs: [Pair]) -> Bool {
        let own = pairs.filter { $0.source == source && $0.sink == sink }
        let agreeing = Set(own.map(\.session)).count
        let having = sessions.count { session in
            session.steps.contains { $0.sent.contains { $0.place == sink && $0.value.strength == .weak } }
        }
        return agreeing >= 3 && Set(own.map(\.value)).count >= 3 && agreeing * 5 >= having * 4
    }
}

extension BinderModel {
    private static let endpoints = ["alpha", "beta", "gamma"]

    /// Sessions with the same few endpoints, in which values recur at random.
    static func random(_ random: inout SplitMix64) -> BinderModel {
        var model = BinderModel()
        let constant = Value(text: PlantedValues.letters(24, &random), strength: .strong)
        // With a habit, a place repeats the value of another place, as in a service; otherwise it has any value.
        let habit = Double.random(in: 0...1, using: &random)
        for number in 0..<Int.random(in: 1...6, using: &random) {
            var session = Session(number: UInt32(number + 1))
            if Int.random(in: 0..<3, using: &random) > 0 { session.person = Int.random(in: 0..<3, using: &random) }
            var nowNs = Recording.epochNs + Int64(number) * 10_000_000_000
            var pool = [Value(text: PlantedValues.letters(24, &random), strength: .strong)]
            var shorts: [Value] = []
            for _ in 0..<Int.random(in: 2...7, using: &random) {
                var step = Step(endpoint: endpoints[Int.random(in: 0..<3, using: &random)], beganNs: nowNs, endedNs: 0)
                step.endedNs = nowNs + Int64.random(in: 1...400, using: &random) * 1_000_000
                // Some begin before the previous one has ended.
                nowNs += Int64.random(in: 1...500, using: &random) * 1_000_000
                for name in ["query a", "query b", "field X-Key", "JSON x"] where Bool.random(using: &random) {
                    let isShort =
                        name == "query a" && !shorts.isEmpty && Double.random(in: 0...1, using: &random) < habit
                    let isConstant = pool.contains(constant) && Int.random(in: 0..<3, using: &random) == 0
                    let old = isConstant ? constant : pool[Int.random(in: 0..<pool.count, using: &random)]
                    let value = isShort ? shorts[shorts.count - 1] : old
                    step.sent.append(Leaf(place: "\(step.endpoint) \(name)", value: value))
                }
                for name in ["no", "k", "m", "list", "token"] where Bool.random(using: &random) {
                    let value = BinderModel.given(name, pool, constant, &random)
                    step.given.append(
                        Leaf(place: "\(step.endpoint) $.\(name)", value: value, isInArray: name == "list"))
                    if value.strength == .weak { shorts.append(value) } else { pool.append(value) }
                }
                session.steps.append(step)
            }
            model.sessions.append(session)
        }
        return model
    }

    /// A value for the member `name`: a new one, or an earlier one.
    private static func given(
        _ name: String, _ pool: [Value], _ constant: Value, _ random: inout SplitMix64
    ) -> Value {
        if name == "no" { return Value(text: PlantedValues.digits(5, &random), strength: .weak) }
        if name == "k", Int.random(in: 0..<3, using: &random) == 0 { return constant }
        let strength = name == "token" ? Strength.token : .strong
        let old = pool.filter { $0.strength == strength }
        if !old.isEmpty, Int.random(in: 0..<4, using: &random) == 0 {
            return old[Int.random(in: 0..<old.count, using: &random)]
        }
        return Value(text: PlantedValues.letters(24, &random), strength: strength)
    }
}

extension BinderModel.Session {
    /// The session as recorded: a login if it belongs to someone, then its steps.
    var recording: Recording {
        var recording = Recording(session: number)
        if let person {
            let began = steps[0].beganNs - 2_000_000
            recording.add(
                "POST", "/login", body: #"{"username":"p\#(person)@people.example","password":"x"}"#, beganNs: began,
                endedNs: began + 1_000_000)
        }
        for step in steps {
            let (target, fields, body) = step.request { $0.value.text }
            recording.add(
                "POST", target, fields: fields, body: body, answer: step.answer { $0.value.text },
                beganNs: step.beganNs, endedNs: step.endedNs)
        }
        return recording
    }
}

extension BinderModel.Step {
    /// The request with a text at each of its places.
    func request(_ text: (BinderModel.Leaf) -> String) -> (target: String, fields: [String], body: String) {
        func value(_ name: String) -> String? { sent.first { $0.place == "\(endpoint) \(name)" }.map(text) }
        let query = ["a", "b"].compactMap { name in value("query \(name)").map { "\(name)=\($0)" } }
        return (
            "/\(endpoint)" + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            value("field X-Key").map { ["X-Key: \($0)"] } ?? [], #"{"x":"\#(value("JSON x") ?? "")"}"#
        )
    }

    /// The response with a text at each of its places.
    func answer(_ text: (BinderModel.Leaf) -> String) -> String {
        let members = given.map { leaf in
            let name = leaf.place.split(separator: ".")[1]
            return #""\#(name)":"# + (leaf.isInArray ? #"["first","\#(text(leaf))"]"# : #""\#(text(leaf))""#)
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
