import Foundation

/// The file of results while a run lasts: a line is added as soon as a mutant is judged, so that a run that is stopped can go on.
struct ResultJournal: Sendable {

    private let file: FileHandle

    /// - Parameter continues: whether what the file has stays.
    init(path: String, continues: Bool) throws {
        if !continues || !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(fileURLWithPath: path))
        }
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
    }

    func add(_ row: String) { file.write(Data("\(row)\n".utf8)) }
}

/// What source files hold, in a few letters.
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
