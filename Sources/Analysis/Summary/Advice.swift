/// What a user can do about something that a run shows. The library names the remedy; the program that runs it says how it is
/// asked for.
public enum Advice: CaseIterable, Hashable, Sendable {
    /// Nothing of the target was watched, so its memory is unknown.
    case watchTarget
    /// The target was slower than the plan, so clones ended.
    case slowTarget
    /// The cap on the rate is below what the plan asks for.
    case raiseRateLimit
    /// One run a side tells little.
    case compareInTurn
    /// A comparison is needed for an answer.
    case compare
    /// Values that requests need were not found in responses.
    case fixBindings
    /// The generator is at its limit.
    case shareLoad
    /// The kind of success that a recorded error became may be wanted as a failure.
    case expectExactly
    /// A page leaves rows out; another form has them all.
    case readAll
    /// Requests that the filters leave out, and the others need, are sent ahead.
    case leavePreludeOut
    /// Cookies that no response set are not sent.
    case keepCookies
    /// Sessions of single requests: the recording may tell clients apart by the wrong thing.
    case recordByClient
    /// Values of one session are used in another: the recording may have split one client's session.
    case recordAsOneSession
    /// A run ended because too many of its requests failed.
    case raiseFailureLimit
    /// The time of the run ends before all slots have started.
    case startAllSlots
    /// The file with the clones' values has fewer rows than the run needs.
    case reuseValues
    /// User names of an earlier run exist already.
    case newUserNames
    /// A gate was inconclusive, which does not fail it.
    case failInconclusive
}

/// How a remedy is asked for, in a few words, `--watch-pid`; nil of what has none.
public struct Advisor: Sendable {
    private let text: @Sendable (Advice) -> String?

    /// An advisor that knows what `text` knows.
    public init(_ text: @escaping @Sendable (Advice) -> String?) { self.text = text }

    /// Knows no remedy.
    public static let silent = Advisor { _ in nil }

    /// A sentence with its remedy in parentheses behind it.
    public func adding(_ advice: Advice, to sentence: String) -> String {
        text(advice).map { "\(sentence) (\($0))" } ?? sentence
    }
}
