import Analysis
import Formats
import Foundation
import TestSupport
import Testing
import Traffic

@testable import Measurement
@testable import Report

/// Run folders that someone, or a bad disk, has changed: each is read as far as it goes or refused, and nothing traps.
@Suite("Run folders from anywhere")
struct HostileFolderTests {
    private static let gates = ["p95<500ms", "no-leak", "no-drift", "failures<1%", "rps(GET /b)>1", "max<1s"]

    /// One folder in this many is reported in every form; all of them if `REPRISE_FUZZ_ALL` is set.
    private static let toldEvery: UInt64 = ProcessInfo.processInfo.environment["REPRISE_FUZZ_ALL"] == nil ? 25 : 1

    /// Writes a small run with something in every file.
    private static func write(to path: String) throws {
        try RunFolderSample.write(to: path) { record in
            RunSummary(of: record, gates: try gates.map { try Criterion(parsing: $0) })
        }
    }

    @Test("240 changed folders trap nowhere")
    func changedFolders() throws {
        let place = try TemporaryFolder()
        let path = place.file("run")
        try Self.write(to: path)
        var original: [String: [UInt8]] = [:]
        for name in RunFolderSample.files { original[name] = try TemporaryFolder.read("\(path)/\(name)") }
        let good = try RunRecord(folder: path)
        #expect(good.damages.isEmpty && good.failures.total == 8 && good.examples.count == 1)
        var refused = 0
        var damaged = 0
        for seed in 1...240 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            let name = Self.pickFile(&random)
            let changed = Self.change(name, original[name] ?? [], &random)
            try Data(changed).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            do throws(RunFolderError) {
                let record = try RunRecord(folder: path)
                if !record.damages.isEmpty { damaged += 1 }
                // All are read and added up; percentiles of so many are slow without optimisation.
                _ = (RunSeries(of: record), RunRecord(merging: [good, record]).series.totals.requests)
                if seed.isMultiple(of: Self.toldEvery) { try Self.tellEverything(of: record, in: path, beside: good) }
            } catch {
                // Damage has its reason; whatever else may go wrong here is another fault.
                if case .system = error { Issue.record("seed \(seed), \(name): \(error)") }
                refused += 1
            }
            try Data(original[name] ?? []).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        #expect(refused > 4, "\(refused) folders were refused")
        #expect(damaged > 20, "\(damaged) folders were read in part")
    }

    /// What `report`, `analyze`, `compare` and `merge` make of a folder.
    private static func tellEverything(of record: RunRecord, in path: String, beside good: RunRecord?)
        throws(RunFolderError)
    {
        let summaries = [
            try RunRecord.summary(RunSummary.self, inFolder: path),
            RunSummary(of: record, gates: gates.compactMap { try? Criterion(parsing: $0) }, isStrict: true),
        ]
        let series = RunSeries(of: record)
        let caption = RunCaption(folder: path, of: record.description)
        for summary in summaries {
            let texts = [
                HTMLReport(summary, series: series, caption: caption).text,
                TerminalReport(summary, series: series, caption: caption).text,
                JUnitReport(summary, name: path).text,
            ]
            #expect(!texts.joined().contains("\u{1B}"), "no escape sequence reaches anyone")
            _ = try? JSONText.encode(summary)
        }
        _ = CSVTables(RunFigures(of: record)).all.map(\.text)
        _ = HistogramLog.text(of: record)
        guard let good else { return }
        for pair in [(good, record), (record, good)] {
            let comparison = RunComparison(baseline: [pair.0], candidate: [pair.1])
            _ = ComparisonPage(comparison, margin: 0.05).text
            _ = RunSummary(of: RunRecord(merging: [pair.0, pair.1]))
        }
    }

    @Test(
        "Figures past their bounds are damage",
        arguments: [
            ("run.json", "\"durationNanoseconds\" : 8000000000", "\"durationNanoseconds\" : 9223372036854775807"),
            ("run.json", "\"peakOpenConnections\" : 3", "\"peakOpenConnections\" : -1"),
            ("run.json", "\"startedAt\" : 1700000000", "\"startedAt\" : 1e308"),
            ("run.json", "\"plannedRequests\" : 400", "\"plannedRequests\" : 9223372036854775807"),
            ("run.json", "\"processors\" : 2", "\"processors\" : 0"),
        ])
    func boundsOfTheDescription(file: String, text: String, other: String) throws {
        let place = try TemporaryFolder()
        let path = place.file("run")
        try Self.write(to: path)
        let whole = String(decoding: try TemporaryFolder.read("\(path)/\(file)"), as: UTF8.self)
        try #require(whole.contains(text), "\(whole)")
        try Data(whole.replacing(text, with: other).utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
        #expect(
            throws: RunFolderError.damaged(path: "\(path)/run.json", reason: "a figure is out of bounds"), "\(other)"
        ) {
            _ = try RunRecord(folder: path)
        }
    }

