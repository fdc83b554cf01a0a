import Foundation
import TestSupport
import Testing

@testable import Measurement

@Suite struct FailureTableTests {
    private static func key(_ place: Int, _ fate: Fate = .unexpectedStatus) -> FailureTable.Key {
        .init(endpoint: place, expectedStatus: 200, status: 500, fate: fate)
    }

    @Test func countsAddUpWithTheirFirstAndLastTimes() {
        var table = FailureTable()
        for instant in [50, 20, 90] as [Int64] {
            table.add(Self.key(1), .init(count: 1, firstNs: instant, lastNs: instant))
        }
        table.add(Self.key(2), .init(count: 7, firstNs: 5, lastNs: 6))
        #expect(table.sorted.map(\.key.endpoint) == [2, 1] && table.total == 10)
        #expect(table.sorted[1].count == .init(count: 3, firstNs: 20, lastNs: 90))
    }

    @Test func theExchangeIsThatOfTheFirstFailureWhoseNumberIsKnown() throws {
        var table = FailureTable()
        for (instant, exchange) in [(10, nil), (50, 5), (20, 2), (90, 9), (15, nil)] as [(Int64, UInt64?)] {
            table.add(Self.key(1), .init(count: 1, firstNs: instant, lastNs: instant, exchange: exchange))
        }
        #expect(table.sorted.map(\.count.exchange) == [5], "the earlier ones have no number")
        var second = FailureTable()
        second.add(Self.key(1), .init(count: 1, firstNs: 3, lastNs: 3, exchange: 12))
        table.add(second)
        #expect(table.sorted.map(\.count.exchange) == [12])
        let read = try JSONDecoder().decode(FailureTable.self, from: JSONEncoder().encode(table))
        #expect(read == table)
    }

    @Test func pastTheBoundOnlyTheFateIsKept() {
        var table = FailureTable()
        for place in 0..<(FailureTable.limit + 30) {
            table.add(
                Self.key(place, place.isMultiple(of: 2) ? .timeout : .reset),
                .init(count: 2, firstNs: 1, lastNs: 1))
        }
        #expect(table.total == UInt64(2 * (FailureTable.limit + 30)), "none is lost")
        #expect(table.rows.count == FailureTable.limit + 2)
        #expect(table.rows[.init(endpoint: FailureTable.sharedEndpoint, fate: .reset)]?.count == 30)
    }

    @Test func aWorkersFailuresReachTheRunsFolder() throws {
        let place = try TemporaryFolder()
        let folder = try RunFolder(creating: place.file("run"), RunCollectorTests.description)
        var collector = RunCollector(RunCollectorTests.description, workers: 2, live: LiveCounts(), folder: folder)
        let cause = FailureCause(text: "cookie sid was not set by POST /c", rootEndpoint: 2)
        for _ in 0..<2 {
            var recorder = WorkerRecorder(endpointCount: 3, live: LiveCounts())
            for second in 0..<4 {
                recorder.record(outcome(end: Double(second) * 1000 + 5))
                recorder.record(outcome(end: Double(second) * 1000 + 6, endpoint: 1, fate: .timeout))
                recorder.record(
                    outcome(end: Double(second) * 1000 + 7, fate: .missingBinding, wasSent: false), cause: cause)
                try collector.take(recorder.takeClosedWindows(before: at(Double(second + 1) * 1000)))
            }
            try collector.take(recorder.finish())
        }
        let record = collector.finish(RunCollectorTests.end)
        #expect(record.failures.total == 16 && record.failures.total == record.series.totals.failures)
        let row = try #require(record.failures.rows.first { $0.key.cause == cause })
        #expect(row.value == .init(count: 8, firstNs: 7_000_000, lastNs: 3_007_000_000))
        #expect(try RunRecord(folder: place.file("run")).failures == record.failures)
    }

    @Test func aFigureOutOfBoundsIsRefused() throws {
        let row =
            "{\"endpoint\":0,\"expectedStatus\":200,\"status\":500,\"fate\":\"status\",\"count\":COUNT,\"firstNanoseconds\":1,\"lastNanoseconds\":2}"
        let read = { (count: String) in
            try JSONDecoder().decode(FailureTable.self, from: Data("[\(row.replacing("COUNT", with: count))]".utf8))
        }
        #expect(try read("3").total == 3)
        #expect(throws: DecodingError.self) { _ = try read("9223372036854775807") }
    }

    @Test(
        "Numbers of a JSON text within their bounds",
        arguments: [
            (#"{"a":12,"b":[1e9,-3.5]}"#, true, "small ones"),
            (#"{"a":"99999999999999999999"}"#, true, "digits of a text"),
            (#"{"a":99999999999999999999}"#, false, "a whole number past the bound"),
            (#"{"a":-1e99}"#, false, "a value past the bound"),
            (#"{"a":1e999}"#, false, "no finite number"), (#"{"a\":1e999":1}"#, true, "a name with an escaped quote"),
            ("", true, "nothing"),
        ])
    func numbersOfJSON(text: String, holds: Bool, reason: String) {
        #expect(JSONBounds.hold(in: Array(text.utf8), integer: 1e15) == holds, "\(reason)")
    }

    @Test func textIsNestedOnlySoDeep() {
        let nested = { (depth: Int) in
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(
            JSONBounds.isShallow(nested(JSONBounds.deepest)) && !JSONBounds.isShallow(nested(JSONBounds.deepest + 1)))
        #expect(JSONBounds.isShallow(Array("\"\(String(repeating: "[", count: 99))\"".utf8)), "brackets of a text")
    }
}
