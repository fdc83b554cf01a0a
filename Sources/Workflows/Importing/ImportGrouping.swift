public import Capture
public import Interchange

/// How imported exchanges are grouped into sessions (`import --session-by`).
public enum ImportGrouping: Hashable, Sendable {
    /// As the importer assigns them.
    case placed(ImportSessions)
    /// By a key that a capture can also use: the client, or a value in the messages.
    case key(SessionBy)

    /// `auto`, `connection`, `file`, or what `SessionBy` understands; nil for anything else.
    public init?(text: String) {
        if let sessions = ImportSessions(rawValue: text) {
            self = .placed(sessions)
        } else if let sessionBy = SessionBy(text: text) {
            self = .key(sessionBy)
        } else {
            return nil
        }
    }

    /// The form that ``init(text:)`` reads.
    public var text: String {
        switch self {
        case .placed(let sessions): sessions.rawValue
        case .key(let sessionBy): sessionBy.text
        }
    }
}
