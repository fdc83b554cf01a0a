import Testing
import Traffic

@testable import Replay

/// When a worker starts nothing new, and when it gives up requests in flight. Times are milliseconds.
@Suite struct RunLimitsTests {
    private func ms(_ milliseconds: Int64) -> RunTime { RunTime(nanoseconds: milliseconds * 1_000_000) }

    private func limits(duration: Int64?, drain: Int64) throws -> RunLimits {
        var options = ReplayOptions(targets: try TargetMap([]))
        options.duration = duration.map { .milliseconds($0) }
        options.drain = .milliseconds(drain)
        return RunLimits(options)
    }

    @Test(arguments: [
        (Int64(999), WorkerMailbox.StopRequest.none), (1000, .drain), (1001, .drain), (3000, .drain),
    ])
    func theDurationEndsTheRun(at now: Int64, order: WorkerMailbox.StopRequest) throws {
        let limits = try limits(duration: 1000, drain: 500)
        #expect(limits.order(at: ms(now), requested: .none) == order)
        #expect(limits.next == ms(1000))
    }

    @Test(arguments: [
        (Int64(1700), WorkerMailbox.StopRequest.drain), (1749, .drain), (1750, .abandon), (9000, .abandon),
    ])
    func theDrainCountsFromTheStop(at now: Int64, order: WorkerMailbox.StopRequest) throws {
        var limits = try limits(duration: 1000, drain: 500)
        limits.stopped(at: ms(1250))
        limits.stopped(at: ms(1600))
        #expect(limits.next == ms(1750), "the first stop counts")
        #expect(limits.order(at: ms(now), requested: .none) == order)
    }

    @Test func whatTheRunAsksForComesFirst() throws {
        let limits = try limits(duration: nil, drain: 500)
        #expect(limits.next == nil)
        #expect(limits.order(at: ms(1), requested: .none) == .none)
        #expect(limits.order(at: ms(1), requested: .drain) == .drain)
        #expect(limits.order(at: ms(1), requested: .abandon) == .abandon)
    }
}
