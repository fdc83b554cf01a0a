/// What makes imported exchanges one session, where their file does not say.
public enum ImportSessions: String, Sendable, CaseIterable {
    /// What the file says; else the credential carried or given (a token, a session cookie), else the connection or client.
    case auto
    /// The connection, as far as the file knows connections.
    case connection
    /// Each file is one session.
    case file
}
