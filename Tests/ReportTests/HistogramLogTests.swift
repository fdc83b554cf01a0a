import Foundation
import Measurement
import Testing

@testable import Report

/// Goldens of HdrHistogram's own tests (`HistogramLogReaderWriterTest`).
@Suite struct HistogramLogTests {
    static func golden(_ name: String) throws -> HistogramLog {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        return try HistogramLog(parsing: String(contentsOf: folder.appending(path: name), encoding: .utf8))
    }

    /// The goldens' figures are those of a histogram of three digits to which the log's, of two, were added.
    private static func inThreeDigits(_ histogram: HistogramSnapshot) throws -> HistogramSnapshot {
        var three = try #require(
            HistogramSnapshot(
                significantDigits: 3, lowestDiscernible: 1, highestTrackable: histogram.highestTrackable))
        let fits = three.add(histogram)
        #expect(fits)
        return three
    }

    @Test func jHiccupIsRead() throws {
        let log = try Self.golden("jHiccup-2.0.7S.logV2.hlog")
        let total = try Self.inThreeDigits(try #require(log.total()))
        #expect(log.intervals.count == 62 && log.startSeconds == 1_441_812_279.474)
        #expect(total.totalCount == 48761)
        #expect(total.value(atQuantile: 0.999) == 1_745_879_039)
        #expect(total.highestValue == 1_796_210_687)
    }

    @Test func aPartOfJHiccupIsRead() throws {
        let log = try Self.golden("jHiccup-2.0.7S.logV2.hlog")
        let part = log.intervals.filter { $0.startSeconds >= 5 && $0.startSeconds < 20 }
        #expect(part.count == 15)
        #expect(part.reduce(0) { $0 + $1.histogram.totalCount } == 11664)
        var total = try #require(
            HistogramSnapshot(significantDigits: 3, lowestDiscernible: 1, highestTrackable: 1 << 40))
        for interval in part {
            let fits = total.add(interval.histogram)
            #expect(fits)
        }
        #expect(total.value(atQuantile: 0.999) == 1_536_163_839)
        #expect(total.highestValue == 1_544_552_447)
    }

    @Test func tagsAreDistinguished() throws {
        let log = try Self.golden("tagged-Log.logV2.hlog")
        let untagged = try #require(log.total())
        #expect(untagged == log.total(tag: "A"))
        #expect(untagged.totalCount == 16145)
        #expect(log.total(tag: "B") == nil)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        for golden in try Self.golden("jHiccup-2.0.7S.logV2.hlog").intervals {
            #expect(HistogramSnapshot(deflated: golden.histogram.deflated()[...]) == golden.histogram)
        }
    }

    @Test func aRunIsWrittenWithItsEndpoints() throws {
        var window = RunWindow(startNs: 1_000_000_000, lengthNs: 1_000_000_000)
        let times = try #require(SparseHistogram(indices: [100, 20_000], counts: [3, 2]))
        window.times[.response] = times
        window.endpoints = [
            EndpointWindow(endpoint: 0, requests: 5, failures: 0, times: [.turnaround: times, .service: times])
        ]
        var series = WindowSeries()
        series.append(window)
        let description = RunDescription(
            startedAt: 1_700_000_000, settings: [:], endpoints: ["GET /a, b"], plannedSessions: 1)
        let log = try HistogramLog(
            parsing: HistogramLog.text(of: RunRecord(description: description, series: series, targets: [])))
        #expect(log.intervals.map(\.tag) == [nil, "GET_/a__b"])
        #expect(log.intervals.first?.startSeconds == 1 && log.startSeconds == 1_700_000_000)
        #expect(log.total()?.counts == [100: 3, 20_000: 2])
        #expect(log.total()?.highestValue == TimeBuckets.highestNs(ofIndex: 20_000))
    }

    @Test(arguments: [
        ("1,1,1", "too few fields"), ("1,1,1,????", "no base64"), ("1,1,1,AAAA", "no histogram"),
        (
            "x,1,1,HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=",
            "no time"
        ),
        ("1,1,1,HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJ", "cut off"),
    ]) func whatIsNotAnIntervalIsRefused(line: String, reason: String) {
        #expect(throws: HistogramLogError(line: 2), "\(reason)") { try HistogramLog(parsing: "#\n\(line)\n") }
    }
}
