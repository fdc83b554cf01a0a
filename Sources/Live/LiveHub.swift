public import Analysis
import Dispatch
public import Formats
public import Measurement
public import Report
import Synchronization
import Threads

/// Connects a run with its readers: the run's thread hands over what it measured, the hub's own thread makes pages and
/// metrics from it each second, and the server's threads take these.
///
/// The run never waits: it appends to a list under a lock that is held only during the append.
public final class LiveHub: Sendable {
    /// A message from the run.
    enum News: Sendable {
        case begin(LiveRun)
        case update(RunUpdate, cpuRatio: Double?)
        case faultBegan(String, at: Double, canBeUndone: Bool)
        case faultUndone(String, at: Double)
        case note(String)
        case level(LiveView.Level.Standing)
        case drain
        case end(LiveEnd)
        /// Signalled when all earlier messages are shown.
        case mark(DispatchSemaphore)
        case finish
    }

    private struct Inbox {
        var news: [News] = []
        var commands: [LiveCommand] = []
        var isOpen = true
    }

    /// What readers receive.
    private struct Shown {
        var stream: LiveStream
        var view: LiveView
        var controls = LivePage.Controls.none
        var families: [MetricFamily] = []
        var readers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextReader = 0
        var isOver = false
    }

    private let inbox = Mutex(Inbox())
    private let shown: Mutex<Shown>
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let control: String?

    /// The most streams that may be open at once.
    static let readerLimit = 1000

    /// A hub without a run yet.
    ///
    /// - Parameters:
    ///   - title: shown until the first run begins.
    ///   - epoch: letters and digits that are unique among hubs on the address.
    ///   - control: the token that buttons send along; nil for a page without buttons.
    public init(title: String, epoch: String, control: String?) {
        self.control = control
        shown = Mutex(Shown(stream: LiveStream(epoch: epoch), view: LiveView(title: title, target: "")))
    }

    // MARK: - The run's side

    /// Starts the thread that makes pages; it lives until ``finish()``.
    ///
    /// - Throws: an error if no thread can be created.
    public func start() throws {
        _ = try NamedThread(name: "live") { [self] in
            var worker = LiveWorker()
            var isOpen = true
            while isOpen {
                _ = wake.wait(timeout: .now() + .seconds(1))
                isOpen = turn(&worker)
            }
            ended.signal()
        }
    }

    /// A run begins; a previous run must have ended.
    public func begin(_ run: LiveRun) { leave(.begin(run)) }
    /// Hands over what was measured.
    public func take(_ update: RunUpdate, cpuRatio: Double?) { leave(.update(update, cpuRatio: cpuRatio)) }
    /// A fault began, in seconds since the run's start.
    public func faultBegan(_ name: String, at time: Double, canBeUndone: Bool) {
        leave(.faultBegan(name, at: time, canBeUndone: canBeUndone))
    }
    /// A fault was undone.
    public func faultUndone(_ name: String, at time: Double) { leave(.faultUndone(name, at: time)) }
    /// An event happened now.
    public func note(_ text: String) { leave(.note(text)) }
    /// The current level of a ladder is over.
    public func take(level: LiveView.Level.Standing) { leave(.level(level)) }
    /// No new requests begin.
    public func drain() { leave(.drain) }
    /// The run has ended.
    public func end(_ end: LiveEnd) { leave(.end(end)) }

    /// Waits briefly until everything handed over is in the page and the metrics.
    public func catchUp() {
        let isShown = DispatchSemaphore(value: 0)
        leave(.mark(isShown))
        wake.signal()
        _ = isShown.wait(timeout: .now() + .seconds(5))
    }

    /// No further run follows: readers get the rest, and their streams end.
    public func finish() {
        leave(.finish)
        wake.signal()
        _ = ended.wait(timeout: .now() + .seconds(5))
    }

    /// The commands given on the page since the last call.
    public func takeCommands() -> [LiveCommand] {
        inbox.withLock { inbox in
            defer { inbox.commands = [] }
            return inbox.commands
        }
    }

    /// Wakes the hub's thread.
    func nudge() { wake.signal() }

    private func leave(_ news: News) { inbox.withLock { $0.news.append(news) } }

    // MARK: - The hub's own thread

