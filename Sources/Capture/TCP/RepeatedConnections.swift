import Formats

/// Finds connections that are captured twice under different addresses: before and after address translation, as on a
/// host that forwards to containers.
///
/// Translation changes the address of one side but not the sequence numbers and bytes. Two connections are the same if
/// an address differs but the first segments of both directions have the same numbers and content within a millisecond.
/// Bounded: a table in which later entries overwrite earlier ones.
struct RepeatedConnections {
    private struct First {
        var key: UInt64 = 0
        var time: Int64 = .min
        /// Both addresses, without the ports.
        var addresses: UInt64 = 0
        /// Generation of the connection.
        var connection: UInt32 = 0
        /// Generation of the connection that it was matched with in the other direction.
        var twin: UInt32 = 0
    }

    /// The longest time between the two sightings, in nanoseconds.
    private static let closeness = Nanoseconds.perMillisecond
    private static let slots = 4096
    /// The maximum number of bytes compared: generated traffic may have the same numbers and the same first bytes
    /// everywhere.
    private static let comparedBytes = 16_384

    private var firsts = [First](repeating: First(), count: slots)
    /// Connections found to be duplicates with translated addresses.
    private(set) var count: UInt64 = 0

    /// Compares the first bytes of a direction with those of other connections.
    mutating func note(_ chunk: StreamChunk, of connection: UnsafeMutablePointer<TCPConnection>) {
        let key = RepeatedConnections.key(chunk)
        let slot = Int(truncatingIfNeeded: key) & (RepeatedConnections.slots - 1)
        let before = firsts[slot]
        let addresses = connection.pointee.endpoints.addressHash
        firsts[slot] = First(
            key: key, time: chunk.time, addresses: addresses, connection: connection.pointee.generation,
            twin: connection.pointee.twin)
        guard before.key == key, before.time != .min, before.addresses != addresses,
            before.connection != connection.pointee.generation,
            (chunk.time &- before.time).magnitude <= RepeatedConnections.closeness.magnitude
        else { return }
        // The copy that is seen first in one direction is seen last in the other.
        if connection.pointee.twin == before.connection || before.twin == connection.pointee.generation {
            count &+= 1
        } else {
            connection.pointee.twin = before.connection
        }
    }

    private static func key(_ chunk: StreamChunk) -> UInt64 {
        var key = UInt64(chunk.sequence) << 32 | UInt64(chunk.acknowledgement)
        key = (key ^ UInt64(chunk.bytes.count)) &* 0x9e37_79b9_7f4a_7c15
        for byte in chunk.bytes.prefix(comparedBytes) {
            key = (key ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return key ^ key >> 29
    }
}
