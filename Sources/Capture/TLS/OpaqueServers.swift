/// The servers whose TLS connections could not be read, by the names that clients requested.
public struct OpaqueServers: Hashable, Sendable {
    private let maximumCount: Int
    /// Connections by name.
    public private(set) var connections: [String: UInt64] = [:]
    /// Connections without a server name, or past the limit on names.
    public private(set) var others: UInt64 = 0

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// The names, most connections first.
    public var names: [String] {
        connections.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.map(\.key)
    }

    mutating func note(_ name: String?) {
        guard let name, connections[name] != nil || connections.count < maximumCount else {
            others &+= 1
            return
        }
        connections[name, default: 0] &+= 1
    }
}
