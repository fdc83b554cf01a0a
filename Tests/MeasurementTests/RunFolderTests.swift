import Formats
import Foundation
import TestSupport
import Testing
import Traffic

@testable import Measurement

@Suite struct RunFolderTests {
    /// A temporary folder, removed at the end of the test.
    final class Place {
        let path = FileManager.default.temporaryDirectory.path + "/reprise-run-\(UUID().uuidString)"
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

        func write(_ bytes: [UInt8], to name: String) throws {
            try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
        }
    }

    static let identity = ProcessIdentity(pid: 4711, startTicks: 99, name: "a \"quoted\", name")

    static func readings(_ second: Int) -> [ProcessReading] {
        let sample = ProcessSample(
            time: at(Double(second) * 1000), rssBytes: 1 << 30, pssBytes: second == 2 ? nil : 77,
            cpuNs: 12, threads: 4, openFiles: second == 1 ? nil : 9)
        return second == 3 ? [.vanished(identity, at(3000))] : [.sample(identity, sample)]
    }

    /// Writes a run of four seconds and returns its record.
    static func record(at path: String, endsWell: Bool = true) throws -> RunRecord {
        let folder = try RunFolder(creating: path, RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: folder)
        for second in 0..<4 {
            try collector.take([randomWindow(index: second, count: 200, seed: UInt64(second))])
            try collector.take(readings(second))
        }
        return collector.finish(RunCollectorTests.end)
    }

    @Test func whatIsReadIsWhatWasMeasured() throws {
        let place = Place()
        let measured = try Self.record(at: place.path)
        let read = try RunRecord(folder: place.path)
        #expect(read == measured)
        #expect(read.damages.isEmpty)
        #expect(read.targets.count == 1 && read.targets[0].samples.count == 3)
        #expect(read.targets[0].vanished == at(3000))
        #expect(read.durationNs == 5_000_000_000)
    }

