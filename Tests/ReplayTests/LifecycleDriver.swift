import Measurement
import Plan
import TestSupport
import Traffic

@testable import Replay

/// A lifecycle without a worker: the test supplies times and responses, and actions are returned as text. Times are
/// milliseconds.
struct LifecycleDriver {
    let clock = ManualClock()
    let plan: ReplayPlan
    var lifecycle: RequestLifecycle<ManualClock>
    /// Outcomes of finished requests, in order of their ends.
    private(set) var outcomes: [RequestOutcome] = []
    private(set) var tallies: [String] = []
    /// Causes of failures because of missing values, in order of their ends.
    private(set) var causes: [FailureCause] = []

    init(
        _ sessions: [RecordedSession], plan change: (inout PlanOptions) -> Void = { _ in },
        options adjust: (inout ReplayOptions) -> Void = { _ in }
    ) throws {
        var planOptions = PlanOptions()
        change(&planOptions)
        plan = try ReplayPlan(sessions: sessions, options: planOptions)
        var options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: "http://127.0.0.1:1")]))
        adjust(&options)
        lifecycle = RequestLifecycle(
            plan: plan, table: RequestTable(plan: plan, options: options), mintTable: MintTable(plan: plan),
            planSlots: Array(0..<plan.slotCount), options: options, clock: clock)
    }

    /// All actions due at `ms`.
    mutating func actions(at ms: Int64) -> [String] {
        clock.set(ms: ms)
        var texts: [String] = []
        while let action = lifecycle.next(now: clock.now) {
            switch action {
            case .send(let sending): texts.append("send \(sending.id.request)")
            case .resend(let sending): texts.append("resend \(sending.id.request)")
            case .renew(let sending): texts.append("renew by \(sending.id.request)")
            case .hold(let id): texts.append("hold \(id.request)")
            case .mint(let order, _): texts.append("mint \(order.value)")
            case .sign(let order): texts.append("sign \(order.value) for \(order.id.request)")
            case .finish(let finished):
                outcomes.append(finished.outcome)
                if let cause = finished.cause { causes.append(cause) }
                texts.append("finish \(finished.id.request) \(finished.outcome.fate.label)")
            case .release: texts.append("release")
            case .count(let tally, _): tallies.append("\(tally)")
            }
        }
        return texts
    }

    /// Delivers a response at `ms` to what was sent at `sent`, and returns what follows immediately.
    mutating func answer(
        _ request: Int, slot: Int = 0, sent: Int64, at ms: Int64, status: UInt16 = 200, body: String = "",
        fields: [String] = [], fate: Fate = .answered, connectionFree: Int64? = nil
    ) -> [String] {
        clock.set(ms: ms)
        var result = TransferResult(
            id: RequestID(slot: slot, request: request), at: RunTime(nanoseconds: sent * 1_000_000))
        (result.fate, result.status, result.finished) = (fate, status, clock.now)
        result.connectionFree = connectionFree.map { RunTime(nanoseconds: $0 * 1_000_000) }
        result.head = Array("HTTP/1.1 \(status) X\r\n\(fields.map { $0 + "\r\n" }.joined())\r\n".utf8)
        result.body = Array(body.utf8)
        lifecycle.take(result)
        return actions(at: ms)
    }
}

extension HeldCauses {
    /// The sum of all causes.
    var totalNs: Int64 {
        orderNs + tokenNs + connectionNs + rateNs + slotNs
    }

    /// Causes in whole milliseconds: order, token, connection, rate, slot.
    var milliseconds: [Int64] {
        [orderNs, tokenNs, connectionNs, rateNs, slotNs]
            .map { $0 / 1_000_000 }
    }
}
