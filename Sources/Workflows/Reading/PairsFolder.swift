public import Measurement

/// A folder of alternating replays: `baseline-1`, `candidate-1`, `baseline-2`, ….
public enum PairsFolder {
    /// The most pairs that are read.
    static let most = 100

    /// Whether there is such a folder at a path.
    public static func isOne(_ path: String) -> Bool { RunRecord.isFolder("\(path)/baseline-1") }

    /// The runs of both sides, as far as pairs are complete.
    ///
    /// - Throws: `RunFolderError` if there is none, or one is damaged.
    public static func runs(in path: String) throws -> (baseline: [RunRecord], candidate: [RunRecord]) {
        var sides: (baseline: [RunRecord], candidate: [RunRecord]) = ([], [])
        for number in 1...most {
            let (left, right) = ("\(path)/baseline-\(number)", "\(path)/candidate-\(number)")
            guard RunRecord.isFolder(left), RunRecord.isFolder(right) else { break }
            sides.baseline.append(try RunRecord(folder: left))
            sides.candidate.append(try RunRecord(folder: right))
        }
        guard !sides.baseline.isEmpty else { throw RunFolderError.notARunFolder(path: path) }
        return sides
    }
}
