import Glibc

/// Why a file of another program cannot be read on. What came before it has been read.
public enum InterchangeError: Error, Hashable, Sendable {
    /// The file could not be opened; `errno` of open(2).
    case cannotOpen(path: String, errno: Int32)
    /// A read failed, or the gzip data are damaged or cut off; zlib's or the system's own words.
    case readFailed(path: String, reason: String)
    /// The file holds nothing.
    case isEmpty(path: String)
    /// Its content is of no format that can be imported.
    case unknownFormat(path: String)
    /// The JSON makes no sense at `offset` of the uncompressed bytes.
    case badJSON(path: String, offset: UInt64, what: String)
    /// The file ends in the middle of something.
    case cutOff(path: String, offset: UInt64)
    /// It is JSON, but not what the format says it must be.
    case notThisFormat(path: String, what: String)
}

extension InterchangeError: CustomStringConvertible {
    /// What went wrong and with which file, on one line.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let code): "cannot open \(path): \(String(cString: strerror(code)))"
        case .readFailed(let path, let reason): "cannot read \(path): \(reason)"
        case .isEmpty(let path): "\(path) is empty"
        case .unknownFormat(let path):
            "\(path) is none of the formats that can be imported: pcap, pcapng, HAR, .gor, JSON Lines"
        case .badJSON(let path, let offset, let what): "\(path) is not valid JSON at byte \(offset): \(what)"
        case .cutOff(let path, let offset): "\(path) is cut off at byte \(offset)"
        case .notThisFormat(let path, let what): "\(path): \(what)"
        }
    }
}
