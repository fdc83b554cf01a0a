/// The columns of a block. The numbers are part of the format.
enum Column: UInt8, CaseIterable {
    /// Rows of 40 bytes: number, client address and port, server address and port.
    case connections = 1
    /// Rows of 72 bytes: second and the eight counts of a capture loss.
    case losses = 2
    /// A byte an exchange; see ``ExchangeFlags``.
    case flags = 3
    /// Two bytes an exchange.
    case statuses = 4
    /// Zigzag differences to the exchange before.
    case connectionNumbers = 5
    case sessionNumbers = 6
    /// When the exchange began; zigzag differences to the exchange before.
    case beginnings = 7
    /// Request: last byte − first byte; zigzag.
    case requestSpans = 8
    /// Response's first byte − request's last byte, where there are both; zigzag.
    case waits = 9
    /// Response: last byte − first byte; zigzag.
    case responseSpans = 10

    case requestHeadLengths = 11
    case requestHeads = 12
    case requestBodyLengths = 13
    case requestBodies = 14
    /// Bytes of the body on the wire − bytes kept; zigzag.
    case requestBodyExcesses = 15
    case requestTrailerLengths = 16
    case requestTrailers = 17

    case responseHeadLengths = 18
    case responseHeads = 19
    case responseBodyLengths = 20
    case responseBodies = 21
    case responseBodyExcesses = 22
    case responseTrailerLengths = 23
    case responseTrailers = 24

    /// Of an index, an entry a block of traffic: byte offset, difference to the entry before.
    case blockOffsets = 32
    case blockStoredBytes = 33
    case blockRawBytes = 34
    case blockCounts = 35
    /// Differences to the entry before.
    case blockSequences = 36
    /// Zigzag differences to the entry before.
    case blockEarliest = 37
    /// Latest − earliest; zigzag.
    case blockSpans = 38
    case blockSessionCounts = 39
    /// The block's session numbers, ascending: the first as it is, then differences.
    case blockSessions = 40

    /// How a column is stored.
    enum Coding: UInt8 {
        case stored = 0
        case zstd = 1
    }

    /// Whether the column must be there unless it is empty. The others may be left out when all their bytes are zero, and
    /// are then read as as many zeros as needed.
    var isRequired: Bool {
        switch self {
        case .connections, .losses, .flags, .requestHeads, .requestBodies, .requestTrailers, .responseHeads,
            .responseBodies, .responseTrailers, .blockStoredBytes, .blockSessions:
            true
        default: false
        }
    }

    /// From this number on a reader skips columns that it does not know.
    static let firstOptional: UInt8 = 128

    /// The columns of a message, the same for both directions.
    struct MessageColumns {
        var headLengths, heads, bodyLengths, bodies, bodyExcesses, trailerLengths, trailers: Column
    }

    static let request = MessageColumns(
        headLengths: .requestHeadLengths, heads: .requestHeads, bodyLengths: .requestBodyLengths,
        bodies: .requestBodies, bodyExcesses: .requestBodyExcesses, trailerLengths: .requestTrailerLengths,
        trailers: .requestTrailers)
    static let response = MessageColumns(
        headLengths: .responseHeadLengths, heads: .responseHeads, bodyLengths: .responseBodyLengths,
        bodies: .responseBodies, bodyExcesses: .responseBodyExcesses, trailerLengths: .responseTrailerLengths,
        trailers: .responseTrailers)
}
