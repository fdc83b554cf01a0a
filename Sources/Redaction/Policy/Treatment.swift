import Credentials

/// What is done to a value.
struct Treatment: Hashable, Sendable {
    /// The actions a policy knows.
    enum Action: String, CaseIterable, Sendable {
        /// Removed with its name; in JSON it becomes `null`, and a whole body is not kept.
        case drop
        /// Every letter and digit becomes `*`, in a JSON number `1`.
        case mask
        /// All but the beginning is removed.
        case cut
        /// Another value of the same shape, the same for the same value.
        case pseudonymise
        /// Left as it is by name: an exception from the rules that follow.
        case keep
    }

    var action: Action
    /// Bytes that `cut` leaves.
    var keptBytes = 0
}

/// Which messages a rule is about.
enum MessageSide: String, CaseIterable, Sendable {
    case request
    case response
    case both

    func covers(_ side: MessageSide) -> Bool { self == .both || self == side }
}

/// What values a `keep` rule is about.
enum ValueCondition: String, CaseIterable, Sendable {
    /// Numbers, dates and words (``Credentials/PlainValue/isPlain(_:)``).
    case plain
    /// Words and small numbers (``Credentials/PlainValue/isShort(_:)``).
    case short

    func holds(_ value: Bytes) -> Bool {
        switch self {
        case .plain: PlainValue.isPlain(value)
        case .short: PlainValue.isShort(value)
        }
    }
}
