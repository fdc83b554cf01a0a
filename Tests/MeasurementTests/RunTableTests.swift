import Testing
import Traffic

@testable import Measurement

/// The tables and numbers of a run folder at the limits of their values.
@Suite struct RunTableTests {

    private static let identity = ProcessIdentity(pid: 42, startTicks: 7, name: "a \"b\", =c")

    private static func sample(
        rss: UInt64 = 1, pss: UInt64? = 2, cpu: UInt64 = 3, threads: Int = 4, files: Int? = 5
    ) -> ProcessReading {
        .sample(
            identity,
            ProcessSample(
                time: RunTime(nanoseconds: 9), rssBytes: rss, pssBytes: pss, cpuNs: cpu, threads: threads,
                openFiles: files))
    }

    private static let amount = RunBounds.amount
    private static let count = Int(RunBounds.count)

    @Test(arguments: [
        (sample(), true, "a sample"), (sample(pss: nil, files: nil), true, "what may not be read is left out"),
        (sample(rss: amount), true, "as much memory as there may be"),
        (sample(rss: amount + 1), false, "more than that"),
        (sample(pss: amount), true, "its share, likewise"), (sample(pss: amount + 1), false, "more than that"),
        (sample(cpu: amount), true, "processor time"), (sample(cpu: amount + 1), false, "more than that"),
        (sample(threads: 0), true, "no thread"), (sample(threads: -1), false, "fewer"),
        (sample(threads: count), true, "many threads"), (sample(threads: count + 1), false, "too many"),
        (sample(files: 0), true, "no file"), (sample(files: -1), false, "fewer"),
        (sample(files: count), true, "many files"),
        (sample(files: count + 1), false, "too many"),
        (.vanished(identity, RunTime(nanoseconds: RunBounds.nanoseconds)), true, "the latest time"),
        (.vanished(identity, RunTime(nanoseconds: RunBounds.nanoseconds + 1)), false, "a later one"),
        (.vanished(identity, RunTime(nanoseconds: -RunBounds.nanoseconds)), true, "the earliest time"),
        (.vanished(identity, RunTime(nanoseconds: -RunBounds.nanoseconds - 1)), false, "an earlier one"),
    ]) func `a line about a process gives what was written, or nothing`(
        reading: ProcessReading, isRead: Bool, reason: Comment
    ) {
        let line = Array(TargetTable.line(reading).utf8).dropLast()
        #expect(TargetTable.reading(line) == (isRead ? reading : nil), reason)
    }

    @Test func `a line that is cut off, or has a field too many, is none`() {
        let line = Array(TargetTable.line(Self.sample()).utf8).dropLast()
        for length in 0..<line.count - 1 {
            #expect(
                TargetTable.reading(line.prefix(length)) == nil,
                "\(String(decoding: line.prefix(length), as: UTF8.self))")
        }
        #expect(TargetTable.reading(line + [UInt8(ascii: ",")]) == nil)
    }

    @Test(
        arguments: [
            ("1000", 1000, true, "as large as it may be"), ("1001", 1000, false, "larger"),
            ("-1001", 1000, false, "as far below"),
            ("[1, {\"a\": 1001}]", 1000, false, "wherever it is"),
            ("{\"1001\": \"1001\"}", 1000, true, "in a string it is not a number"),
            ("\"\\\"1001\"", 1000, true, "after an escaped quote the text goes on"),
            ("\"\\\\\", 1001", 1000, false, "after an escaped backslash it ends"),
            ("1e3", 10, true, "with an exponent it is not an integer"), ("1001.5", 10, true, "nor with a point"),
            ("1e30", 10, true, "the largest value"), ("1.1e30", 10, false, "a larger one"),
            (String(repeating: "0", count: 63) + "1", 10, true, "64 digits"),
            (String(repeating: "0", count: 64) + "1", 10, false, "65"),
            ("1-2", 1000, false, "not a number"),
        ] as [(String, Double, Bool, Comment)])
    func `no number is larger than its bound`(text: String, integer: Double, holds: Bool, reason: Comment) {
        #expect(JSONBounds.hold(in: Array(text.utf8), integer: integer) == holds, reason)
    }

    @Test(arguments: [
        (String(repeating: "[", count: 32), true, "as deep as may be"),
        (String(repeating: "{", count: 33), false, "deeper"),
        (String(repeating: "[]", count: 100), true, "next to each other"),
        ("\"" + String(repeating: "[", count: 100) + "\"", true, "in a text"),
        ("\"a\"" + String(repeating: "[{", count: 17), false, "after a text"),
    ]) func `no more lies in one another than a decoder can take`(text: String, isShallow: Bool, reason: Comment) {
        #expect(JSONBounds.isShallow(Array(text.utf8)) == isShallow, reason)
    }

    @Test func `samples past the limit are thinned evenly, first and last halves alike`() {
        let limit = ThinnedSamples<Int>.limit
        var thinned = ThinnedSamples<Int>()
        for number in 0..<limit { thinned.append(number) }
        #expect(thinned.samples == Array(0..<limit))
        thinned.append(limit)
        #expect(thinned.samples == Array(stride(from: 0, through: limit, by: 2)))
        for number in limit + 1..<2 * limit + 4 { thinned.append(number) }
        #expect(thinned.samples == Array(stride(from: 0, through: 2 * limit, by: 4)))
    }
}
