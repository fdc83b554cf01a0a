import Formats
import HTTPWire
import Traffic

/// Finds connections that are captured twice: before and after address translation, as on a host that forwards to
/// containers, or on both sides of a proxy that forwards bytes unchanged.
///
/// Translation changes the address of one side and keeps sequence numbers and bytes. Two connections with different
/// addresses are the same if the first segments of both directions have the same numbers and content within a
/// millisecond. A proxy receives bytes on one connection and sends them on another with its own sequence numbers. The
/// second connection leaves the machine at which the first arrived, for another port or machine, and the response
/// returns the same way. Bounded: tables of a fixed size, in which newer entries overwrite older ones.
struct RepeatedConnections {
    private struct First {
        var key: UInt64 = 0
        var time: Int64 = .min
        var sequence: UInt32 = 0
        /// Generation of the connection.
        var connection: UInt32 = 0
        /// Generation of the connection that matched it in the other direction.
        var twin: UInt32 = 0
        var addresses: UInt64 = 0
        var sender = Side()
        var receiver = Side()
    }

    /// An end of a connection, its address as a hash.
    private struct Side: Equatable {
        var address: UInt64 = 0
        var port: UInt16 = 0

        init() {}

        init(_ endpoint: SocketAddress) {
            address = (endpoint.high ^ endpoint.low &* 0x9e37_79b9_7f4a_7c15) &* 0x0000_0100_0000_01b3
            port = endpoint.port
        }
    }

    /// The longest time between the two sightings, in nanoseconds.
    private static let closeness = Nanoseconds.perMillisecond
    /// The longest time between the two sightings of a proxied connection, in nanoseconds. The proxy may have to
    /// connect first.
    private static let relayTime = 100 * Nanoseconds.perMillisecond
    private static let slots = 4096
    /// The maximum number of bytes compared: generated traffic may have the same numbers and the same first bytes
    /// everywhere.
    private static let comparedBytes = 16_384
    /// The same for proxied connections: a proxy may split the bytes into other segments.
    private static let comparedRelayedBytes = 1024
    /// Shorter beginnings may be equal by chance.
    private static let leastRelayedBytes = 16
    /// Connections that began with the same bytes and may be the proxy's other side.
    private static let ways = 4

    private var translated = [First](repeating: First(), count: slots)
    private var relayed = [First](repeating: First(), count: slots)
    /// Connections that are captured a second time, under translated addresses or behind a proxy.
    private(set) var count: UInt64 = 0

    /// Compares the first bytes of a direction with those of other connections.
    mutating func note(_ chunk: StreamChunk, of connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int) {
        let endpoints = connection.pointee.endpoints
        var first = First(
            time: chunk.time, sequence: chunk.sequence, connection: connection.pointee.generation,
            addresses: endpoints.addressHash, sender: Side(endpoints.endpoint(direction)),
            receiver: Side(endpoints.endpoint(1 - direction)))
        noteTranslated(&first, chunk, connection)
        noteRelayed(&first, chunk, connection)
    }

    private mutating func noteTranslated(
        _ first: inout First, _ chunk: StreamChunk, _ connection: UnsafeMutablePointer<TCPConnection>
    ) {
        let numbers = UInt64(chunk.sequence) << 32 | UInt64(chunk.acknowledgement)
        first.key = RepeatedConnections.key(chunk.bytes.prefix(RepeatedConnections.comparedBytes), numbers)
        first.twin = connection.pointee.twin
        let slot = Int(truncatingIfNeeded: first.key) & (RepeatedConnections.slots - 1)
        let before = translated[slot]
        translated[slot] = first
        guard before.key == first.key, before.time != .min, before.addresses != first.addresses,
            before.connection != first.connection,
            (first.time &- before.time).magnitude <= RepeatedConnections.closeness.magnitude
        else { return }
        // The copy that is seen first in one direction is seen last in the other.
        if first.twin == before.connection || before.twin == first.connection {
            count &+= 1
        } else {
            connection.pointee.twin = before.connection
        }
    }

    private mutating func noteRelayed(
        _ first: inout First, _ chunk: StreamChunk, _ connection: UnsafeMutablePointer<TCPConnection>
    ) {
        // A proxy may send a header with the client's address first (PROXY protocol).
        let start = ProxyHeader.byteCount(in: chunk.bytes) ?? 0
        let bytes = chunk.bytes.dropFirst(start).prefix(RepeatedConnections.comparedRelayedBytes)
        guard bytes.count >= RepeatedConnections.leastRelayedBytes else { return }
        first.key = RepeatedConnections.key(bytes, 0)
        first.twin = connection.pointee.relayed
        let ways = RepeatedConnections.ways
        let slot = Int(truncatingIfNeeded: first.key) & (RepeatedConnections.slots - ways)
        for index in slot..<(slot + ways) {
            let before = relayed[index]
            let isEarly = first.twin == before.connection && RepeatedConnections.isEarlyResponse(first, before)
            guard isEarly || RepeatedConnections.isRelayed(first, before) else { continue }
            if isEarly || before.twin == first.connection {
                count &+= 1
                break
            }
            if connection.pointee.relayed == 0 { connection.pointee.relayed = before.connection }
        }
        for way in stride(from: ways - 1, to: 0, by: -1) { relayed[slot + way] = relayed[slot + way - 1] }
        relayed[slot] = first
    }

    /// Whether a proxy may have received `before` and sent `first`.
    private static func isRelayed(_ first: First, _ before: First) -> Bool {
        before.key == first.key && before.time != .min && before.connection != first.connection
            && first.time &- before.time >= 0 && first.time &- before.time <= relayTime
            && before.receiver.address == first.sender.address && before.receiver != first.receiver
            && before.sender != first.sender
            // The same numbers are the same connection.
            && before.sequence != first.sequence
    }

    /// Whether `first` is the server's response although it is seen after the proxy's (`before`), as with the clocks of
    /// two taps. Between connections of one machine the order must be right: other clients may send the same request at
    /// the same time.
    private static func isEarlyResponse(_ first: First, _ before: First) -> Bool {
        before.key == first.key && first.time &- before.time >= 0 && first.time &- before.time <= relayTime
            && first.receiver.address == before.sender.address && before.receiver != first.receiver
            && before.sender != first.sender && before.sequence != first.sequence
            && (before.sender.address != before.receiver.address || first.sender.address != first.receiver.address)
    }

    private static func key(_ bytes: Slice<UnsafeRawBufferPointer>, _ numbers: UInt64) -> UInt64 {
        WireHash.of(UnsafeRawBufferPointer(rebasing: bytes), numbers)
    }
}
