import Glibc

/// Why the rest of another program's file cannot be read. Everything before has been read.
public enum InterchangeError: Error, Hashable, Sendable {
    /// The file could not be opened; `errno` of open(2).
    case cannotOpen(path: String, errno: Int32)
    /// A read failed, or compressed data are damaged or truncated; the error text of the library or the system.
    case readFailed(path: String, reason: String)
    /// The file is empty.
    case isEmpty(path: String)
    /// Its content is not in a format that can be imported.
    case unknownFormat(path: String)
    /// The JSON is invalid at `offset` of the uncompressed bytes.
    case badJSON(path: String, offset: UInt64, what: String)
    /// The file ends in the middle of something.
    case cutOff(path: String, offset: UInt64)
    /// It is JSON, but not valid for the format.
    case notThisFormat(path: String, what: String)
}

extension InterchangeError: CustomStringConvertible {
    /// A one-line message that names the file.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let code): "cannot open \(path): \(String(cString: strerror(code)))"
        case .readFailed(let path, let reason): "cannot read \(path): \(reason)"
        case .isEmpty(let path): "\(path) is empty"
        case .unknownFormat(let path):
            "\(path) is not in a format that can be imported: pcap, pcapng, HAR, .gor, JSON Lines"
        case .badJSON(let path, let offset, let what): "\(path) is not valid JSON at byte \(offset): \(what)"
        case .cutOff(let path, let offset): "\(path) is cut off at byte \(offset)"
        case .notThisFormat(let path, let what): "\(path): \(what)"
        }
    }
}