    /// - Returns: whether more is to come.
    private func turn(_ worker: inout LiveWorker) -> Bool {
        let news = inbox.withLock { inbox in
            defer { inbox.news = [] }
            return inbox.news
        }
        var isOpen = true
        var marks: [DispatchSemaphore] = []
        for item in news {
            switch item {
            case .finish: isOpen = false
            case .mark(let mark): marks.append(mark)
            default: worker.take(item)
            }
        }
        worker.judgeIfDue()
        let isWatched = shown.withLock { !$0.readers.isEmpty } || !isOpen
        if let view = worker.view() { show(view, worker.families(), worker.canEndPhase, isWatched) }
        for mark in marks { mark.signal() }
        for reader in shown.withLock({ Array($0.readers.values) }) { reader.yield() }
        if !isOpen { close() }
        return isOpen
    }

    private func show(_ view: LiveView, _ families: [MetricFamily], _ canEndPhase: Bool, _ isWatched: Bool) {
        let controls: LivePage.Controls =
            control.map { .buttons(token: $0, canEndPhase: canEndPhase) } ?? .none
        // Without readers, the parts are made when the first one arrives.
        let parts = isWatched ? LivePage(view, controls: controls).parts : nil
        shown.withLock { shown in
            shown.view = view
            shown.controls = controls
            shown.families = families
            shown.isOver = view.state.isOver
            if let parts { shown.stream.take(parts) }
        }
    }

    private func close() {
        inbox.withLock { $0.isOpen = false }
        let readers = shown.withLock { shown in
            shown.stream.finish()
            return Array(shown.readers.values)
        }
        for reader in readers {
            reader.yield()
            reader.finish()
        }
    }

    // MARK: - The server's side

    /// The page as it is now.
    public var page: String {
        let (view, controls) = shown.withLock { ($0.view, $0.controls) }
        return LivePage(view, controls: controls).document
    }

    /// What the page shows now.
    public var view: LiveView { shown.withLock { $0.view } }

    /// All metrics as they are now.
    public var families: [MetricFamily] { shown.withLock { $0.families } }

    /// Passes a command on; returns whether it was accepted.
    public func accept(_ command: LiveCommand) -> Bool {
        let isRunning = shown.withLock { !$0.isOver }
        return inbox.withLock { inbox in
            guard inbox.isOpen, isRunning, inbox.commands.count < 16 else { return false }
            inbox.commands.append(command)
            return true
        }
    }

    /// A reader's registration: there is something new whenever the sequence yields an element.
    struct Reader: Sendable {
        let number: Int
        let wakes: AsyncStream<Void>
    }

    /// Admits a reader; nil if there are too many.
    func enter() -> Reader? {
        let (wakes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let view = shown.withLock { $0.readers.isEmpty ? ($0.view, $0.controls) : nil }
        // The first reader gets the page as it is now, not as it was for the last reader.
        let parts = view.map { LivePage($0.0, controls: $0.1).parts }
        return shown.withLock { shown in
            guard shown.readers.count < LiveHub.readerLimit else { return nil }
            if let parts, shown.readers.isEmpty { shown.stream.take(parts) }
            let number = shown.nextReader
            shown.nextReader += 1
            continuation.yield()
            if shown.stream.isFinished { continuation.finish() } else { shown.readers[number] = continuation }
            return Reader(number: number, wakes: wakes)
        }
    }

    /// Removes a reader.
    func leave(_ reader: Reader) { shown.withLock { _ = $0.readers.removeValue(forKey: reader.number) } }

    /// The events for a reader that knows a state, and the state it then knows.
    func events(after id: String?) -> (bytes: [UInt8], id: String, isLast: Bool) {
        shown.withLock { ($0.stream.events(after: id), $0.stream.id, $0.stream.isFinished) }
    }

    /// The current number of readers.
    public var readerCount: Int { shown.withLock { $0.readers.count } }
}

/// How a run ended, for its readers.
public struct LiveEnd: Sendable {
    /// `PASS`, `FAIL`, `NONE`.
    public var verdict: String
    /// A sentence about it.
    public var text: String
    /// The results of the gates.
    public var gates: [GateResult]
    /// The findings of the soak tests.
    public var soak: [SoakFinding]
    /// The last update, with everything not yet shown.
    public var update: RunUpdate?

    /// How a run ended.
    public init(verdict: String, text: String, gates: [GateResult], soak: [SoakFinding], update: RunUpdate?) {
        self.verdict = verdict
        self.text = text
        self.gates = gates
        self.soak = soak
        self.update = update
    }
}
