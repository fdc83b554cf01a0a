import Glibc
import Measurement

extension RunFolderError: ReportedError {
    var exitStatus: ExitStatus {
        switch self {
        case .notARunFolder, .unknownVersion, .damaged: .badInput
        case .system(let operation, _, _) where operation == "open" || operation == "read": .badInput
        case .exists, .system: .failure
        }
    }

    var hint: String? {
        switch self {
        case .system("create", _, EACCES), .system("create", _, EPERM), .system("create", _, EROFS),
            .system("create", _, ENOENT), .system("create", _, ENOTDIR):
            "-o FOLDER writes elsewhere"
        case .exists: "--force overwrites a run folder"
        case .notARunFolder(let path): ForeignFile.hintForRun(path)
        default: nil
        }
    }
}
