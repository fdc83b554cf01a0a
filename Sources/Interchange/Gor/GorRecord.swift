import Formats
import Traffic

/// One record of a `.gor` file: a request, an original response or a replayed one.
struct GorRecord {
    enum Kind: UInt8 {
        case request = 0x31
        case response = 0x32
        case replayedResponse = 0x33
    }

    /// The line between records.
    static let mark = Array("🐵🙈🙉".utf8)
    /// The separator after every record.
    static let separator = [0x0a] + mark + [0x0a]
    /// Values from here on (the year 1973) are nanoseconds since the Unix epoch; smaller values are durations.
    private static let firstEpochTime: Int64 = 100_000_000_000_000_000

    var kind: Kind
    /// Shared by the records of one exchange.
    var id: String
    /// Time of the first packet in nanoseconds since the Unix epoch; for a replayed response, the time its request was
    /// sent. Small in files whose clock began at 0.
    var time: Int64
    /// Nanoseconds from the message's first to its last packet; for a replayed response, the round-trip time; nil if
    /// unknown.
    var latency: Int64?
    var payload: [UInt8]
    /// The number of messages before this one in the same record, whose separators are missing.
    var place = 0

    /// A longer latency is assumed to be another figure.
    private static let maximumLatency = 30 * 86_400 * Nanoseconds.perSecond

    /// The start of a record's payload, after its first line; nil if `bytes` do not begin with a record.
    static func payloadStart(_ bytes: UnsafeRawBufferPointer) -> Int? {
        bytes.prefix(257).firstIndex(of: 0x0a).map { $0 + 1 }
    }

    /// Parses a record without its separator; nil if it is invalid.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let end = GorRecord.payloadStart(bytes).map({ $0 - 1 }) else { return nil }
        let line = bytes[..<end].last == 0x0d ? bytes[..<(end - 1)] : bytes[..<end]
        let fields = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        guard fields.count >= 3, fields[0].utf8.count == 1, let digit = fields[0].utf8.first,
            let kind = Kind(rawValue: digit), let time = Int64(fields[2])
        else { return nil }
        self.kind = kind
        id = fields[1]
        self.time = time
        latency = fields.count > 3 ? Int64(fields[3]).flatMap { $0 >= 0 ? $0 : nil } : nil
        // Versions up to 2.0 wrote the round-trip time of a replayed response before its send time.
        if let second = latency, second >= GorRecord.firstEpochTime, time < GorRecord.firstEpochTime {
            (self.time, latency) = (second, max(0, time))
        }
        if latency ?? 0 > GorRecord.maximumLatency { latency = nil }
        payload = Array(bytes[(end + 1)...])
    }

    init(kind: Kind, id: String, time: Int64, latency: Int64?, payload: [UInt8]) {
        (self.kind, self.id, self.time, self.latency, self.payload) = (kind, id, time, latency, payload)
    }

    /// Whether ``time`` is an instant.
    var hasEpochTime: Bool { time >= GorRecord.firstEpochTime }

    /// The record in file format, with its separator.
    var encoded: [UInt8] {
        Array("\(kind == .request ? 1 : kind == .response ? 2 : 3) \(id) \(time) \(latency ?? -1)\n".utf8) + payload
            + GorRecord.separator
    }
}
