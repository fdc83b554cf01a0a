import Traffic

/// The addresses of the most recent connections, at least half a million.
struct RecentConnections {
    private static let generationSize = 1 << 19
    private var current: [UInt32: RecordedConnection] = [:]
    private var previous: [UInt32: RecordedConnection] = [:]

    subscript(_ number: UInt32) -> RecordedConnection? { current[number] ?? previous[number] }

    mutating func insert(_ connections: [RecordedConnection]) {
        for connection in connections {
            if current.count >= RecentConnections.generationSize {
                previous = current
                current = [:]
            }
            current[connection.number] = connection
        }
    }
}
