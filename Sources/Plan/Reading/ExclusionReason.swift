/// Why a recorded exchange is not replayed.
public enum ExclusionReason: String, Error, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    /// Only its response was seen.
    case noRequest
    /// Bytes of its request were lost.
    case incompleteRequest
    /// Its request's body was cut by policy when it was recorded.
    case bodyNotKept
    /// Its request is not one that can be read.
    case unreadableHead
    /// Its target is no path: put behind a host, it would name another one.
    case foreignTarget
    /// It opened a tunnel or changed protocols (CONNECT, status 101).
    case tunnel
    /// The server sent it unasked (HTTP/2 server push); what it represents was requested by no one.
    case push

    /// As a person reads it.
    public var label: String {
        switch self {
        case .noRequest: "no request seen"
        case .incompleteRequest: "bytes of the request lost"
        case .bodyNotKept: "body of the request not kept"
        case .unreadableHead: "request not readable"
        case .foreignTarget: "target is not a path"
        case .tunnel: "CONNECT or another protocol"
        case .push: "pushed by the server"
        }
    }
}
