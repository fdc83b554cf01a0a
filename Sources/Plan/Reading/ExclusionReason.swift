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
        case .noRequest: "without a request"
        case .incompleteRequest: "with bytes of the request missing"
        case .bodyNotKept: "with a request body that was not kept"
        case .unreadableHead: "with a request that cannot be parsed"
        case .foreignTarget: "with a target that is not a path"
        case .tunnel: "of CONNECT or another protocol"
        case .push: "pushed by the server"
        }
    }
}
