import Foundation
import Glibc
import Measurement
import Traffic

/// All processes of a service, across restarts: those that listen on a port, or run a command. It counts restarts over
/// gaps too, so one source is used for a whole run.
public final class ProcessSource: WatchSource {

    /// Which processes.
    public enum Choice: Hashable, Sendable {
        case id(Int32)
        case port(UInt16)
        /// Processes whose command line contains the text.
        case command(String)
    }

    /// The series of a reading.
    public static let names = ["rss", "cpu", "processes", "threads", "files", "restarts"]

    private let choice: Choice
    /// The CPU time of each process at the last reading, in nanoseconds.
    private var known: [ProcessKey: Double] = [:]
    private var lastRead: ContinuousClock.Instant?
    private var restarts = RestartCount<ProcessKey>()
    private let pageBytes = Double(sysconf(Int32(_SC_PAGESIZE)))
    private let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

    private struct ProcessKey: Hashable {
        var id: Int32
        /// In clock ticks since boot; process ids can be reused.
        var start: UInt64
    }

    /// Processes that exist now or start later.
    public init(_ choice: Choice) { self.choice = choice }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        let found = ids().compactMap { id in Self.fields(of: id).map { (id, $0) } }
        guard !found.isEmpty else {
            // They have ended: those that start later take their places.
            restarts.take([])
            known = [:]
            throw WatchGap("there is no such process")
        }
        var now: [ProcessKey: Double] = [:]
        var (rss, threads, files, used) = (0.0, 0.0, 0.0, 0.0)
        for (id, fields) in found {
            // proc(5), counted from the state: utime 12th, stime 13th, threads 18th, starttime 20th, rss 22nd.
            guard fields.count > 21, let start = UInt64(fields[19]), let user = Double(fields[11]),
                let system = Double(fields[12])
            else { continue }
            let key = ProcessKey(id: id, start: start)
            let seconds = (user + system) / ticksPerSecond
            now[key] = seconds
            if let before = known[key] {
                used += max(0, seconds - before)
            }
            rss += (Double(fields[21]) ?? 0) * pageBytes
            threads += Double(fields[17]) ?? 0
            files += Double((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd"))?.count ?? 0)
        }
        let instant = ContinuousClock.now
        let span = lastRead.map { (instant - $0) / .seconds(1) }
        known = now
        restarts.take(Set(now.keys))
        lastRead = instant
        var figures = [
            WatchFigure("rss", rss), WatchFigure("processes", Double(now.count)),
            WatchFigure("threads", threads), WatchFigure("files", files),
            WatchFigure("restarts", Double(restarts.restarts), .counter),
        ]
        if let span, span > 0 { figures.append(WatchFigure("cpu", used / span)) }
        return figures
    }

    private func ids() -> [Int32] {
        switch choice {
        case .id(let id): [id]
        case .port(let port): ListeningProcesses.pids(port: port)
        case .command(let text):
            ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
                .filter { id in
                    guard id != getpid(), let bytes = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else {
                        return false
                    }
                    return String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self).contains(text)
                }
        }
    }

    private static func fields(of id: Int32) -> [Substring]? {
        guard let text = SmallFile.text("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.first == "Z" ? nil : fields
    }
}
