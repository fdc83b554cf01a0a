public import Capture
public import Interchange

/// What makes imported exchanges one session, as `import --session-by` names it.
public enum ImportGrouping: Hashable, Sendable {
    /// As the importer places them.
    case placed(ImportSessions)
    /// By what a capture can go by as well: the client, or a value in the messages.
    case key(SessionBy)

    /// `auto`, `connection`, `file`, or what ``SessionBy`` understands; nil for anything else.
    public init?(text: String) {
        if let sessions = ImportSessions(rawValue: text) {
            self = .placed(sessions)
        } else if let sessionBy = SessionBy(text: text) {
            self = .key(sessionBy)
        } else {
            return nil
        }
    }

    /// As ``init(text:)`` takes it.
    public var text: String {
        switch self {
        case .placed(let sessions): sessions.rawValue
        case .key(let sessionBy): sessionBy.text
        }
    }
}
