/// Why a capture file could not be read, or not to its end.
public enum CaptureFileError: Error, Hashable, Sendable {
    /// open(2) refused; `reason` is the system's text.
    case cannotOpen(path: String, reason: String)
    /// read(2) failed.
    case readFailed(path: String, reason: String)
    /// There are no bytes at all.
    case isEmpty(path: String)
    /// The first bytes are not those of a pcap or pcapng file.
    case notACapture(path: String)
    /// A version or variant that is not known.
    case unsupported(path: String, what: String)
    /// The file ends within a packet, at `offset` of the uncompressed bytes; the packets before it were given.
    case cutOff(path: String, offset: UInt64)
    /// Lengths that cannot be, at `offset` of the uncompressed bytes; the packets before it were given.
    case damaged(path: String, offset: UInt64, what: String)
    /// The compressed bytes cannot be decompressed further; the packets before that were given.
    case compression(path: String, what: String)
}

extension CaptureFileError: CustomStringConvertible {
    /// One line that says what is wrong with which file.
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
    /// Damages of the files of one capture, apart: what an interrupted capture leaves, a file that ends within a packet, and what
    /// is worse.
    ///
    /// - Parameter hasPackets: whether any packet was read: a file that is cut off before its first is not slightly damaged.
    public static func bySeverity(
        _ damages: [CaptureFileError], hasPackets: Bool
    ) -> (serious: [CaptureFileError], slight: [CaptureFileError]) {
        func isSlight(_ damage: CaptureFileError) -> Bool { if case .cutOff = damage { hasPackets } else { false } }
        return (damages.filter { !isSlight($0) }, damages.filter(isSlight))
    }
}
