/// The formats of files that traffic is imported from.
public enum InterchangeFormat: String, Sendable, CaseIterable {
    case pcap
    case har
    case gor
    case jsonLines
    /// A session log, which is not another program's format.
    case sessionLog

    /// The name for messages.
    public var label: String {
        switch self {
        case .pcap: "pcap"
        case .har: "HAR"
        case .gor: ".gor"
        case .jsonLines: "JSON Lines"
        case .sessionLog: "session log"
        }
    }

    /// Detects the format by `bytes`, the first of a file after decompression; nil if unknown.
    init?(_ bytes: UnsafeRawBufferPointer) {
        if bytes.starts(with: [0x89, 0x52, 0x4c, 0x4f, 0x47]) {
            self = .sessionLog
        } else if InterchangeFormat.isPacketCapture(bytes) {
            self = .pcap
        } else if InterchangeFormat.isGor(bytes) {
            self = .gor
        } else if let name = InterchangeFormat.firstName(bytes) {
            // A HAR may have other members before its log; JSON Lines begin with one of their own fields.
            self = JSONLinesReader.isField(name) ? .jsonLines : .har
        } else {
            return nil
        }
    }

    /// pcap in either byte order and resolution, or pcapng.
    private static func isPacketCapture(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 4 else { return false }
        switch bytes.loadUnaligned(as: UInt32.self).littleEndian {
        case 0xa1b2_c3d4, 0xd4c3_b2a1, 0xa1b2_3c4d, 0x4d3c_b2a1, 0xa1b2_cd34, 0x34cd_b2a1, 0x0a0d_0d0a:
            return true
        default: return false
        }
    }

    private static func isGor(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        func dropBlankLines() { start = start.drop { $0 == 0x0a || $0 == 0x0d } }
        dropBlankLines()
        // Skips empty records, which are only separators.
        while start.starts(with: GorRecord.mark) {
            start = start.dropFirst(GorRecord.mark.count)
            dropBlankLines()
        }
        guard let record = GorRecord(UnsafeRawBufferPointer(rebasing: start)) else { return false }
        guard record.id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
        // Ids of other programs are short, so the line and the bytes after it are checked more strictly.
        if record.id.utf8.count >= 8 { return true }
        return record.hasEpochTime && GorPayload(record.payload, isRequest: record.kind == .request).framing != nil
    }

    /// The name of the first member if the bytes begin with an object, after a byte order mark and white space.
    private static func firstName(_ bytes: UnsafeRawBufferPointer) -> String? {
        var rest = bytes.prefix(1024)
        if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
        func next() -> UInt8? {
            rest = rest.drop { $0 <= 0x20 }
            return rest.popFirst()
        }
        guard next() == UInt8(ascii: "{"), next() == UInt8(ascii: "\"") else { return nil }
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
