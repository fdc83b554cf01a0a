import Formats
import Glibc
public import Traffic

/// A process that cannot be watched.
public enum ProcessMonitorError: Error, Hashable, Sendable, CustomStringConvertible {
    case noSuchProcess(pid: Int32)
    case nobodyListens(port: UInt16)

    /// The process and the reason.
    public var description: String {
        switch self {
        case .noSuchProcess(let pid): "there is no process \(pid) to watch"
        case .nobodyListens(let port):
            "no local process with readable open files listens on port \(port), so none can be watched"
        }
    }
}

/// Samples watched processes from `/proc` at a fixed interval. Belongs to one thread, which calls `sample(now:)`.
///
/// A process that ends is data, not an error. If its ID is reused by another process, a new track begins, because the
/// start times differ. Sums over page tables (`smaps_rollup`) and the list of open files cost the target time, so they
/// are read less often: every two seconds at most, and so rarely that reading takes at most 1 % of the time.
///
/// A process can also be watched by the port it listens on: when it ends, its successor is searched for every second.
public struct ProcessMonitor: ~Copyable {
    /// Interval between samples, in nanoseconds.
    public let intervalNs: Int64

    private var watched: [Watched]
    private let ports: [UInt16]
    private var nextDue = RunTime.zero
    private var searchDue = RunTime.zero
    private let pageBytes = UInt64(sysconf(Int32(_SC_PAGESIZE)))
    private let ticksPerSecond = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))

    /// The open `stat` file of a process, closed with its last reference: an initializer that throws after all
    /// properties are set runs the deinitializer too, so that the monitor itself must not close anything.
    private final class StatFile {
        let descriptor: Int32

        /// Nil if there is no such process.
        init?(pid: Int32) {
            let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            self.descriptor = descriptor
        }

        deinit { close(descriptor) }
    }

    private struct Watched {
        let pid: Int32
        /// The port it listens on, if it is watched by port.
        var port: UInt16?
        var stat: StatFile?
        var identity: ProcessIdentity?
        var costlyDue = RunTime.zero
    }

    /// A monitor of processes, by their ids, their ports, or both.
    ///
    /// - Parameters:
    ///   - ports: local TCP ports; the processes that listen on them are watched.
    ///   - mayBeAbsent: whether a process may be missing at the start; it is then searched for again
    /// - Throws: when one of the processes does not exist, or none listens on a port.
    public init(
        pids: [Int32], ports: [UInt16] = [], interval: Duration = .milliseconds(250), mayBeAbsent: Bool = false
    ) throws(ProcessMonitorError) {
        self.ports = ports
        intervalNs = max(Nanoseconds.perMillisecond, interval.wholeNanoseconds)
        watched = []
        for pid in pids {
            let stat = StatFile(pid: pid)
            guard stat != nil || mayBeAbsent else { throw .noSuchProcess(pid: pid) }
            watched.append(Watched(pid: pid, stat: stat))
        }
        for port in ports {
            search(port)
            guard mayBeAbsent || watched.contains(where: { $0.port == port }) else { throw .nobodyListens(port: port) }
        }
    }

    /// The instant at which the next sample is due.
    public var due: RunTime { nextDue }

    /// Samples the processes; empty when no sample is due yet. A late call does not shift the following instants.
    public mutating func sample(now: RunTime) -> [ProcessReading] {
        guard now >= nextDue else { return [] }
        let passed = now.nanoseconds(since: nextDue) / intervalNs + 1
        nextDue = nextDue.advanced(byNs: passed * intervalNs)
        var readings: [ProcessReading] = []
        for place in watched.indices { look(at: place, now: now, into: &readings) }
        if now >= searchDue { searchSuccessors(now: now) }
        return readings
    }

    /// Searches for processes that listen on ports whose process has ended.
    private mutating func searchSuccessors(now: RunTime) {
        watched.removeAll { $0.port != nil && $0.stat == nil }
        for port in ports where !watched.contains(where: { $0.port == port }) { search(port) }
        searchDue = now + .seconds(1)
    }

    private mutating func search(_ port: UInt16) {
        for pid in ListeningProcesses.pids(port: port)
        where !watched.contains(where: { $0.pid == pid && $0.stat != nil }) {
            if let stat = StatFile(pid: pid) { watched.append(Watched(pid: pid, port: port, stat: stat)) }
        }
    }

    private mutating func look(at place: Int, now: RunTime, into readings: inout [ProcessReading]) {
        if watched[place].stat == nil, watched[place].port == nil {
            watched[place].stat = StatFile(pid: watched[place].pid)
        }
        guard let file = watched[place].stat else { return }
        // An open file of /proc stays bound to its process: reading fails once that has ended, even if the ID is
        // reused.
        guard let text = ProcFiles.read(file.descriptor), let stat = ProcStat(text), !stat.isDefunct
        else {
            watched[place].stat = nil
            if let identity = watched[place].identity { readings.append(.vanished(identity, now)) }
            watched[place].identity = nil
            watched[place].costlyDue = now
            return
        }
        let identity =
            watched[place].identity
            ?? ProcessIdentity(pid: watched[place].pid, startTicks: stat.startTicks, name: stat.name)
        watched[place].identity = identity
        var sample = ProcessSample(
            time: now, rssBytes: stat.residentPages &* pageBytes, pssBytes: nil,
            cpuNs: stat.cpuTicks &* (UInt64(Nanoseconds.perSecond) / ticksPerSecond), threads: stat.threads,
            openFiles: nil)
        if now >= watched[place].costlyDue { readCostly(place, now: now, into: &sample) }
        readings.append(.sample(identity, sample))
    }

    private mutating func readCostly(_ place: Int, now: RunTime, into sample: inout ProcessSample) {
        let clock = ContinuousClock()
        let pid = watched[place].pid
        let cost = clock.measure {
            sample.pssBytes = ProcFiles.read(path: "/proc/\(pid)/smaps_rollup").flatMap {
                ProcFiles.kilobytes("Pss:", in: $0)
            }
            sample.openFiles = ProcFiles.entryCount(path: "/proc/\(pid)/fd")
        }
        let pause = max(.seconds(2), cost * 100)
        watched[place].costlyDue = now + pause
    }
}
