import Foundation

/// A small file system in memory, mounted at a new folder.
public final class SmallDisk {
    /// Where it is.
    public let path: String
    private let folder: TemporaryFolder

    /// - Throws: where no file system can be mounted
    public init(kibibytes: Int) throws {
        folder = try TemporaryFolder()
        path = folder.path
        let status = try SmallDisk.run("mount", ["-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path])
        guard status == 0 else { throw CocoaError(.fileWriteNoPermission) }
    }

    deinit { _ = try? SmallDisk.run("umount", [path]) }

    /// Whether the tests may mount one.
    public static let isAvailable = (try? SmallDisk(kibibytes: 16)) != nil

    private static func run(_ command: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [command] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
