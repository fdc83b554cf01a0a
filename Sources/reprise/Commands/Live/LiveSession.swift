import Analysis
import Formats
import Foundation
import Glibc
import Live
import Measurement
import Report
import Traffic
import Workflows

/// The live page of a command: one server for all its runs.
final class LiveSession {
    private let hub: LiveHub
    private let control = LiveSession.secret(24)
    private var server: LiveServer?
    private var writer: RemoteWriter?
    private var linger: Duration?

    /// Creates the hub; nothing reads from it yet.
    ///
    /// - Parameters:
    ///   - title: shown until a run begins.
    ///   - hasControls: whether the page has buttons.
    init(title: String, hasControls: Bool = true) throws {
        hub = LiveHub(title: title, epoch: LiveSession.secret(6), control: hasControls ? control : nil)
        try hub.start()
    }

    /// Serves the page.
    ///
    /// - Throws: an error if it cannot be served, for example if the port is in use.
    func serve(at address: ListenAddress, token: String?, linger: Duration?) throws {
        self.linger = linger
        do throws(LiveServer.Failure) {
            let server = try LiveServer(hub, at: address, token: token, control: control)
            let note = token == nil ? "" : "?token=…"
            Console.note("live page: http://\(server.address)/\(note)  metrics: http://\(server.address)/metrics")
            self.server = server
        } catch {
            throw CommandFailure(
                error.description + (token == nil && !address.isLoopback ? " (--live-token)" : ""))
        }
    }

    /// Sends metrics to a Prometheus.
    ///
    /// - Throws: an error if the address is invalid.
    func send(to url: String) throws {
        do throws(RemoteWriter.Failure) {
            writer = try RemoteWriter(hub, url: url, labels: [(name: "job", value: "reprise")])
        } catch {
            throw CommandFailure("--remote-write: \(error.description)", .usage)
        }
    }

    /// What a terminal shows of the current run.
    func lines(width: Int) -> [String] { LiveTerminal(hub.view, width: width).lines }

    /// The follower of a new run.
    ///
    /// - Parameter processors: the number of processors this process sends with; nil if another process sends.
    func follow(_ run: LiveRun, processors: Int?) -> LiveFollower {
        hub.begin(run)
        return LiveFollower(hub, run, processors: processors)
    }

    /// Reports the outcome of a ladder's level.
    func take(_ outcome: LadderResult.Outcome) { hub.take(level: .init(outcome)) }

    /// Shows the result of a run.
    func end(_ follower: LiveFollower, _ summary: RunSummary) {
        hub.end(
            LiveEnd(
                verdict: summary.verdict.rawValue, text: LiveSession.sentence(of: summary), gates: summary.gates,
                soak: summary.soak, update: follower.last))
    }

    /// Ends at once, or after the linger time. An open page does not keep the server alive.
    func finish() {
        // The last values are sent before the series end.
        hub.catchUp()
        if let problem = writer?.stop() { Console.warn(problem) }
        if let linger, !Interrupt.isRequested {
            Console.note("the live page stays for \(ClockText.span(linger / .seconds(1))); Ctrl-C ends it")
            let end = ContinuousClock.now + linger
            while ContinuousClock.now < end, !Interrupt.isRequested { usleep(100_000) }
        }
        hub.finish()
        server?.stop()
    }

    private static func sentence(of summary: RunSummary) -> String {
        "\(summary.headline) \(summary.requests.grouped) requests, \(summary.failures.grouped) failed."
    }

    /// Random letters and digits that cannot be guessed.
    private static func secret(_ count: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }
}

/// Follows a run for its live page, on the run's thread.
final class LiveFollower: RunFollower {
    let stretches: RunStretches
    var stopReason: String?
    /// The last update measured, once the run is over.
    private(set) var last: RunUpdate?
    /// The commands given on the page so far, one sentence each; kept with the run.
    private(set) var events: [String] = []
    /// Called with each command given on the page.
    var onCommand: ((LiveCommand) -> Void)?

    private let hub: LiveHub
    private let processors: Int?
    private var now = RunTime.zero
    private var nextLook = RunTime.distantPast
    private var isDraining = false
    private var faults: [FaultRunner.Mark] = []
    private var undoneFaults: Set<Int> = []
    private var used: (cpuNs: UInt64, time: ContinuousClock.Instant)

    /// Time between two updates: a little less than a second, because the run checks ten times a second.
    private static let interval = Duration.milliseconds(950)

    init(_ hub: LiveHub, _ run: LiveRun, processors: Int?) {
        self.hub = hub
        self.processors = processors
        stretches = run.stretches
        used = (GeneratorUse.now(processors: processors ?? 1).cpuNs, .now)
    }

    func isDue(at time: RunTime) -> Bool {
        now = time
        takeCommands()
        guard time >= nextLook else { return false }
        nextLook = time + LiveFollower.interval
        return true
    }

    func take(_ update: RunUpdate) { hub.take(update, cpuRatio: cpuRatio()) }

    func drain() {
        guard !isDraining else { return }
        isDraining = true
        hub.drain()
    }

    func finish(_ update: RunUpdate) { last = update }

    /// Records what has happened to the faults of the run so far.
    func take(_ marks: [FaultRunner.Mark], undoable: Set<String>) {
        for (index, mark) in marks.enumerated() {
            let name = mark.name
            if index >= faults.count {
                faults.append(mark)
                hub.faultBegan(name, at: Nanoseconds.inSeconds(mark.began), canBeUndone: undoable.contains(name))
            }
            if let undone = mark.undone, !undoneFaults.contains(index) {
                undoneFaults.insert(index)
                hub.faultUndone(name, at: Nanoseconds.inSeconds(undone))
            }
        }
    }

    private func takeCommands() {
        for command in hub.takeCommands() {
            hub.note(command.event)
            Console.note(command.event)
            events.append("At \(Int(max(0, now.seconds))) s: \(command.event)")
            if command == .stop { stopReason = "stopped on the live page" }
            onCommand?(command)
        }
    }

    private func cpuRatio() -> Double? {
        guard let processors else { return nil }
        let (now, cpu) = (ContinuousClock.now, GeneratorUse.now(processors: processors).cpuNs)
        defer { used = (cpu, now) }
        let seconds = (now - used.time) / .seconds(1)
        return seconds > 0.1 ? Nanoseconds.inSeconds(cpu &- used.cpuNs) / seconds / Double(processors) : nil
    }
}

extension LiveView.Level.Standing {
    /// The outcome of a level as shown on a page.
    init(_ outcome: LadderResult.Outcome) {
        self =
            switch outcome {
            case .held: .held
            case .failed: .failed
            case .inconclusive: .inconclusive
            }
    }
}
