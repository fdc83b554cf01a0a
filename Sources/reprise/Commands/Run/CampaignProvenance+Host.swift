import Analysis
import Crypto
import Foundation
import Glibc

extension CampaignProvenance {
    /// The provenance of a campaign that this process runs.
    ///
    /// - Parameters:
    ///   - file: the scenario file.
    ///   - logs: the recordings.
    ///   - overrides: values of the file that the command line changes.
    init(file: String, logs: [String], overrides: [String], seed: String?) {
        self.init(
            file: Self.file(file), logs: logs.map(Self.file), version: Reprise.version, overrides: overrides,
            seed: seed, host: .this)
    }

    /// A file with its digest, read in chunks.
    private static func file(_ path: String) -> File {
        guard let handle = FileHandle(forReadingAtPath: path) else { return File(path: path, sha256: nil) }
        defer { try? handle.close() }
        var hash = SHA256()
        while let piece = try? handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return File(
            path: path, sha256: hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        )
    }
}

extension CampaignProvenance.Host {
    /// This machine.
    static var this: Self {
        var name = utsname()
        uname(&name)
        let text = { (field: Any) -> String in
            var characters: [UInt8] = []
            for child in Mirror(reflecting: field).children {
                guard let byte = child.value as? Int8, byte != 0 else { break }
                characters.append(UInt8(bitPattern: byte))
            }
            return String(decoding: characters, as: UTF8.self)
        }
        return Self(
            name: text(name.nodename), system: "\(text(name.sysname)) \(text(name.release)) \(text(name.machine))",
            processors: ProcessInfo.processInfo.activeProcessorCount,
            memoryBytes: ProcessInfo.processInfo.physicalMemory)
    }
}
