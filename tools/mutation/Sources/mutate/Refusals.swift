import Foundation
import Mutants

/// The compiler's verdicts on mutants behind a switch, kept between runs.
struct Refusals {

    enum Verdict: String {
        /// It compiles only as the single change of its file.
        case needsBuild = "needs build"
        case notViable = "no build"
    }

    private let file: String
    private var verdicts: [String: Verdict] = [:]

    /// - Parameter folder: the copy of the tree
    init(folder: String) {
        file = "\(folder)/.build/mutate-refusals.tsv"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if parts.count == 2 { verdicts[parts[1]] = Verdict(rawValue: parts[0]) }
        }
    }

    func verdict(on mutant: Mutant, in source: [UInt8]) -> Verdict? { verdicts[Self.key(mutant, source)] }

    mutating func add(_ verdict: Verdict, _ mutant: Mutant, in source: [UInt8]) {
        verdicts[Self.key(mutant, source)] = verdict
    }

    func save() throws {
        let lines = verdicts.map { "\($0.value.rawValue)\t\($0.key)\n" }.sorted()
        try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// A hash of the mutant and its source (FNV-1a).
    private static func key(_ mutant: Mutant, _ source: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in source { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\(hash)\t\(mutant.file)\t\(mutant.range.lowerBound)\t\(mutant.change)"
    }
}
