import Glibc

/// Why a session log could not be written or read. Damage inside a readable log is not an error but a ``LogDamage``.
public enum SessionLogError: Error, Hashable, Sendable {
    /// The file could not be opened; `errno` of open(2).
    case cannotOpen(path: String, errno: Int32)
    /// The file could not be created; `errno` of open(2).
    case cannotCreate(path: String, errno: Int32)
    /// The file exists and overwriting was not requested.
    case exists(path: String)
    /// Another process is writing this file.
    case inUse(path: String)
    /// The file is not a session log, or is damaged from its start on.
    case notSessionLog(path: String)
    /// The log has a version that this program does not read.
    case unsupportedVersion(path: String, version: UInt16)
    /// A write failed at a byte offset; `errno` of write(2). Blocks closed before remain readable.
    case writeFailed(path: String, offset: UInt64, errno: Int32)
    /// Another program changed or removed the file while it was written.
    case fileChanged(path: String, change: FileChange)
    /// A read failed at a byte offset; `errno` of pread(2).
    case readFailed(path: String, offset: UInt64, errno: Int32)
    /// libzstd failed; its error text.
    case compression(String)
    /// A block could not be sealed; the library's error text.
    case sealing(String)
    /// The log is sealed and no key was given.
    case keyNeeded(path: String)
    /// The log is sealed with another key.
    case wrongKey(path: String)
    /// The log's exchanges need more memory than allowed.
    case tooLarge(path: String, limitBytes: UInt64)
}

/// What another program did to a file that is being written.
public enum FileChange: Hashable, Sendable {
    /// It no longer has a name, and is lost when it is closed.
    case deleted
    /// It is shorter than the bytes written.
    case truncated
    /// It has another name; its own name is free or belongs to another file.
    case movedAway
}

extension SessionLogError: CustomStringConvertible {
    /// A one-line message that names the file.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let code): "cannot open \(path): \(SessionLogError.text(code))"
        case .cannotCreate(let path, let code): "cannot create \(path): \(SessionLogError.text(code))"
        case .exists(let path): "\(path) already exists"
        case .inUse(let path): "\(path) is being written by another process"
        case .notSessionLog(let path): "\(path) is not a session log"
        case .unsupportedVersion(let path, let version):
            "\(path) is a session log of version \(version); this program reads version \(LogFormat.version)"
        case .writeFailed(let path, let offset, let code):
            "cannot write \(path) at byte \(offset): \(SessionLogError.text(code)); what was written before is readable"
        case .fileChanged(let path, .deleted): "\(path) was deleted while it was written; its content is lost"
        case .fileChanged(let path, .truncated):
            "\(path) was truncated by another program while it was written; the removed part is lost"
        case .fileChanged(let path, .movedAway):
            "\(path) was renamed or replaced while it was written; what was written is in the renamed file"
        case .readFailed(let path, let offset, let code):
            "cannot read \(path) at byte \(offset): \(SessionLogError.text(code))"
        case .compression(let text): "zstd: \(text)"
        case .sealing(let text): "cannot encrypt a block: \(text)"
        case .keyNeeded(let path): "\(path) is encrypted"
        case .wrongKey(let path): "\(path) is encrypted with another key"
        case .tooLarge(let path, let limit): "the exchanges in \(path) need more than \(limit >> 20) MiB of memory"
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
