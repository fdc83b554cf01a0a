/// A remedy for a problem that a run shows. The library names the remedy; the program describes how to apply it.
public enum Advice: CaseIterable, Hashable, Sendable {
    /// No part of the target was watched, so its memory is unknown.
    case watchTarget
    /// The target was slower than the plan, so clones were ended.
    case slowTarget
    /// The rate cap is below what the plan requires.
    case raiseRateLimit
    /// A single run per side shows little.
    case compareInTurn
    /// A comparison is needed for an answer.
    case compare
    /// Values that requests need were missing from responses.
    case fixBindings
    /// The generator is at its limit.
    case shareLoad
    /// A success in place of a recorded error may have to count as a failure.
    case expectExactly
    /// A page leaves out rows that another output format includes.
    case readAll
    /// Requests outside the filters are sent ahead because others need them.
    case leavePreludeOut
    /// Cookies that no response set are not sent.
    case keepCookies
    /// Most sessions are single requests: the recording may separate clients by the wrong criterion.
    case recordByClient
    /// Values of one session are used in another: the recording may have split one client's session.
    case recordAsOneSession
    /// A run ended because too many of its requests failed.
    case raiseFailureLimit
    /// The time of the run ends before all slots have started.
    case startAllSlots
    /// The file with the clones' values has fewer rows than the run needs.
    case reuseValues
    /// The user names of an earlier run already exist.
    case newUserNames
    /// An inconclusive gate does not fail the run.
    case failInconclusive
}

/// Describes how to apply a remedy, in a few words such as `--watch-pid`; nil if there is no way.
public struct Advisor: Sendable {
    private let text: @Sendable (Advice) -> String?

    /// An advisor with these texts.
    public init(_ text: @escaping @Sendable (Advice) -> String?) { self.text = text }

    /// An advisor without texts.
    public static let silent = Advisor { _ in nil }

    /// A sentence with its remedy in parentheses at the end.
    public func adding(_ advice: Advice, to sentence: String) -> String {
        text(advice).map { "\(sentence) (\($0))" } ?? sentence
    }
}
