/// A reason to doubt that each session belongs to one client.
public enum SessionDoubt: Hashable, Sendable, CustomStringConvertible {
    /// Most sessions are single requests, so that clones are not people: the recording may separate sessions by the
    /// wrong criterion.
    case singleRequests(Int, sessions: Int)
    /// Requests send values found only in responses of other sessions; clones have no fresh ones to send.
    case foreignValues(requests: Int, sessions: Int)

    /// One line for the user.
    public var description: String {
        switch self {
        case .singleRequests(let short, let sessions): return "\(short) of \(sessions) sessions are a single request"
        case .foreignValues(let requests, let sessions):
            let senders = requests == 1 ? "1 request sends a value" : "\(requests) requests send values"
            return senders + " that only responses of other sessions gave, in "
                + (sessions == 1 ? "1 session" : "\(sessions) sessions") + ": clones have no fresh ones"
        }
    }
}

extension PlanFindings {
    /// Whether most sessions are single requests.
    public var isFragmented: Bool { recordedSessions >= 3 && shortSessions * 2 > recordedSessions }

    /// The reasons to doubt that each session belongs to one client.
    public var sessionDoubts: [SessionDoubt] {
        var doubts: [SessionDoubt] = []
        if isFragmented { doubts.append(.singleRequests(shortSessions, sessions: recordedSessions)) }
        if foreignRequests > 0 { doubts.append(.foreignValues(requests: foreignRequests, sessions: foreignSessions)) }
        return doubts
    }
}
