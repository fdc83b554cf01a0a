/// The servers, by the names that clients asked for, whose TLS connections could not be read.
public struct OpaqueServers: Hashable, Sendable {
    private let maximumCount: Int
    /// Connections by name.
    public private(set) var connections: [String: UInt64] = [:]
    /// Connections that named no server, or one more than are remembered.
    public private(set) var others: UInt64 = 0

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// The names, those with most connections first.
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
