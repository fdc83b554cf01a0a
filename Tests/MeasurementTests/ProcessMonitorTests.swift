import Glibc
import Testing
import Traffic

@testable import Measurement

@Suite struct ProcessMonitorTests {
    @Test func theStatLineIsReadWhateverTheNameIs() throws {
        let line =
            "42 (a) b (c d)) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 7 0 12345 1000000 2560 "
            + "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 3 0 0 0 0 0\n"
        let stat = try #require(ProcStat(Array(line.utf8)))
        #expect(stat.name == "a) b (c d)")
        #expect(stat.cpuTicks == 300 && stat.threads == 7 && stat.startTicks == 12345 && stat.residentPages == 2560)
        #expect(!stat.isDefunct)
    }

    @Test(arguments: [
        "", "42", "42 (name", ") (", "42 (name) S 1 2 3", "42 (n) S 1 1 1 1 1 1 1 1 1 1 x 1 1 1 1 1 1 1 1 1 1",
    ])
    func whatIsNotAStatLineIsNil(line: String) { #expect(ProcStat(Array(line.utf8)) == nil) }

    @Test func aNameWithControlCharactersIsMadePrintable() {
        #expect(ProcFiles.printable([65, 27, 10, 66][...]) == "A??B")
    }

    @Test func fieldsInKilobytesAreBytes() {
        let text = Array("Rss:       2048 kB\nPss:          12 kB\nPss_Dirty: 9 kB\n".utf8)
        #expect(ProcFiles.kilobytes("Pss:", in: text) == 12 * 1024)
        #expect(ProcFiles.kilobytes("Swap:", in: text) == nil)
    }

    @Test func thisProcessIsSeen() throws {
        var monitor = try ProcessMonitor(pids: [getpid()])
        let readings = monitor.sample(now: .zero)
        guard case .sample(let identity, let sample) = try #require(readings.first) else {
            Issue.record("this process vanished")
            return
        }
        #expect(identity.pid == getpid() && !identity.name.isEmpty)
        #expect(sample.rssBytes > 1 << 20 && sample.threads > 0)
        #expect((sample.openFiles ?? 0) > 2)
    }

    @Test func dueInstantsDoNotDrift() throws {
        var monitor = try ProcessMonitor(pids: [getpid()], interval: .milliseconds(100))
        #expect(monitor.sample(now: at(0)).count == 1)
        #expect(monitor.sample(now: at(99)).isEmpty)
        #expect(monitor.sample(now: at(130)).count == 1)
        #expect(monitor.due == at(200))
        #expect(monitor.sample(now: at(555)).count == 1)
        #expect(monitor.due == at(600))
    }

    @Test func aProcessThatEndsIsReportedOnce() throws {
        var pid: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawnp(&pid, "sleep", nil, nil, &arguments, environ) == 0)
        var monitor = try ProcessMonitor(pids: [pid], interval: .milliseconds(1))
        #expect(monitor.sample(now: at(0)).count == 1)
        kill(pid, SIGKILL)
        // The process has ended but was not waited for: it is still in /proc.
        var info = siginfo_t()
        waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT)
        guard case .vanished(let identity, let time) = try #require(monitor.sample(now: at(10)).first) else {
            Issue.record("a defunct process was measured")
            return
        }
        #expect(identity.pid == pid && time == at(10))
        waitpid(pid, nil, 0)
        #expect(monitor.sample(now: at(20)).isEmpty)
    }

    @Test func socketsThatListenAreFoundInTheTable() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0
               1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4243 1
               2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 4244 1 0 100 0
               3: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4245 1 0 100 0
               4: cut
            """
        #expect(ListeningProcesses.inodes(ofPort: 8080, in: Array(table.utf8)) == [4242, 4243])
    }

    @Test func whoListensOnAPortIsWatchedAndLookedForAgain() throws {
        let (port, listener) = try listener()
        var monitor = try ProcessMonitor(pids: [], ports: [port], interval: .milliseconds(1))
        let readings = monitor.sample(now: at(0))
        guard case .sample(let identity, _) = try #require(readings.first) else {
            Issue.record("this process vanished")
            return
        }
        #expect(readings.count == 1 && identity.pid == getpid())
        close(listener)
        #expect(throws: ProcessMonitorError.nobodyListens(port: port)) {
            _ = try ProcessMonitor(pids: [], ports: [port])
        }
        var waiting = try ProcessMonitor(pids: [.max], ports: [port], interval: .milliseconds(1), mayBeAbsent: true)
        #expect(waiting.sample(now: at(0)).isEmpty, "who may be absent is waited for")
    }

    /// A socket that listens on a free port.
    private func listener() throws -> (port: UInt16, socket: Int32) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) | listen(listener, 1) | getsockname(listener, $0, &length)
            }
        }
        try #require(result == 0)
        return (UInt16(bigEndian: address.sin_port), listener)
    }

    @Test func whatDoesNotExistCannotBeWatched() {
        do {
            _ = try ProcessMonitor(pids: [getpid(), .max])
            Issue.record("a process that does not exist was watched")
        } catch {
            #expect(error == .noSuchProcess(pid: .max))
        }
    }

    @Test func anotherProcessOfTheSameNumberHasItsOwnTrack() {
        var tracks: [ProcessTrack] = []
        for start in [UInt64(1), 2] {
            let identity = ProcessIdentity(pid: 7, startTicks: start, name: "api")
            let sample = ProcessSample(
                time: at(Double(start)), rssBytes: start, pssBytes: nil, cpuNs: 0, threads: 1, openFiles: nil)
            tracks.add(.sample(identity, sample))
        }
        #expect(tracks.map(\.identity.startTicks) == [1, 2])
    }

    @Test func aLongTrackIsThinned() {
        var track = ProcessTrack(identity: ProcessIdentity(pid: 1, startTicks: 1, name: "a"))
        for number in 0..<100_000 {
            track.append(
                ProcessSample(
                    time: at(Double(number)), rssBytes: UInt64(number), pssBytes: nil, cpuNs: 0, threads: 1,
                    openFiles: nil))
        }
        #expect(track.samples.count == 25_000)
        #expect(track.samples.map(\.rssBytes) == (0..<25_000).map { UInt64($0) * 4 })
    }

    @Test func theGeneratorKnowsWhatItUses() {
        let use = GeneratorUse.now(processors: 2)
        #expect(use.peakRSSBytes > 1 << 20 && use.cpuNs > 0)
        #expect(use.since(use).cpuNs == 0)
    }
}
