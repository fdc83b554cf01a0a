import Glibc

/// Why a run folder cannot be written or read.
public enum RunFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path already exists, and overwriting was not requested.
    case exists(path: String)
    /// The path exists and is not a run folder, so it is never overwritten.
    case notARunFolder(path: String)
    /// The folder was written in another version of the format.
    case unknownVersion(path: String, version: Int)
    /// A file's content is invalid.
    case damaged(path: String, reason: String)
    /// A system call failed; `operation` describes it.
    case system(operation: String, path: String, code: Int32)

    /// The error in one sentence that names the path.
    public var description: String {
        switch self {
        case .exists(let path): "\(path) already exists"
        case .notARunFolder(let path): "\(path) is not a run folder"
        case .unknownVersion(let path, let version):
            "\(path) has format version \(version), this program reads version \(RunDescription.currentVersion)"
        case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
        case .system(let operation, let path, let code):
            "cannot \(operation) \(path): \(String(cString: strerror(code)))"
        }
    }
}
