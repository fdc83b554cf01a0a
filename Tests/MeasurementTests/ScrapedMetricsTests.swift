import TestSupport
import Testing
import Traffic

@testable import Measurement

@Suite struct ScrapedMetricsTests {
    private func reading(_ series: String, _ second: Double, _ value: Double, start: Double? = nil) -> MetricReading {
        .sample(
            MetricIdentity(page: "http://127.0.0.1/metrics", series: series, kind: .gauge),
            MetricSample(time: at(second * 1000), value: value, processStart: start))
    }

    @Test(arguments: [
        MetricReading.sample(
            MetricIdentity(page: "http://h/m", series: "a{b=\"x,\\\"y\\\"\"}", kind: .counter),
            MetricSample(time: RunTime(nanoseconds: -5), value: -1.5e-300, processStart: 1_700_000_000.25)),
        .sample(
            MetricIdentity(page: "http://h/m", series: "a", kind: .gauge),
            MetricSample(time: .zero, value: 123_456_789_012)),
        .gap(page: "http://h/m", RunTime(nanoseconds: 7), reason: "status 503"),
    ])
    func aLineOfTheTableIsReadBack(reading: MetricReading) {
        let line = MetricTable.line(reading)
        #expect(MetricTable.reading(Array(line.utf8).dropLast()) == reading)
        #expect(line.hasSuffix("\n") && !line.dropLast().contains("\n"))
    }

    @Test(arguments: [
        "", "1,\"p\",\"s\",gauge,1", "1,\"p\",\"s\",gauge,1,2,3", "x,\"p\",\"s\",gauge,1,", "1,\"p\",\"s\",gauge,nan,",
        "1,\"p\",\"s\",other,1,", "1,\"p\",\"s,gauge,1,",
    ])
    func whatIsNotALineIsNil(line: String) { #expect(MetricTable.reading(Array(line.utf8)[...]) == nil) }

    @Test func theRunFolderKeepsWhatWasScraped() throws {
        let folder = try TemporaryFolder()
        let description = RunDescription(startedAt: 0, settings: [:], endpoints: [], plannedSessions: 1)
        var collector = RunCollector(
            description, workers: 1, live: LiveCounts(),
            folder: try RunFolder(creating: folder.file("run"), description))
        try collector.take([reading("a", 1, 5, start: 9), reading("b{c=\"d\"}", 1, 6)])
        try collector.take([.gap(page: "http://127.0.0.1/metrics", at(2000), reason: "timeout"), reading("a", 3, 7)])
        let record = collector.finish(
            RunDescription.End(
                durationNs: 4_000_000_000, wasInterrupted: false, peakConcurrentSessions: 0,
                peakOpenConnections: 0, generator: GeneratorUse.now(processors: 1)))
        let read = try RunRecord(folder: folder.file("run"))
        #expect(read.metrics == record.metrics && read.damages.isEmpty)
        #expect(read.metrics.tracks.map(\.identity.series) == ["a", "b{c=\"d\"}"])
        #expect(read.metrics.tracks[0].samples.map(\.value) == [5, 7])
        #expect(read.metrics.gaps.map(\.count) == [1] && read.metrics.gaps.map(\.reason) == ["timeout"])
    }

    @Test func aFolderWithoutPagesHasNoTable() throws {
        let folder = try TemporaryFolder()
        let description = RunDescription(startedAt: 0, settings: [:], endpoints: [], plannedSessions: 1)
        var run = try RunFolder(creating: folder.file("run"), description)
        try run.append([MetricReading]())
        #expect(try RunRecord(folder: folder.file("run")).metrics.isEmpty)
        try run.append([reading("a", 1, 5)])
        // Overwriting leaves nothing of it.
        _ = try RunFolder(creating: folder.file("run"), description, overwrites: true)
        #expect(try RunRecord(folder: folder.file("run")).metrics.isEmpty)
    }

    @Test func seriesOfARunAreBounded() {
        var metrics = ScrapedMetrics()
        for number in 0..<1000 { metrics.add(reading("a\(number)", 1, 1)) }
        #expect(metrics.tracks.count == ScrapedMetrics.seriesLimit)
        #expect(!metrics.add(reading("b", 2, 1)) && metrics.add(reading("a0", 2, 1)))
    }

    @Test func aLongTrackIsThinned() {
        var metrics = ScrapedMetrics()
        for number in 0..<100_000 { metrics.add(reading("a", Double(number), Double(number))) }
        #expect(metrics.tracks[0].samples.map(\.value) == (0..<25_000).map { Double($0) * 4 })
    }

    @Test func generatorsThatScrapeTheSamePageHaveItOnce() throws {
        var one = RunRecord(
            description: RunDescription(startedAt: 0, settings: [:], endpoints: [], plannedSessions: 1),
            series: WindowSeries(), targets: [])
        var other = one
        one.metrics.add(reading("a", 1, 1))
        other.metrics.add(reading("a", 1, 1))
        other.metrics.add(reading("b", 1, 2))
        other.metrics.add(.gap(page: "http://127.0.0.1/metrics", at(2000), reason: "timeout"))
        one.series.append(RunWindow(startNs: 0, lengthNs: 1_000_000_000))
        other.series = one.series
        let merged = RunRecord(merging: [one, other])
        #expect(merged.metrics.tracks.map(\.identity.series) == ["a", "b"])
        #expect(merged.metrics.tracks.map(\.samples.count) == [1, 1] && merged.metrics.gaps.map(\.count) == [1])
    }
}
