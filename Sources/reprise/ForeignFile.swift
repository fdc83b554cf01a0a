import Interchange
import Measurement

/// What a file or folder is that was given in the place of something else, and the command that takes it.
enum ForeignFile {
    /// For what is not a session log.
    static func hintForLog(_ path: String) -> String? {
        if RunRecord.isFolder(path) { return "it is a run folder: 'reprise report \(path)' shows it" }
        if PairsFolder.isOne(path) { return "it is the folder of a comparison: 'reprise report \(path)' shows it" }
        guard let format = format(path), format != .sessionLog else { return nil }
        return "it is a \(format.label) file, import it first: 'reprise import \(path) -o \(stem(path)).rlog'"
    }

    /// For what is not a run folder.
    static func hintForRun(_ path: String) -> String? {
        switch format(path) {
        case .sessionLog: "it is a session log: 'reprise inspect \(path)' shows it, 'reprise analyze \(path)' judges it"
        case let format?: "it is a \(format.label) file: 'reprise import \(path) -o \(stem(path)).rlog' converts it"
        case nil: nil
        }
    }

    /// For what is not a packet capture.
    static func hintForCapture(_ path: String) -> String? {
        switch format(path) {
        case .sessionLog: "it is already a session log: 'reprise inspect \(path)' shows it"
        case .pcap, nil: nil
        case let format?: "it is a \(format.label) file: 'reprise import \(path) -o \(stem(path)).rlog' converts it"
        }
    }

    private static func format(_ path: String) -> InterchangeFormat? { try? InterchangeFile(path: path).format }

    private static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
