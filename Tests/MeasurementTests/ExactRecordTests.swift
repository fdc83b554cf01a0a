import Formats
import Foundation
import TestSupport
import Testing
import Traffic

@testable import Measurement

/// What is recorded of a run, exactly: in memory, in its folder, and merged with others.
@Suite struct ExactRecordTests {
    private static func text(_ value: Any) -> String {
        "\(value)".replacing("Measurement.", with: "").replacing("Traffic.", with: "")
    }

    private static func entries(_ prefix: String, _ record: RunRecord) throws -> [GoldenTable.Entry] {
        let shown = record.series.windows.enumerated().filter { [0, 3, 8].contains($0.offset) }.map(\.element)
        var entries = shown.map { window in
            GoldenTable.Entry(
                "\(prefix) window \(window.startNs / 1_000_000_000)",
                Mirror(reflecting: window).children.flatMap { child in
                    child.label == "endpoints"
                        ? window.endpoints.map { "endpoint \(text($0))" }
                        : ["\(child.label ?? ""): \(text(child.value))"]
                }.joined(separator: "\n"))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let json = { (value: any Encodable) in String(decoding: try encoder.encode(value), as: UTF8.self) }
        entries += [
            GoldenTable.Entry("\(prefix) description", try json(record.description)),
            GoldenTable.Entry("\(prefix) failures", try json(record.failures)),
            GoldenTable.Entry("\(prefix) targets", record.targets.map { text($0) }.joined(separator: "\n")),
            GoldenTable.Entry("\(prefix) metrics", record.metrics.tracks.map { text($0) }.joined(separator: "\n")),
            GoldenTable.Entry(
                "\(prefix) timeline",
                record.timeline.slices.map { "\($0.requests) \($0.failures)" }.joined(separator: " ")),
            GoldenTable.Entry("\(prefix) damages", record.damages.joined(separator: "\n")),
        ]
        for stretch in 0..<4 {
            for part in 0..<2 {
                let figures = record.stretches.figures { $0.stretch == stretch && $0.part == part }
                entries.append(
                    GoldenTable.Entry(
                        "\(prefix) stretch \(stretch), part \(part)",
                        "\(figures.requests) requests, \(figures.failures) failures\n"
                            + figures.endings.byStatus.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                            .joined(separator: " ")
                            + "\n"
                            + TimeKind.allCases.map { "\($0) \(figures.times[$0].totalCount)" }.joined(separator: ", "))
                )
            }
        }
        return entries
    }

    @Test func aRecordIsExact() throws {
        let first = try VariedRun.record()
        var second = try VariedRun.record(seed: 100) {
            $0.endpoints = ["odd", "GET /a", "PUT /new", "POST /b"]
            $0.startedAt = 1_600_000_000
            $0.plannedSessions = 3
            $0.plannedNs = 12_000_000_000
            $0.rampNs = 500_000_000
            $0.isClosedLoop = true
            $0.plannedRequests = 11
            $0.plannedSpanNs = 9_000_000_000
            $0.requestsPerSecondLimit = 40
        }
        second.damages = ["one"]
        second.description.end?.stopped = "too many"
        var limited = first
        limited.description.requestsPerSecondLimit = 2.5
        var open = second
        open.description.end = nil
        open.description.plannedSessions = nil
        open.description.plannedRequests = nil
        let entries =
            try Self.entries("record", first) + Self.entries("merged", RunRecord(merging: [first, second]))
            + Self.entries("limited", RunRecord(merging: [second, limited])).filter { "\($0)".contains("description") }
            + Self.entries("open", RunRecord(merging: [first, open])).filter { "\($0)".contains("description") }
        let differences = GoldenTable("records.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test func aFolderIsExact() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/run"
        var entries: [GoldenTable.Entry] = []
        let record = try VariedRun.record(
            folder: RunFolder(
                creating: path,
                RunDescription(
                    startedAt: 1, settings: [:], endpoints: VariedRun.endpoints, plannedSessions: nil)))
        for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
            let bytes = try TemporaryFolder.read("\(path)/\(name)")
            let sum = bytes.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
            let isText = !name.hasSuffix(".bin")
            entries.append(
                GoldenTable.Entry(
                    "file \(name)", isText ? String(decoding: bytes, as: UTF8.self) : "\(bytes.count) bytes, \(sum)"))
        }
        let read = try RunRecord(folder: path)
        #expect(read.series == record.series && read.targets == record.targets && read.metrics == record.metrics)
        #expect(read.failures == record.failures && read.stretches == record.stretches)
        #expect(read.description.endpoints == record.description.endpoints && read.damages.isEmpty)
        let differences = GoldenTable("folder.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// Percentiles of a histogram are those of the plain list of its values, at every rank.
    @Test func quantilesAreThoseOfTheValues() throws {
        var random = SplitMix64(seed: 3)
        for count in [1, 2, 3, 10, 100, 999] {
            let values = (0..<count).map { _ in UInt16.random(in: 0..<2000, using: &random) }
            let histogram = SparseHistogram(unsorted: values)
            let sorted = values.sorted().map { TimeBuckets.highestNs(ofIndex: $0) }
            #expect(histogram.totalCount == UInt64(count) && histogram.longestNs == sorted.last)
            for rank in 1...count {
                let quantile = Double(rank) / Double(count)
                #expect(histogram.nanoseconds(atQuantile: quantile) == sorted[rank - 1], "rank \(rank) of \(count)")
                let above = (Double(rank) - 0.5) / Double(count)
                #expect(histogram.nanoseconds(atQuantile: above) == sorted[rank - 1], "below rank \(rank) of \(count)")
            }
            for outside in [-1.0, 0] { #expect(histogram.nanoseconds(atQuantile: outside) == sorted[0]) }
            for outside in [1, 2.0] { #expect(histogram.nanoseconds(atQuantile: outside) == sorted.last) }
            let parts = stride(from: 0, to: count, by: 7).map {
                SparseHistogram(unsorted: Array(values[$0..<min($0 + 7, count)]))
            }
            #expect(parts.reduce(into: SparseHistogram()) { $0.add($1) } == histogram, "a sum of parts is the whole")
        }
        #expect(SparseHistogram().nanoseconds(atQuantile: 0.5) == nil && SparseHistogram().longestNs == nil)
        #expect(
            SparseHistogram(indices: [1, 1], counts: [1, 1]) == nil && SparseHistogram(indices: [1], counts: [0]) == nil
        )
        #expect(
            SparseHistogram(indices: [2, 1], counts: [1, 1]) == nil && SparseHistogram(indices: [1], counts: []) == nil)
        let highest = UInt16(TimeBuckets.count - 1)
        #expect(SparseHistogram(indices: [highest], counts: [1]) != nil)
        #expect(SparseHistogram(indices: [highest + 1], counts: [1]) == nil)
        let full = try #require(SparseHistogram(indices: [5], counts: [.max]))
        var sum = full
        sum.add(full)
        #expect(sum.counts == [.max], "a count does not wrap")
    }
}

/// Each byte of a run's files changed, and each file cut everywhere: what is read, exactly.
@Suite struct ExactDamageTests {
    private static func text(_ path: String) -> String {
        do {
            let record = try RunRecord(folder: path)
            let windows = record.series.windows.map { "\($0.startNs / 1_000_000_000):\($0.counts.requests)" }.joined(
                separator: " ")
            let targets = record.targets.map {
                "\($0.identity.pid) \($0.samples.count) \($0.vanished?.nanoseconds ?? -1)"
            }
            return
                "\(windows) | \(targets) | \(record.metrics.tracks.map { "\($0.identity.series) \($0.samples.count)" }) | \(record.damages)"
                .replacing(path, with: "run")
        } catch {
            return "\(error)".replacing(path, with: "run")
        }
    }

    @Test func damagesAreExact() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("run")
        _ = try VariedRun.record(
            folder: RunFolder(
                creating: path,
                RunDescription(startedAt: 1, settings: [:], endpoints: VariedRun.endpoints, plannedSessions: nil)))
        var entries: [GoldenTable.Entry] = []
        for (name, cases) in [("windows.bin", 40), ("targets.csv", 20), ("metrics.csv", 20), ("run.json", 20)] {
            let whole = try TemporaryFolder.read("\(path)/\(name)")
            let step = whole.count / cases + 1
            var lines: [(places: String, text: String)] = []
            func add(_ place: String, _ bytes: [UInt8]) throws {
                _ = try folder.write("run/\(name)", bytes)
                let text = Self.text(path)
                if lines.last?.text == text {
                    lines[lines.count - 1].places += " \(place)"
                } else {
                    lines.append((place, text))
                }
            }
            for place in stride(from: 0, to: whole.count, by: step) {
                var changed = whole
                changed[place] ^= 4
                try add("\(place)", changed)
            }
            for length in stride(from: 0, to: whole.count, by: step) {
                try add("cut \(length)", Array(whole[..<length]))
            }
            try add("twice", whole + whole)
            _ = try folder.write("run/\(name)", whole)
            entries.append(GoldenTable.Entry(name, lines.map { "\($0.places): \($0.text)" }.joined(separator: "\n")))
        }
        let differences = GoldenTable("damages.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
