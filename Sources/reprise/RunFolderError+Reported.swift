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
        if case .exists = self { "--force overwrites a run folder" } else { nil }
    }
}
