import Traffic

/// What blocks contain in addition to exchanges, until it is taken: each connection once, losses summed by second,
/// servers by name. Bounded, because a forged log can repeat them at no cost.
struct BlockNotes {
    /// Maximum connections that wait to be taken; later ones are left out, and ``hasLeftOut`` is set.
    static let maximumConnections = 1 << 20
    /// Maximum seconds kept separately; later ones are added to the last.
    static let maximumSeconds = 1 << 20
    /// Maximum names kept separately; later ones are counted without a name.
    static let maximumNames = 1 << 16

    private var connections: [RecordedConnection] = []
    private var numbers: Set<UInt32> = []
    private var losses: [CaptureLoss] = []
    private var placeOfSecond: [Int64: Int] = [:]
    private var servers: [OpaqueServer] = []
    private var placeOfName: [String: Int] = [:]
    /// Whether connections were left out since the last ``takeConnections()``.
    private(set) var hasLeftOut = false

    /// Adds the contents of a block.
    mutating func add(
        connections: [RecordedConnection], losses: [CaptureLoss] = [], servers: [OpaqueServer] = []
    ) {
        for connection in connections { add(connection) }
        for loss in losses { add(loss) }
        for server in servers { add(server) }
    }

    /// Takes the connections since the last call.
    mutating func takeConnections() -> [RecordedConnection] {
        guard !connections.isEmpty else { return [] }
        defer {
            connections.removeAll(keepingCapacity: connections.count < 4096)
            numbers.removeAll(keepingCapacity: numbers.count < 4096)
            hasLeftOut = false
        }
        return connections
    }

    /// Takes the losses since the last call, by second, in order of arrival.
    mutating func takeLosses() -> [CaptureLoss] {
        guard !losses.isEmpty else { return [] }
        defer {
            losses.removeAll()
            placeOfSecond.removeAll()
        }
        return losses
    }

    /// Takes the servers since the last call.
    mutating func takeServers() -> [OpaqueServer] {
        guard !servers.isEmpty else { return [] }
        defer {
            servers.removeAll()
            placeOfName.removeAll()
        }
        return servers
    }

    private mutating func add(_ connection: RecordedConnection) {
        guard !numbers.contains(connection.number) else { return }
        guard connections.count < BlockNotes.maximumConnections else {
            hasLeftOut = true
            return
        }
        numbers.insert(connection.number)
        connections.append(connection)
    }

    private mutating func add(_ loss: CaptureLoss) {
        if let place = placeOfSecond[loss.second] {
            losses[place].add(loss)
        } else if losses.count < BlockNotes.maximumSeconds {
            placeOfSecond[loss.second] = losses.count
            losses.append(loss)
        } else {
            losses[losses.count - 1].add(loss)
        }
    }

    private mutating func add(_ server: OpaqueServer) {
        let name = placeOfName[server.name] != nil || servers.count < BlockNotes.maximumNames ? server.name : ""
        if let place = placeOfName[name] {
            servers[place].connections &+= server.connections
        } else {
            placeOfName[name] = servers.count
            servers.append(OpaqueServer(name: name, connections: server.connections))
        }
    }
}
