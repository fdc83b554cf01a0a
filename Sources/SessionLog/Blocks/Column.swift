import Formats
import Traffic

/// The columns of a block. The numbers are part of the format.
enum Column: UInt8, CaseIterable {
    /// Rows of 40 bytes: number, client address and port, server address and port.
    case connections = 1
    /// Rows of 72 bytes: the second and the eight counts of a capture loss.
    case losses = 2
    /// One byte per exchange; see `ExchangeFlags`.
    case flags = 3
    /// Two bytes per exchange.
    case statuses = 4
    /// Zigzag differences to the previous exchange.
    case connectionNumbers = 5
    case sessionNumbers = 6
    /// When the exchange began; zigzag differences to the previous exchange.
    case beginnings = 7
    /// Request: last byte − first byte; zigzag.
    case requestSpans = 8
    /// Response's first byte − request's last byte, if there are both; zigzag.
    case waits = 9
    /// Response: last byte − first byte; zigzag.
    case responseSpans = 10

    /// References from heads to the texts of the block; see ``Reference``.
    case requestHeads = 11
    /// References from bodies to the request bodies of the block.
    case requestBodies = 12
    /// Bytes of the body on the wire − bytes kept; zigzag.
    case requestBodyExcesses = 13
    case requestTrailers = 14

    case responseHeads = 15
    case responseBodies = 16
    case responseBodyExcesses = 17
    case responseTrailers = 18

    /// The length and the bytes of every distinct body.
    case requestBodyLengths = 19
    case requestBodyBytes = 20
    case responseBodyLengths = 21
    case responseBodyBytes = 22

    /// For every distinct text (a head or a trailer section): the number of its lines, then a reference to each line.
    case textLines = 23
    /// The length and the bytes, with the line end, of every distinct line.
    case lineLengths = 24
    case lineBytes = 25

    /// Servers with unreadable connections: number of connections, length of the name, the name.
    case opaqueServers = 26

    /// In an index, one entry per traffic block: byte offset, as a difference to the previous entry.
    case blockOffsets = 32
    case blockStoredBytes = 33
    case blockRawBytes = 34
    case blockCounts = 35
    /// Differences to the previous entry.
    case blockSequences = 36
    /// Zigzag differences to the previous entry.
    case blockEarliest = 37
    /// Latest − earliest; zigzag.
    case blockSpans = 38
    case blockSessionCounts = 39
    /// The block's session numbers, ascending: the first number, then differences.
    case blockSessions = 40

    /// For each second with anomalies: the second, then the counts of `CaptureAnomalies`.
    case anomalies = 128
    /// For each second with unreadable input: the second, damaged files, unread packets.
    case inputLosses = 129

    /// The highest number + 1.
    static let numberLimit = 130

    /// Whether it belongs to traffic blocks, not index blocks.
    var isOfTraffic: Bool { rawValue < Column.blockOffsets.rawValue || rawValue >= Column.firstOptional }

    /// The maximum bytes of the column in a block of `count` exchanges or entries: a reader does not decompress more. A
    /// column without a limit on rows is limited by the block's raw bytes.
    func maximumBytes(count: Int) -> Int {
        switch self {
        case .connections: LogFormat.maximumConnections * LogFormat.connectionRowBytes
        case .losses: LogFormat.maximumLosses * LogFormat.lossRowBytes
        case .anomalies: LogFormat.maximumLosses * 6 * Varint.maximumBytes
        case .inputLosses: LogFormat.maximumLosses * 3 * Varint.maximumBytes
        case .opaqueServers: LogFormat.maximumOpaqueServers * (OpaqueServer.maximumNameBytes + 2 * Varint.maximumBytes)
        case .flags: count
        case .statuses: 2 * count
        case .connectionNumbers, .sessionNumbers, .beginnings, .requestSpans, .waits, .responseSpans, .requestHeads,
            .requestBodies, .requestBodyExcesses, .requestTrailers, .responseHeads, .responseBodies,
            .responseBodyExcesses, .responseTrailers, .requestBodyLengths, .responseBodyLengths, .blockOffsets,
            .blockStoredBytes, .blockRawBytes, .blockCounts, .blockSequences, .blockEarliest, .blockSpans,
            .blockSessionCounts:
            Varint.maximumBytes * count
        case .lineLengths: Varint.maximumBytes * LogFormat.maximumLines
        case .requestBodyBytes, .responseBodyBytes, .textLines, .lineBytes, .blockSessions: LogFormat.maximumRawBytes
        }
    }

    /// How a column is stored.
    enum Coding: UInt8 {
        case stored = 0
        case zstd = 1
    }

    /// Whether the column must be present unless it is empty. Other columns may be omitted if all their bytes are zero,
    /// and are then read as zeros.
    var isRequired: Bool {
        switch self {
        case .connections, .losses, .flags, .requestBodyBytes, .responseBodyBytes, .textLines, .lineLengths, .lineBytes,
            .opaqueServers, .anomalies, .inputLosses, .blockStoredBytes, .blockSessions:
            true
        default: false
        }
    }

    /// From this number on, a reader skips unknown columns: their contents are optional.
    static let firstOptional: UInt8 = 128

    /// The columns of a message, the same for both directions.
    struct MessageColumns {
        var heads, bodies, bodyExcesses, trailers, bodyLengths, bodyBytes: Column
    }

    static let request = MessageColumns(
        heads: .requestHeads, bodies: .requestBodies, bodyExcesses: .requestBodyExcesses, trailers: .requestTrailers,
        bodyLengths: .requestBodyLengths, bodyBytes: .requestBodyBytes)
    static let response = MessageColumns(
        heads: .responseHeads, bodies: .responseBodies, bodyExcesses: .responseBodyExcesses,
        trailers: .responseTrailers, bodyLengths: .responseBodyLengths, bodyBytes: .responseBodyBytes)
}

/// The value that represents repeatable bytes in a column: 0 for none, 1 for the next new ones, `n + 2` for the `n`-th
/// distinct ones of the block.
enum Reference {
    static let none: UInt64 = 0
    static let new: UInt64 = 1
    static let firstKnown: UInt64 = 2
}
