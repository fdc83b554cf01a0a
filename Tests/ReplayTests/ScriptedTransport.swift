import Measurement
import Plan
import Threads
import Traffic

@testable import Replay

/// A network with scripted responses, at times of a clock that it advances while its worker waits.
struct ScriptedTransport: ~Copyable, Transport {
    /// The response to a request.
    struct Answer {
        /// Milliseconds from sending to the response; nil for none.
        var after: Int64? = 0
        var fate = Fate.answered
        var status: UInt16 = 200
        /// Empty for one that is not looked at.
        var body = ""
        /// Whether it has no body at all.
        var isBodiless = false
        var fields: [String] = []
    }

    /// The events of a run, for the test.
    final class Log {
        /// `0.1@10: GET /path`: slot, request, milliseconds, start line without its version.
        var sent: [String] = []
        /// The number and times of the worker's waits: their bounds reveal a hang.
        var waits = 0
    }

    let log: Log
    let clock: ManualClock
    /// Whether a slot has only one connection, for which its requests wait.
    var hasOneConnection = false
    /// Milliseconds by which each wait ends late, which simulates a stall of the generator.
    var lateness: (RunTime) -> Int64 = { _ in 0 }
    let answer: (RequestID, String) -> Answer
    private var underWay: [(result: TransferResult, at: RunTime?)] = []
    private var waiting: [RequestID] = []
    private var free: [TransferResult] = []

    init(log: Log, clock: ManualClock, answer: @escaping (RequestID, String) -> Answer) {
        self.log = log
        self.clock = clock
        self.answer = answer
    }

    mutating func send(_ request: borrowing OutgoingRequest, for id: RequestID, at now: RunTime) {
        if hasOneConnection, underWay.contains(where: { $0.result.id.slot == id.slot }) { return waiting.append(id) }
        let text = String(decoding: request.message, as: UTF8.self)
        let line = String(text.prefix { $0 != "\r\n" }).replacing(" HTTP/1.1", with: "")
        log.sent.append("\(id.slot).\(id.request)@\(now.nanoseconds / 1_000_000): \(line)")
        let answer = answer(id, line)
        var result = TransferResult(id: id, at: now)
        (result.fate, result.status) = (answer.fate, answer.status)
        result.connectionFree = request.connectionFree
        result.requestBytes = request.message.count
        let head = Array("HTTP/1.1 \(answer.status) X\r\n\(answer.fields.map { $0 + "\r\n" }.joined())\r\n".utf8)
        if request.flags.contains(.expectsNoHTML) { result.isHTML = head.withUnsafeBytes(RecordedResponse.isHTML) }
        result.bodyBytes = answer.isBodiless ? 0 : UInt64(max(1, answer.body.utf8.count))
        if request.keepsResponse || request.flags.contains(.comparesShape) { result.body = Array(answer.body.utf8) }
        if request.keepsResponse { result.head = head }
        let end = answer.after.map { RunTime(nanoseconds: now.nanoseconds + $0 * 1_000_000) }
        result.finished = end ?? now
        result.firstByte = end
        underWay.append((result, end))
    }

    mutating func next(_ result: inout TransferResult) -> Bool {
        if !free.isEmpty {
            result = free.removeFirst()
            return true
        }
        let now = clock.now
        guard
            let index = underWay.indices.filter({ underWay[$0].at.map { $0 <= now } ?? false })
                .min(by: { underWay[$0].result.finished < underWay[$1].result.finished })
        else { return false }
        result = underWay.remove(at: index).result
        if let place = waiting.firstIndex(where: { [slot = result.id.slot] in $0.slot == slot }) {
            var freed = TransferResult(id: waiting.remove(at: place), at: now)
            freed.kind = .connectionFree
            freed.connectionFree = now
            free.append(freed)
        }
        return true
    }

    mutating func wait(until deadline: RunTime?) throws(SystemCallError) {
        log.waits += 1
        precondition(log.waits < 100_000, "the worker waits for something that never comes")
        let first = underWay.compactMap(\.at).min()
        let until = [deadline, first].compactMap(\.self).min()
        guard free.isEmpty, let until else { return }
        clock.set(RunTime(nanoseconds: until.nanoseconds + lateness(until) * 1_000_000))
    }

    mutating func release(slot: Int) {
        underWay.removeAll { $0.result.id.slot == slot }
        waiting.removeAll { $0.slot == slot }
    }

    mutating func cancelAll() {
        underWay.removeAll()
        waiting.removeAll()
        free.removeAll()
    }

    var connections: (opened: Int, open: Int) { (0, 0) }
}

/// A worker's run on a scripted network: what was sent, and the outcomes.
struct ScriptedRun {
    var sent: [String] = []
    var counts = WindowCounts()
    var record: [WorkerWindow] = []
    var ended = RunTime.zero

    init(
        _ sessions: [RecordedSession], plan change: (inout PlanOptions) -> Void = { _ in },
        options adjust: (inout ReplayOptions) -> Void = { _ in }, hasOneConnection: Bool = false,
        lateness: @escaping (RunTime) -> Int64 = { _ in 0 },
        answer: @escaping (RequestID, String) -> ScriptedTransport.Answer
    ) throws {
        var planOptions = PlanOptions()
        change(&planOptions)
        let plan = try ReplayPlan(sessions: sessions, options: planOptions)
        var options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: "http://127.0.0.1:1")]))
        options.duration = planOptions.duration
        adjust(&options)
        let (log, clock) = (ScriptedTransport.Log(), ManualClock())
        let wake = try WakeSignal()
        let mailbox = WorkerMailbox(wake: wake)
        let minting = WorkerMinting(table: MintTable(plan: plan), minter: nil, inbox: MintInbox(wake: wake))
        var network = ScriptedTransport(log: log, clock: clock, answer: answer)
        network.hasOneConnection = hasOneConnection
        network.lateness = lateness
        let worker = ReplayWorker(
            plan: plan, table: RequestTable(plan: plan, options: options), planSlots: Array(0..<plan.slotCount),
            options: options, clock: clock, mailbox: mailbox, live: LiveCounts(), minting: minting, network: network)
        worker.run()
        let report = mailbox.collect()
        sent = log.sent
        record = report.windows
        ended = clock.now
        for window in report.windows { counts += window.counts }
    }

    /// The counts of fates, without zeros.
    var fates: [Fate: Int] {
        Dictionary(
            uniqueKeysWithValues: Fate.allCases.filter { counts[$0] > 0 }.map { ($0, Int(counts[$0])) })
    }
}
