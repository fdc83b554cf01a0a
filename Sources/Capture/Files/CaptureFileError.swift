/// Why a capture file could not be read, or not completely.
public enum CaptureFileError: Error, Hashable, Sendable {
    /// open(2) refused; `reason` is the system's text.
    case cannotOpen(path: String, reason: String)
    /// read(2) failed.
    case readFailed(path: String, reason: String)
    /// The file is empty.
    case isEmpty(path: String)
    /// The first bytes are not those of a pcap or pcapng file.
    case notACapture(path: String)
    /// An unknown version or variant.
    case unsupported(path: String, what: String)
    /// The file ends within a packet, at `offset` of the uncompressed bytes; the packets before it were returned.
    case cutOff(path: String, offset: UInt64)
    /// Impossible lengths, at `offset` of the uncompressed bytes; the packets before it were returned.
    case damaged(path: String, offset: UInt64, what: String)
    /// The rest cannot be decompressed; the packets before it were returned.
    case compression(path: String, what: String)
}

extension CaptureFileError: CustomStringConvertible {
    /// A one-line message that names the file.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
        case .readFailed(let path, let reason): "cannot read \(path): \(reason)"
        case .isEmpty(let path): "\(path) is empty"
        case .notACapture(let path): "\(path) is not a pcap or pcapng file"
        case .unsupported(let path, let what): "\(path): \(what)"
        case .cutOff(let path, let offset): "\(path) is cut off within a packet at byte \(offset)"
        case .damaged(let path, let offset, let what): "\(path) is damaged at byte \(offset): \(what)"
        case .compression(let path, let what): "\(path) cannot be decompressed further: \(what)"
        }
    }
}

extension CaptureFileError {
    /// Splits the damages of the files of one capture by severity: a file cut off within a packet, as an interrupted
    /// capture leaves it, is slight; everything else is serious.
    ///
    /// - Parameter hasPackets: whether any packet was read: a file cut off before its first packet is seriously
    ///   damaged.
    public static func bySeverity(
        _ damages: [CaptureFileError], hasPackets: Bool
    ) -> (serious: [CaptureFileError], slight: [CaptureFileError]) {
        func isSlight(_ damage: CaptureFileError) -> Bool { if case .cutOff = damage { hasPackets } else { false } }
        return (damages.filter { !isSlight($0) }, damages.filter(isSlight))
    }
}
