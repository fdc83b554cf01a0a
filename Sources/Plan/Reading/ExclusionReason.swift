/// Why a recorded exchange is not replayed.
public enum ExclusionReason: String, Error, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    /// Only its response was seen.
    case noRequest
    /// Bytes of its request were lost.
    case incompleteRequest
    /// The recording policy truncated its request's body.
    case bodyNotKept
    /// Its request cannot be parsed.
    case unreadableHead
    /// Its target is not a path: appended to a host, it would name another one.
    case foreignTarget
    /// It opened a tunnel or changed protocols (CONNECT, status 101).
    case tunnel
    /// The server pushed it (HTTP/2 server push); no client requested it.
    case push

    /// A text for display.
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
