/// A replacement for the address in a target's URL, as with curl's `--connect-to` and `--resolve`.
public struct TargetRoute: Hashable, Sendable {
    /// The target host that it applies to; nil for any.
    public var host: String?
    /// The target port that it applies to; nil for any.
    public var port: UInt16?
    /// The host or address to connect to; nil for the target's own.
    public var connectHost: String?
    /// The port to connect to; nil for the target's own.
    public var connectPort: UInt16?

    /// Parses the form of curl's `--connect-to`: `HOST1:PORT1:HOST2:PORT2`, each of which may be empty; nil for
    /// anything else.
    public init?(connectTo text: String) {
        guard let parts = TargetRoute.parts(text), parts.count == 4 else { return nil }
        self.init(parts[0], parts[1], parts[2], parts[3])
    }

    /// Parses the form of curl's `--resolve`: `HOST:PORT:ADDRESS`; nil for anything else.
    public init?(resolve text: String) {
        guard let parts = TargetRoute.parts(text), parts.count == 3, !parts[0].isEmpty, !parts[2].isEmpty else {
            return nil
        }
        self.init(parts[0], parts[1], parts[2], "")
    }

    private init?(_ host: String, _ port: String, _ connectHost: String, _ connectPort: String) {
        for text in [port, connectPort] where !text.isEmpty {
            guard let number = UInt16(text), number > 0 else { return nil }
        }
        self.host = host.isEmpty ? nil : host.lowercased()
        self.port = UInt16(port)
        self.connectHost = connectHost.isEmpty ? nil : connectHost.lowercased()
        self.connectPort = UInt16(connectPort)
    }

    /// The parts between colons; an IPv6 address is in brackets, which are removed.
    private static func parts(_ text: String) -> [String]? {
        var parts = [""]
        var isInBrackets = false
        for character in text {
            switch character {
            case "[": isInBrackets = true
            case "]": isInBrackets = false
            case ":" where !isInBrackets: parts.append("")
            default: parts[parts.count - 1].append(character)
            }
        }
        return isInBrackets ? nil : parts
    }

    /// Whether it applies to a target.
    func isFor(_ target: ReplayTarget) -> Bool {
        (host ?? target.host) == target.host && (port ?? target.port) == target.port
    }
}
