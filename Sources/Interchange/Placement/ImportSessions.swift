/// How imported exchanges are grouped into sessions.
public enum ImportSessions: String, Sendable, CaseIterable {
    /// The session given by the file; otherwise the credential sent or issued (a token, a session cookie), otherwise
    /// the connection or client.
    case auto
    /// The connection, if the file names connections.
    case connection
    /// Each file is one session.
    case file
}
