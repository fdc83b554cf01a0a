import Glibc
import SessionLog
import Traffic

/// Opening a log at a time range in its middle, in wall-clock time.
enum RangeBench {
    /// Opens the log at `path` for a tenth of a second each at `count` places of its middle half.
    static func run(_ path: String, count: Int = 40) throws {
        var whole = try LogReader(LogSelection(paths: [path]), order: .began)
        guard let span = whole.span, let status = whole.statuses.first, try whole.next() != nil else { return }
        let length = span.upperBound.nanoseconds - span.lowerBound.nanoseconds
        var random = SplitMix64(state: 11)
        var (opened, read): ([Double], [Double]) = ([], [])
        var exchanges = 0
        for _ in 0..<count {
            let from = span.lowerBound.nanoseconds + Int64.random(in: length / 4..<length * 3 / 4, using: &random)
            var selection = LogSelection(paths: [path])
            selection.from = .absolute(CaptureTime(nanoseconds: from))
            selection.to = .absolute(CaptureTime(nanoseconds: from + 100_000_000))
            let start = milliseconds
            var set = try LogReader(selection, order: .began)
            guard try set.next() != nil else { continue }
            opened.append(milliseconds - start)
            exchanges += 1
            while try set.next() != nil { exchanges += 1 }
            read.append(milliseconds - start)
        }
        print(
            "\(status.fileBytes >> 20) MiB of log, \(length / 1_000_000_000) s; \(opened.count) ranges of 0.1 s in its middle half"
        )
        for (what, times) in [("first exchange", opened), ("whole range (\(exchanges / count) exchanges)", read)] {
            let sorted = times.sorted()
            print(
                "  \(what): median \(rounded(sorted[sorted.count / 2])) ms, longest \(rounded(sorted[sorted.count - 1])) ms"
            )
        }
    }

    private static var milliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
