import Foundation
import TestSupport
import Testing
import Traffic

@testable import SessionLog

@Suite("Writing a log")
struct WriterTests {
    private let folder: ScratchFolder
    private var traffic = SampleTraffic(seed: 21)
    init() throws { folder = try ScratchFolder() }

    @Test("Only the owner may read a log")
    func permissions() throws {
        try writeLog([], to: folder.file("a.rlog"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.file("a.rlog"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("An existing file is not changed unless overwriting is requested, and then becomes private")
    func overwriting() throws {
        let path = folder.file("a.rlog")
        try folder.write([1, 2, 3], "a.rlog")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: SessionLogError.exists(path: path)) { _ = try SessionLogWriter(path: path) }
        #expect(try folder.bytes("a.rlog") == [1, 2, 3])
        var options = SessionLogWriter.Options()
        options.overwrites = true
        try SessionLogWriter(path: path, options: options).finish()
        #expect(try LogVerification(path: path).isWhole)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test("A second writer is refused without effect; a reader sees that the log is being written")
    mutating func twoWriters() throws {
        let path = folder.file("a.rlog")
        let batch = traffic.batch(5)
        var writer = try SessionLogWriter(path: path)
        try writer.append(batch)
        try writer.closeBlock()
        var options = SessionLogWriter.Options()
        options.overwrites = true
        #expect(throws: SessionLogError.inUse(path: path)) { _ = try SessionLogWriter(path: path, options: options) }
        let content = try LogContent(path: path)
        #expect(content.ending == .beingWritten && content.exchanges == batch.exchanges)
        #expect(try LogVerification(path: path).isWhole)
        try writer.finish()
        #expect(try LogContent(path: path).ending == .whole)
    }

    @Test("A folder that does not exist")
    func noFolder() {
        let path = folder.file("no/a.rlog")
        #expect(throws: SessionLogError.cannotCreate(path: path, errno: ENOENT)) {
            _ = try SessionLogWriter(path: path)
        }
    }

    @Test("A newer version is refused with its number, whatever the rest looks like")
    func newerVersion() throws {
        let path = folder.file("a.rlog")
        try folder.write(FileHeader(version: 7, logID: 1, seriesID: 1).encoded + [1, 2, 3], "a.rlog")
        #expect(throws: SessionLogError.unsupportedVersion(path: path, version: 7)) {
            _ = try BlockReader(path: path)
        }
        try writeLog([], to: folder.file("b.rlog"))
        var bytes = try folder.bytes("b.rlog")
        bytes[8] = 0xff
        try folder.write(bytes, "patched.rlog")
        let patched = folder.file("patched.rlog")
        #expect(throws: SessionLogError.unsupportedVersion(path: patched, version: 255)) {
            _ = try BlockReader(path: patched)
        }
        #expect(
            SessionLogError.unsupportedVersion(path: "a.rlog", version: 7).description
                == "a.rlog is a session log of version 7; this program reads version 2")
    }

    static let noLogs: [String: [UInt8]] = [
        "an empty file": [], "text": Array("GET / HTTP/1.1\r\n\r\n".utf8),
        "a pcap file": [0xd4, 0xc3, 0xb2, 0xa1] + [UInt8](repeating: 0, count: 40),
        "zeros, more than are searched for a block": [UInt8](repeating: 0, count: LogFormat.maximumSearchBytes + 1000),
    ]

    @Test("A file that is not a log is reported as such", arguments: noLogs.keys.sorted())
    func noLog(reason: String) throws {
        try folder.write(try #require(WriterTests.noLogs[reason]), "a.rlog")
        let path = folder.file("a.rlog")
        #expect(throws: SessionLogError.notSessionLog(path: path)) { _ = try BlockReader(path: path) }
        #expect(throws: SessionLogError.notSessionLog(path: path)) { _ = try LogVerification(path: path) }
        #expect(throws: SessionLogError.notSessionLog(path: path)) { _ = try MergedBlocks(path: path) }
    }

    @Test("A missing file and a folder")
    func unreadable() {
        let missing = folder.file("none.rlog")
        #expect(throws: SessionLogError.cannotOpen(path: missing, errno: ENOENT)) {
            _ = try BlockReader(path: missing)
        }
        #expect(throws: SessionLogError.cannotOpen(path: folder.path, errno: EISDIR)) {
            _ = try BlockReader(path: folder.path)
        }
    }

    @Test("A block is closed when it is old enough, by the next batch")
    mutating func blockDuration() throws {
        var options = SessionLogWriter.Options()
        options.blockDuration = .zero
        var writer = try SessionLogWriter(path: folder.file("a.rlog"), options: options)
        for _ in 0..<3 { try writer.append(traffic.batch(2)) }
        #expect(writer.statistics.blocks == 3)
        #expect(writer.statistics.exchanges == 6)
        try writer.finish()
    }

    @Test("The index has the numbers, sizes and sessions of the blocks")
    mutating func index() throws {
        let path = folder.file("a.rlog")
        let batch = traffic.batch(60)
        try writeLog([batch], to: path, blockBytes: 4000)
        let batches = try LogContent(path: path).batches
        let entries = try BlockIndex(path: path).entries
        #expect(entries.count == batches.count && entries.count > 3)
        for (entry, batch) in zip(entries, batches) {
            #expect(Int(entry.count) == batch.records.count)
            #expect(entry.earliest == batch.exchanges.map(\.began.nanoseconds).min())
            #expect(entry.latest == batch.exchanges.map(\.ended.nanoseconds).max())
        }
    }
}

