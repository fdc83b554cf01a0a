extension PlanFindings {
    /// Whether most sessions are single requests, so that clones are no people: the recording may tell sessions apart by the
    /// wrong thing.
    public var isFragmented: Bool { recordedSessions >= 3 && shortSessions * 2 > recordedSessions }

    /// What makes it doubtful that each session is one client's, each with what can be done.
    public var sessionWarnings: [String] {
        var warnings: [String] = []
        if isFragmented {
            warnings.append(
                "\(shortSessions) of \(recordedSessions) sessions are a single request; if one client sends several of them, "
                    + "record with 'capture --session-by client', 'connection', 'cookie:NAME' or 'header:NAME'")
        }
        if foreignRequests > 0 {
            let requests = foreignRequests == 1 ? "1 request sends a value" : "\(foreignRequests) requests send values"
            let sessions = foreignSessions == 1 ? "1 session" : "\(foreignSessions) sessions"
            warnings.append(
                "\(requests) that only responses of other sessions gave, in \(sessions): clones have no fresh ones; if they "
                    + "are one client's, 'capture --session-by' makes them one session")
        }
        return warnings
    }
}
