/// The HTTP version of an exchange.
public enum HTTPVersion: UInt8, Sendable, CaseIterable {
    case http10 = 10
    case http11 = 11
    case http2 = 20

    /// As tools print it: `1.0`, `1.1` or `2`.
    public var label: String {
        switch self {
        case .http10: "1.0"
        case .http11: "1.1"
        case .http2: "2"
        }
    }
}

/// The URI scheme of an exchange (RFC 9110 section 4.2), derived from whether its connection was encrypted.
public enum HTTPScheme: UInt8, Sendable {
    case http = 0
    case https = 1

    /// `http` or `https`.
    public var label: String { self == .http ? "http" : "https" }
}
