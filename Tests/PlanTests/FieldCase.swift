import Testing
import Traffic

@testable import Plan

/// A value in the requests and responses of a real kind of service: several people each receive one of their own and
/// send it back.
struct FieldCase: CustomTestStringConvertible, Sendable {
    /// A request and its response, with `§` for the value.
    struct Step: Sendable {
        var method: String
        var target: String
        var fields: [String] = []
        var body = ""
        var type = "application/json"
        var status: UInt16 = 200
        var answer = ""
        var answerFields: [String] = []
        var answerType = "application/json"
        /// How the value is written at `§`.
        var encode: @Sendable (String) -> String = { $0 }

        init(
            _ line: String, fields: [String] = [], body: String = "", type: String = "application/json",
            status: UInt16 = 200, answer: String = "", answerFields: [String] = [],
            answerType: String = "application/json", encode: @escaping @Sendable (String) -> String = { $0 }
        ) {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            (method, target) = (words[0], words[1])
            (self.fields, self.body, self.type, self.status) = (fields, body, type, status)
            (self.answer, self.answerFields, self.answerType) = (answer, answerFields, answerType)
            self.encode = encode
        }

        func filled(_ text: String, _ value: String) -> String { text.replacing("§", with: encode(value)) }
        func filled(_ lines: [String], _ value: String) -> [String] { lines.map { filled($0, value) } }
    }

    var reason: String
    /// One for each recorded person.
    var values: [String]
    var live: String
    /// What comes before, the same for everybody unless it has the value too.
    var before: [Step] = []
    var give: Step
    var use: Step
    var isBound = true
    var testDescription: String { reason }

    init(
        _ reason: String, _ values: [String] = FieldCase.small, live: String = "931", before: [Step] = [],
        give: Step, use: Step, isBound: Bool = true
    ) {
        (self.reason, self.values, self.live, self.before) = (reason, values, live, before)
        (self.give, self.use, self.isBound) = (give, use, isBound)
    }

    /// The ids that a fresh database gives.
    static let small = ["3", "4", "5", "6"]
    static let form = "application/x-www-form-urlencoded"

    var sessions: [RecordedSession] {
        values.enumerated().map { number, value in
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
            recording.add("POST", "/login", body: #"{"username":"p\#(number)@people.example","password":"x"}"#)
            for step in before + [give, use] {
                recording.add(
                    step.method, step.filled(step.target, value), fields: step.filled(step.fields, value),
                    body: step.filled(step.body, value), type: step.type, status: step.status,
                    answer: step.filled(step.answer, value), answerFields: step.filled(step.answerFields, value),
                    answerType: step.answerType)
            }
            return recording.recorded
        }
    }

    /// The last request of each session, where the service gives `live`.
    func sent() throws -> [Rendered?] {
        try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
            var values = CloneValues(script: script, clone: 7)
            script.take(
                1 + before.count, from: give.filled(give.answer, live), fields: give.filled(give.answerFields, live),
                into: &values)
            return script.rendered(2 + before.count, values)
        }
    }

    /// The same with the values that are right: the live one, or the recorded ones where it is not bound.
    func expected() -> [Rendered] {
        values.map { recorded in
            let value = isBound ? live : recorded
            var fields: [String: String] = [:]
            for line in use.filled(use.fields, value) {
                let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
                fields[parts[0]] = parts[1]
            }
            return Rendered(
                target: use.filled(use.target, value), fields: fields, body: use.filled(use.body, value))
        }
    }
}