@Suite("A full disk", .enabled(if: SmallDisk.isAvailable, "needs the right to mount a tmpfs"))
struct FullDiskTests {
    @Test("What was closed before stays readable", arguments: Array(stride(from: 16, through: 206, by: 10)))
    func fullDisk(kibibytes: Int) throws {
        let disk = try SmallDisk(kibibytes: kibibytes)
        let path = disk.path + "/a.rlog"
        var traffic = SampleTraffic(seed: 31)
        var options = SessionLogWriter.Options()
        options.blockBytes = 8192
        var writer = try SessionLogWriter(path: path, options: options)
        var failure: SessionLogError?
        for _ in 0..<10_000 where failure == nil {
            do { try writer.append(traffic.batch(10)) } catch { failure = error }
        }
        guard case .writeFailed(path, _, ENOSPC) = try #require(failure) else {
            Issue.record("unexpected error: \(String(describing: failure))")
            return
        }
        let statistics = writer.statistics
        #expect(statistics.exchanges > 0 && statistics.lostExchanges > 0)
        // The block that did not fit was rolled back, which may or may not leave room for the index.
        var ending: SessionLogError?
        do { try writer.finish() } catch { ending = error }
        #expect(ending != nil, "finish() reports that the log is incomplete")
        let content = try LogContent(path: path)
        #expect(content.damages.isEmpty)
        #expect(UInt64(content.exchanges.count) >= statistics.exchanges)
        #expect(content.ending != .whole, "a log that lacks exchanges has no end")
        // A program that another test starts has the writer's lock until it is executed.
        let verification = try LogVerification(path: path)
        #expect(!verification.isWhole || verification.ending == .beingWritten)
    }
}

@Suite("A log that is removed while it is written")
struct TakenLogTests {
    private let folder: ScratchFolder
    private let path: String

    init() throws {
        folder = try ScratchFolder()
        path = folder.file("live.rlog")
    }

    private func writer() throws -> SessionLogWriter {
        var options = SessionLogWriter.Options()
        options.syncsBlocks = true
        var writer = try SessionLogWriter(path: path, options: options)
        var traffic = SampleTraffic(seed: 1)
        try writer.append(traffic.batch(5))
        try writer.closeBlock()
        return writer
    }

    /// The change to the file, and the writer's error.
    static let changes: [FileChange] = [.deleted, .truncated, .movedAway]

    private func change(_ change: FileChange) throws {
        switch change {
        case .deleted: #expect(unlink(path) == 0)
        case .truncated: #expect(truncate(path, 100) == 0)
        case .movedAway: #expect(rename(path, folder.file("old.rlog")) == 0)
        }
    }

    @Test("The next tick reports it, even without traffic", arguments: changes)
    func tick(change: FileChange) throws {
        var writer = try writer()
        try writer.closeBlock()
        try self.change(change)
        var failure: SessionLogError?
        do { try writer.closeBlock() } catch { failure = error }
        #expect(failure == .fileChanged(path: path, change: change))
    }

    @Test("finish() reports it, and an incomplete log gets no end block", arguments: changes)
    func end(change: FileChange) throws {
        var options = SessionLogWriter.Options()
        options.blockBytes = 100
        var writer = try SessionLogWriter(path: path, options: options)
        var traffic = SampleTraffic(seed: 1)
        try writer.append(traffic.batch(5))
        try self.change(change)
        var failure: SessionLogError?
        do { try writer.finish() } catch { failure = error }
        #expect(failure == .fileChanged(path: path, change: change))
        switch change {
        case .deleted: break
        case .truncated: #expect(try !LogVerification(path: path).isWhole)
        case .movedAway: #expect(try LogVerification(path: folder.file("old.rlog")).isWhole, "nothing is lost of it")
        }
    }

    @Test("Another file with its name is not mistaken for it")
    func replaced() throws {
        var writer = try writer()
        #expect(rename(path, folder.file("old.rlog")) == 0)
        try folder.write([UInt8](repeating: 1, count: 10_000), "live.rlog")
        var failure: SessionLogError?
        do { try writer.closeBlock() } catch { failure = error }
        #expect(failure == .fileChanged(path: path, change: .movedAway))
        #expect(try folder.bytes("live.rlog") == [UInt8](repeating: 1, count: 10_000))
    }
}
