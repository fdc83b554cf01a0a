import Credentials

/// How a value is treated.
struct Treatment: Hashable, Sendable {
    /// The actions of a policy.
    enum Action: String, CaseIterable, Sendable {
        /// Removed with its name; `null` in JSON; a whole body is not kept.
        case drop
        /// Every letter and digit becomes `*`, in a JSON number `1`.
        case mask
        /// Everything but the beginning is removed.
        case cut
        /// Replaced by another value of the same shape, always the same for the same value.
        case pseudonymise
        /// Left unchanged by name: an exception to the rules that follow.
        case keep
    }

    var action: Action
    /// Bytes that `cut` keeps.
    var keptBytes = 0
}

/// The messages that a rule applies to.
enum MessageSide: String, CaseIterable, Sendable {
    case request
    case response
    case both

    func covers(_ side: MessageSide) -> Bool { self == .both || self == side }
}

/// The values that a `keep` rule applies to.
enum ValueCondition: String, CaseIterable, Sendable {
    /// Numbers, dates and words (`Credentials.PlainValue.isPlain(_:)`).
    case plain
    /// Words and small numbers (`Credentials.PlainValue.isShort(_:)`).
    case short

    func holds(_ value: Bytes) -> Bool {
        switch self {
        case .plain: PlainValue.isPlain(value)
        case .short: PlainValue.isShort(value)
        }
    }
}
