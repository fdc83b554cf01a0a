import Foundation

/// The results file during a run: each mutant is added when it is judged, so that a stopped run can be resumed.
struct ResultJournal: Sendable {

    private let file: FileHandle

    /// - Parameter continues: whether existing results are kept
    init(path: String, continues: Bool) throws {
        if !continues || !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(fileURLWithPath: path))
        }
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
    }

    func add(_ row: String) { file.write(Data("\(row)\n".utf8)) }
}

/// Short digests of source files.
final class SourceDigests: Sendable {

    private let root: String

    init(root: String) { self.root = root }

    /// The FNV-1a hash of a file.
    func digest(of file: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in FileManager.default.contents(atPath: "\(root)/\(file)") ?? Data() {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
