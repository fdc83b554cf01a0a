import Formats
import Traffic

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

    /// Which text of the block each head is; see ``Reference``.
    case requestHeads = 11
    /// Which of the block's request bodies each body is.
    case requestBodies = 12
    /// Bytes of the body on the wire − bytes kept; zigzag.
    case requestBodyExcesses = 13
    case requestTrailers = 14

    case responseHeads = 15
    case responseBodies = 16
    case responseBodyExcesses = 17
    case responseTrailers = 18

    /// Of every different body: its length, and its bytes.
    case requestBodyLengths = 19
    case requestBodyBytes = 20
    case responseBodyLengths = 21
    case responseBodyBytes = 22

    /// Of every different text (a head or a trailer section): the number of its lines, then which line each is.
    case textLines = 23
    /// Of every different line: its length, and its bytes with the line end.
    case lineLengths = 24
    case lineBytes = 25

    /// Servers whose connections could not be read: connections, length of the name, the name.
    case opaqueServers = 26

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

    /// Of each second in which something did not fit together: the second, then the counts of ``CaptureAnomalies``.
    case anomalies = 128
    /// Of each second in which input could not be read: the second, damaged files, unread packets.
    case inputLosses = 129

    /// One more than the highest number.
    static let numberLimit = 130

    /// Whether blocks of traffic have it, and not those of an index.
    var isOfTraffic: Bool { rawValue < Column.blockOffsets.rawValue || rawValue >= Column.firstOptional }

    /// Most bytes the column can have in a block of `count` exchanges or entries: a reader decompresses no more. What a bound of
    /// rows does not limit is limited by the block's raw bytes.
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

    /// Whether the column must be there unless it is empty. The others may be left out when all their bytes are zero, and
    /// are then read as as many zeros as needed.
    var isRequired: Bool {
        switch self {
        case .connections, .losses, .flags, .requestBodyBytes, .responseBodyBytes, .textLines, .lineLengths, .lineBytes,
            .opaqueServers, .anomalies, .inputLosses, .blockStoredBytes, .blockSessions:
            true
        default: false
        }
    }

    /// From this number on a reader skips columns that it does not know: what they hold may be missed.
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

/// What is in a column in place of bytes that may repeat: 0 for none, 1 for the next that was not there before, `n + 2`
/// for the one that was the `n`-th new one of the block.
enum Reference {
    static let none: UInt64 = 0
    static let new: UInt64 = 1
    static let firstKnown: UInt64 = 2
}