    @Test func everyFateIsReadAsItself() throws {
        let place = Place()
        let folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: folder)
        var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        for fate in Fate.allCases { recorder.record(outcome(end: 10, fate: fate)) }
        try collector.take(recorder.finish())
        let measured = collector.finish(RunCollectorTests.end)
        let read = try RunRecord(folder: place.path)
        #expect(read == measured)
        #expect(read.series.windows.first?.counts[.bodyDiffers] == 1)
    }

    @Test func aLongRunIsKeptAsItsSeries() throws {
        let place = Place()
        let folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: folder)
        for second in 0..<WindowSeries.windowLimit + 10 {
            try collector.take([randomWindow(index: second, count: 2, seed: UInt64(second))])
        }
        let whole = try place.bytes("windows.bin").count
        let record = collector.finish(RunCollectorTests.end)
        #expect(record.series.lengthNs == 2 * WorkerRecorder.windowNs)
        #expect(try RunRecord(folder: place.path).series == record.series)
        #expect(try place.bytes("windows.bin").count < whole)
    }

    @Test func nobodyElseMayLook() throws {
        let place = Place()
        _ = try Self.record(at: place.path)
        let mode = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(place.path) == 0o700)
        for name in ["run.json", "windows.bin", "targets.csv"] { #expect(try mode("\(place.path)/\(name)") == 0o600) }
    }

    @Test func aFolderIsOverwrittenOnlyWhenAskedAndOnlyIfItIsARun() throws {
        let place = Place()
        _ = try Self.record(at: place.path)
        #expect(throws: RunFolderError.exists(path: place.path)) {
            _ = try RunFolder(creating: place.path, RunCollectorTests.description)
        }
        _ = try RunFolder(creating: place.path, RunCollectorTests.description, overwrites: true)
        #expect(try RunRecord(folder: place.path).series.windows.isEmpty)
        try FileManager.default.removeItem(atPath: "\(place.path)/run.json")
        #expect(throws: RunFolderError.notARunFolder(path: place.path)) {
            _ = try RunFolder(creating: place.path, RunCollectorTests.description, overwrites: true)
        }
    }

    @Test func aCutOffEndCostsOnlyTheLastWindow() throws {
        let place = Place()
        let measured = try Self.record(at: place.path)
        let whole = try place.bytes("windows.bin")
        let lastFrame = WindowFrames.frame(measured.series.windows[3]).count
        for cut in [1, 7, lastFrame / 2, lastFrame - 1] {
            try place.write(Array(whole.dropLast(cut)), to: "windows.bin")
            let read = try RunRecord(folder: place.path)
            #expect(read.series.windows == Array(measured.series.windows.dropLast()), "cut \(cut)")
            #expect(read.damages == ["the last window is incomplete"])
        }
        try place.write(Array(whole.dropLast(lastFrame)), to: "windows.bin")
        #expect(try RunRecord(folder: place.path).damages.isEmpty)
    }

    @Test func aDamagedWindowEndsTheReading() throws {
        let place = Place()
        let measured = try Self.record(at: place.path)
        var bytes = try place.bytes("windows.bin")
        bytes[8 + WindowFrames.frame(measured.series.windows[0]).count + 30] ^= 0x40
        try place.write(bytes, to: "windows.bin")
        let read = try RunRecord(folder: place.path)
        #expect(read.series.windows == Array(measured.series.windows.prefix(1)))
        #expect(read.damages == ["windows after the first 1 s are lost: a frame fails its checksum"])
    }

    @Test func anyByteOfAWindowMayBeWrong() throws {
        let place = Place()
        // Without this, the last use would be before the folder is created, and it would not be removed.
        defer { withExtendedLifetime(place) {} }
        let frame = WindowFrames.frame(try #require(Self.record(at: place.path).series.windows.first))
        var random = SplitMix64(seed: 11)
        for _ in 0..<2000 {
            var payload = Array(frame[8...])
            payload[Int.random(in: 0..<payload.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            payload.removeLast(Int.random(in: 0..<payload.count, using: &random))
            // Whatever it decodes to is within its bounds; a trap would abort the test.
            if let window = WindowCoding.decode(payload[...]) { #expect(window.lengthNs > 0) }
        }
    }

    @Test func aTruncatedSampleIsReported() throws {
        let place = Place()
        _ = try Self.record(at: place.path)
        try place.write(try place.bytes("targets.csv").dropLast(12), to: "targets.csv")
        let read = try RunRecord(folder: place.path)
        #expect(read.targets.first?.samples.count == 3)
        #expect(read.damages == ["1 lines of the watched processes' samples could not be read"])
    }

    @Test func aRunThatWasKilledIsReadableUntilThen() throws {
        let place = Place()
        var folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        try folder.append(WindowSeriesTests.window(0))
        try folder.append(Self.readings(0))
        let read = try RunRecord(folder: place.path)
        #expect(read.series.windows == [WindowSeriesTests.window(0)])
        #expect(read.damages == ["the run did not end cleanly"])
    }

    @Test func aRunThatIsKilledLosesItsOpenWindowOnly() throws {
        let place = Place()
        let folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: folder)
        var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        for second in 0..<4 {
            recorder.record(outcome(end: Double(second) * 1000 + 500))
            try collector.take(recorder.takeClosedWindows(before: at(Double(second) * 1000 + 700)))
            #expect(
                try RunRecord(folder: place.path).series.totals.requests == UInt64(second), "second \(second) is open")
        }
        _ = collector.finish(RunCollectorTests.end)
    }

    @Test func aRunThatIsKilledKeepsTheFailuresOfItsWindows() throws {
        let place = Place()
        let folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: folder)
        var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        for second in 0..<4 as Range<UInt64> {
            recorder.record(outcome(end: Double(second) * 1000 + 500, fate: .timeout))
            try collector.take(recorder.takeClosedWindows(before: at(Double(second) * 1000 + 700)))
            let read = try RunRecord(folder: place.path)
            #expect(read.failures.total >= read.series.totals.failures, "second \(second)")
            #expect(read.series.totals.failures == second)
        }
        _ = collector.finish(RunCollectorTests.end)
    }

    @Test func aFolderThatCannotBeReadIsNoOtherFolder() throws {
        let place = Place()
        defer { withExtendedLifetime(place) {} }
        let loop = "\(place.path)-loop"
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        defer { try? FileManager.default.removeItem(atPath: loop) }
        #expect(throws: RunFolderError.system(operation: "read", path: loop, code: ELOOP)) {
            try RunRecord(folder: loop)
        }
    }

    @Test(
        "Each name is read back from a table as it was",
        arguments: ["a,b", "\"q\"", "\"\u{301}x", "'\u{301}x", "=\u{301}1+1", "'x", "-1", "日本"])
    func namesInTables(name: String) throws {
        let line = TableLine.quoted(name) + "," + TableLine.quoted("next")
        let fields = try #require(TableLine.fields(of: Array(line.utf8)[...]))
        #expect(fields.map { TableLine.text(of: $0) } == [name, "next"])
        #expect(!"=+-@|%".unicodeScalars.contains(try #require(line.unicodeScalars.dropFirst().first)))
    }

    @Test func whatTheEndCutOffIsReadBackWithItsWait() throws {
        let place = Place()
        let folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: folder)
        var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        recorder.record(outcome(end: 400))
        recorder.record(outcome(end: 900, held: 800, fate: .cut, wasSent: false))
        try collector.take(recorder.finish())
        let measured = collector.finish(RunCollectorTests.end)
        let unanswered = try #require(measured.series.windows.first).unanswered
        #expect(unanswered.totalCount == 1 && measured.series.totals.requests == 1)
        #expect(abs(Double(unanswered.nanoseconds(atQuantile: 1) ?? 0) / 801e6 - 1) < 0.01)
        #expect(try RunRecord(folder: place.path) == measured)
    }

    @Test("A request that is recorded after its window was written is read back in that window")
    func supplements() throws {
        let place = Place()
        let folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 1, live: LiveCounts(), folder: folder)
        var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
        recorder.sessionStarted(at: .zero)
        for second in 0..<6 {
            for end in [500.0, -300, -1300] { recorder.record(outcome(end: max(1, Double(second) * 1000 + end))) }
            try collector.take(recorder.takeClosedWindows(before: at(Double(second + 1) * 1000)))
        }
        try collector.take(recorder.finish())
        let measured = collector.finish(RunCollectorTests.end)
        #expect(measured.series.windows.map(\.counts.requests) == [6, 3, 3, 3, 2, 1, 0])
        #expect(try RunRecord(folder: place.path) == measured)
    }

    @Test func otherVersionsAndOtherFilesAreClearErrors() throws {
        let place = Place()
        #expect(throws: RunFolderError.notARunFolder(path: place.path)) { try RunRecord(folder: place.path) }
        _ = try Self.record(at: place.path)
        var bytes = try place.bytes("windows.bin")
        bytes[7] = 9
        try place.write(bytes, to: "windows.bin")
        #expect(throws: RunFolderError.unknownVersion(path: "\(place.path)/windows.bin", version: 9)) {
            try RunRecord(folder: place.path)
        }
        try place.write(Array("{\"formatVersion\": 2}".utf8), to: "run.json")
        #expect(throws: RunFolderError.unknownVersion(path: "\(place.path)/run.json", version: 2)) {
            try RunRecord(folder: place.path)
        }
        try place.write(Array("nonsense".utf8), to: "run.json")
        #expect(throws: RunFolderError.damaged(path: "\(place.path)/run.json", reason: "it is not the JSON expected")) {
            try RunRecord(folder: place.path)
        }
    }

    @Test func aFullDiskIsATypedError() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        var file = AppendedFile(adopting: descriptor, path: "/dev/full")
        do {
            try file.append([1, 2, 3])
            Issue.record("a full disk took bytes")
        } catch {
            #expect(error == .system(operation: "write", path: "/dev/full", code: ENOSPC))
            #expect("\(error)" == "cannot write /dev/full: No space left on device")
        }
    }

    @Test func aSummaryIsReadBack() throws {
        let place = Place()
        let folder = try RunFolder(creating: place.path, RunCollectorTests.description)
        try folder.writeSummary(["p95": 1.5])
        #expect(try RunRecord.summary([String: Double].self, inFolder: place.path) == ["p95": 1.5])
    }
}
