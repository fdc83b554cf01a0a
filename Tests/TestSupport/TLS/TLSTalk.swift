/// Both ends of a TLS connection, as far as their records go.
public struct TLSTalk: Sendable {
    private let keys: TLSKeys
    /// What the client seals with.
    public var client: RecordSealer
    /// What the server seals with.
    public var server: RecordSealer

    /// A connection before its handshake.
    public init(_ keys: TLSKeys) {
        self.keys = keys
        client = keys.sealer(fromClient: true, isHandshake: true)
        server = keys.sealer(fromClient: false, isHandshake: true)
    }

    /// What the server says behind its hello, and then the client, until content may follow.
    public mutating func finishHandshake() -> (server: [UInt8], client: [UInt8]) {
        let change = RecordSealer.clear(20, [1])
        let count = keys.isTLS13 ? 32 : 12
        let finished = [20, 0] + big(count) + [UInt8](repeating: 7, count: count)
        let records = (server: change + server.seal(22, finished), client: change + client.seal(22, finished))
        if keys.isTLS13 {
            client = keys.sealer(fromClient: true, isHandshake: false)
            server = keys.sealer(fromClient: false, isHandshake: false)
        }
        return records
    }
}
