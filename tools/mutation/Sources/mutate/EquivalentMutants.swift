import Foundation
import Mutants

/// Mutants that were found to change nothing observable, each with the reason.
///
/// A line of the file: source file, source line without surrounding white space, change and reason, separated by tabs.
/// Line numbers are not used, so that the list stays valid after edits elsewhere.
struct EquivalentMutants {

    private let known: Set<[String]>

    init(file: String) throws {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            known = []
            return
        }
        var known: Set<[String]> = []
        for (index, line) in text.split(separator: "\n").enumerated() where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, !fields[3].isEmpty else {
                throw ToolError(
                    "\(file):\(index + 1): file, source line, change and reason are wanted, separated by tabs")
            }
            known.insert(Array(fields[..<3]))
        }
        self.known = known
    }

    func contains(_ mutant: Mutant) -> Bool { known.contains([mutant.file, mutant.sourceLine, mutant.change]) }
}
