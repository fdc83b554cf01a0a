import HTTPWire
import NIOCore

/// Owns the state of HTTP/2 connections, at stable addresses, and their shared buffers.
struct HTTP2Connections: ~Copyable {
    private var all: Set<UnsafeMutablePointer<HTTP2Connection>> = []
    private let maximumTableBytes: Int
    private let maximumTotalBytes: Int
    private var chargedBytes = 0

    var exchanges = Slab<HTTP2Exchange>()
    /// The head being decoded.
    var text: HeadText
    /// The buffer that passes a header block to the decoder.
    var scratch = ByteBuffer()

    init(limits: CaptureLimits) {
        maximumTableBytes = limits.maxHeaderTableBytes
        maximumTotalBytes = limits.maxHeaderTableBytesInTotal
        text = HeadText(maximumBytes: limits.maxHeadBytes)
    }

    deinit {
        for connection in all { HTTP2Connections.free(connection) }
    }

    /// What must be known about a direction before its first byte.
    struct Beginning {
        /// Whether the direction begins with the connection preface.
        var hasPreface = false
        /// How many bytes of the preface were read as something else.
        var seenBytes = 0
        /// Whether the next byte is the first of HTTP/2 in this direction.
        var isWhole: Bool
    }

    /// Starts to follow a connection; `beginnings` describes both directions.
    ///
    /// - Returns: nil if the limit on header tables leaves no room for it.
    mutating func begin(_ beginnings: (Beginning, Beginning)) -> UnsafeMutablePointer<
        HTTP2Connection
    >? {
        let bytes = 2 * HeaderDecoder.initialTableBytes
        guard chargedBytes + bytes <= maximumTotalBytes else { return nil }
        chargedBytes += bytes
        let directions = UnsafeMutablePointer<HTTP2Direction>.allocate(capacity: 2)
        (directions + 0).initialize(to: direction(beginnings.0))
        (directions + 1).initialize(to: direction(beginnings.1))
        let connection = UnsafeMutablePointer<HTTP2Connection>.allocate(capacity: 1)
        connection.initialize(to: HTTP2Connection(directions: directions))
        all.insert(connection)
        return connection
    }

    /// Restarts a direction.
    mutating func restart(
        _ connection: UnsafeMutablePointer<HTTP2Connection>, _ direction: Int, _ beginning: Beginning
    ) {
        chargedBytes -=
            connection.pointee.directions[direction].chargedBytes - HeaderDecoder.initialTableBytes
        connection.pointee.directions[direction] = self.direction(beginning)
    }

    /// Frees a connection whose exchanges and buffers were already given back.
    mutating func end(_ connection: UnsafeMutablePointer<HTTP2Connection>) {
        for direction in 0..<2 { chargedBytes -= connection.pointee.directions[direction].chargedBytes }
        all.remove(connection)
        HTTP2Connections.free(connection)
    }

    /// Updates the charge for the dynamic table of a direction after a block was read. A table that would exceed the
    /// limit keeps its previous size.
    ///
    /// - Returns: false if it would exceed the limit.
    mutating func charge(_ direction: UnsafeMutablePointer<HTTP2Direction>) -> Bool {
        let growth = direction.pointee.decoder.tableBytes - direction.pointee.chargedBytes
        guard growth > 0 else { return true }
        if chargedBytes + growth > maximumTotalBytes {
            direction.pointee.decoder.limitTable(to: direction.pointee.chargedBytes, scratch: &scratch)
            return false
        }
        chargedBytes += growth
        direction.pointee.chargedBytes += growth
        return true
    }

    private func direction(_ beginning: Beginning) -> HTTP2Direction {
        HTTP2Direction(
            parser: HTTP2FrameParser(hasPreface: beginning.hasPreface, seenBytes: beginning.seenBytes),
            decoder: HeaderDecoder(maximumTableBytes: maximumTableBytes, isWhole: beginning.isWhole),
            chargedBytes: HeaderDecoder.initialTableBytes)
    }

    private static func free(_ connection: UnsafeMutablePointer<HTTP2Connection>) {
        connection.pointee.directions.deinitialize(count: 2)
        connection.pointee.directions.deallocate()
        connection.deinitialize(count: 1)
        connection.deallocate()
    }
}
