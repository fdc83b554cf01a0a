import Foundation
import Interchange
import Measurement
import Workflows

/// Recognises a file or folder of another kind than the command expects, and names the command that takes it.
enum ForeignFile {
    /// The hint for a path that is not a session log.
    static func hintForLog(_ path: String) -> String? {
        if RunRecord.isFolder(path) { return "it is a run folder: 'reprise report \(path)' shows it" }
        if let part = firstPart(of: path) {
            return "a capture with --rotate wrote it in parts, which can be given together: \(part) and the following"
        }
        if PairsFolder.isOne(path) { return "it is the folder of a comparison: 'reprise report \(path)' shows it" }
        guard let format = format(path), format != .sessionLog else { return nil }
        return "it is a \(format.label) file, import it first: 'reprise import \(path) -o \(stem(path)).rlog'"
    }

    /// The hint for a path that is not a run folder.
    static func hintForRun(_ path: String) -> String? {
        if let hint = hintForFolder(of: path) { return hint }
        return switch format(path) {
        case .sessionLog: "it is a session log: 'reprise inspect \(path)' shows it, 'reprise analyze \(path)' judges it"
        case let format?: "it is a \(format.label) file: 'reprise import \(path) -o \(stem(path)).rlog' converts it"
        case nil: nil
        }
    }

    /// The newest runs and campaigns in a folder; nil if there are none.
    private static func hintForFolder(of path: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let runs = names.map { "\(path)/\($0)" }.filter {
            RunRecord.isFolder($0) || CampaignFolder.isOne($0) || PairsFolder.isOne($0)
        }
        guard !runs.isEmpty else { return nil }
        let newest = runs.map { ($0, modified($0)) }.sorted { ($1.1, $1.0) < ($0.1, $0.0) }.map(\.0)
        let listed = newest.prefix(3).joined(separator: ", ")
        return "it contains \(listed)\(runs.count > 3 ? " and \(runs.count - 3) more" : ""); "
            + "'reprise history \(path)' compares them"
    }

    /// When a folder was last changed; the distant past if unknown.
    private static func modified(_ path: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }

    /// The hint for a file that is not a scenario file: its kind, and the command that accepts it. Nil if it may be a
    /// scenario file.
    static func hintForScenario(_ path: String) -> String? {
        switch format(path) {
        case .sessionLog: "it is a session log: 'reprise replay \(path)' sends it"
        case let format?: "it is a \(format.label) file: 'reprise import \(path) -o \(stem(path)).rlog' converts it"
        case nil: nil
        }
    }

    /// The hint for a path that is not a packet capture.
    static func hintForCapture(_ path: String) -> String? {
        switch format(path) {
        case .sessionLog: "it is already a session log: 'reprise inspect \(path)' shows it"
        case .pcap, nil: nil
        case let format?: "it is a \(format.label) file: 'reprise import \(path) -o \(stem(path)).rlog' converts it"
        }
    }

    /// The first of the logs that a capture with --rotate wrote for `path`; nil if there is none.
    private static func firstPart(of path: String) -> String? {
        let part = LogNaming(path: path, isNumbered: true).path(1)
        return access(path, F_OK) != 0 && access(part, F_OK) == 0 ? part : nil
    }

    private static func format(_ path: String) -> InterchangeFormat? { try? InterchangeFile(path: path).format }

    private static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