    @Test("A folder on a full disk says that it is incomplete")
    func aFolderThatIsNotWhole() throws {
        let place = try TemporaryFolder()
        let path = place.file("run")
        try Self.write(to: path)
        // As the collector writes it when the disk was full.
        var description = try RunRecord(folder: path).description
        description.end?.problem = "write run/windows.bin: No space left on device"
        try RunFolder.replace("\(path)/run.json", with: description)
        let record = try RunRecord(folder: path)
        #expect(record.damages == ["not all of the run was kept: write run/windows.bin: No space left on device"])
        let summary = RunSummary(of: record, gates: [try Criterion(parsing: "p95<1s")])
        #expect(summary.verdict == .fail && summary.ending == .failed)
        #expect(RunRecord(merging: [record, record]).damages.count == 2)
    }

    // MARK: Changes

    private static let extremes: [UInt64] = [
        0, 1, 2, 255, 65_535, 1 << 31, (1 << 32) - 1, 1 << 40, (1 << 40) - 1, 1 << 50, (1 << 63) - 1, .max,
        1_000_000_000, 3_600_000_000_000,
    ]
    private static let numbers = [
        "0", "-1", "1e308", "-1e308", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0.1",
        "null",
        "\"x\"", "[]", "{}", "true", "9007199254740993", "1e999",
    ]
    private static let texts = [
        "<script>alert(1)</script>", "\u{1B}[31mRED\u{1B}]0;t\u{07}", "=cmd|x", "\u{202E}abc", "", " ", "&amp;",
        "\u{FFFE}",
        String(repeating: "A", count: 20_000), "-1", "9223372036854775807", "nan", "1e308",
    ]

    private static func pickFile(_ random: inout SplitMix64) -> String {
        let weighted =
            RunFolderSample.files + [
                "windows.bin", "windows.bin", "windows.bin", "windows.bin", "run.json", "run.json",
            ]
        return weighted[Int.random(in: 0..<weighted.count, using: &random)]
    }

    private static func change(_ name: String, _ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
        case 1:
            var bytes = bytes
            for _ in 0..<3 where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                    UInt8(1) << Int.random(in: 0..<8, using: &random)
            }
            return bytes
        default: break
        }
        if name == "windows.bin" { return changedWindows(bytes, &random) }
        return name.hasSuffix(".json") ? changedJSON(bytes, &random) : changedTable(bytes, &random)
    }

    /// Numbers of windows replaced by extremes, with checksums that are right.
    private static func changedWindows(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var frames: [[UInt8]] = []
        var place = 8
        while place + 8 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
            frames.append(Array(bytes[(place + 8)..<(place + 8 + length)]))
            place += 8 + length
        }
        if Int.random(in: 0..<8, using: &random) == 0 { frames.shuffle(using: &random) }
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let frame = Int.random(in: 0..<frames.count, using: &random)
            var numbers = varints(frames[frame])
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let reach = Bool.random(using: &random) ? numbers.count : min(60, numbers.count)
                numbers[Int.random(in: 0..<reach, using: &random)] =
                    extremes[Int.random(in: 0..<extremes.count, using: &random)]
            }
            frames[frame] = numbers.flatMap(varint)
        }
        return Array(bytes.prefix(8))
            + frames.flatMap { payload in
                littleEndian(UInt32(payload.count)) + littleEndian(payload.withUnsafeBytes { CRC32.of($0) }) + payload
            }
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func varints(_ bytes: [UInt8]) -> [UInt64] {
        var numbers: [UInt64] = []
        var (value, shift): (UInt64, UInt64) = (0, 0)
        for byte in bytes {
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 {
                numbers.append(value)
                (value, shift) = (0, 0)
            }
        }
        return numbers
    }

    private static func varint(_ number: UInt64) -> [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (number, [])
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// Values of a JSON file, which are after `: ` at the end of a line, replaced.
    private static func changedJSON(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        if Int.random(in: 0..<30, using: &random) == 0 { return [UInt8](repeating: UInt8(ascii: "["), count: 200_000) }
        var lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<lines.count, using: &random)
            if Int.random(in: 0..<7, using: &random) == 0 {
                lines.remove(at: place)
                continue
            }
            guard let colon = lines[place].range(of: " : ") else { continue }
            let value = lines[place][colon.upperBound...]
            guard let first = value.first, first != "{", first != "[" else { continue }
            let end = value.hasSuffix(",") ? "," : ""
            let other =
                first == "\"" && Bool.random(using: &random)
                ? "\"\(texts[Int.random(in: 0..<texts.count, using: &random)].replacing("\u{1B}", with: "\\u001b").replacing("\u{07}", with: "\\u0007"))\""
                : numbers[Int.random(in: 0..<numbers.count, using: &random)]
            lines[place] = lines[place][..<colon.upperBound] + other + end
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    private static func changedTable(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
        for _ in 0..<5 {
            let place = Int.random(in: 0..<lines.count, using: &random)
            var fields = lines[place].components(separatedBy: ",")
            let pool = texts + numbers
            fields[Int.random(in: 0..<fields.count, using: &random)] =
                pool[Int.random(in: 0..<pool.count, using: &random)]
            lines[place] = fields.joined(separator: ",")
        }
        return Array(lines.joined(separator: "\n").utf8)
    }
}
