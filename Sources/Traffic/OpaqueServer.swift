/// TLS connections to one server that could not be read without secrets.
public struct OpaqueServer: Hashable, Sendable {
    /// Maximum bytes of a name; longer ones are not valid names (RFC 1035 section 2.3.4).
    public static let maximumNameBytes = 255

    /// The name that clients requested (SNI, RFC 6066 section 3); empty if they requested none.
    public var name: String
    /// Connections to it.
    public var connections: UInt64

    /// `connections` connections to the server `name`.
    public init(name: String, connections: UInt64) {
        self.name = name
        self.connections = connections
    }
}
