import Formats
import TestSupport
import Testing
import Traffic

@testable import Replay

@Suite struct TimerWheelTests {
    /// However deadlines move and however far apart the turns are, each connection is reported once, late by at most
    /// one tick.
    @Test(arguments: 1...10) func everyDeadlineIsReportedOnceAndNotEarly(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var connections = SocketConnections()
        var wheel = TimerWheel(now: .zero)
        var due: [Int32: Int64] = [:]
        for _ in 0..<200 {
            let index = connections.take()
            let deadline = Int64(random.next() % 60_000_000_000)
            wheel.arm(index, at: RunTime(nanoseconds: deadline), &connections)
            due[index] = deadline
        }
        var now: Int64 = 0
        let tick: Int64 = 1 << 24
        while !due.isEmpty, now < 200_000_000_000 {
            let step = Int64(random.next() % (random.next() % 10 == 0 ? 20_000_000_000 : 100_000_000))
            now += step
            var expired: [Int32] = []
            wheel.turn(to: RunTime(nanoseconds: now), &connections, expired: &expired)
            for index in expired {
                let deadline = due.removeValue(forKey: index)
                #expect(deadline != nil)
                #expect((deadline ?? .max) <= now)
            }
            for (index, deadline) in due {
                #expect(deadline > now - 2 * tick, "reported late")
                guard random.next() % 50 == 0 else { continue }
                let later = now + Int64(random.next() % 10_000_000_000)
                wheel.arm(index, at: RunTime(nanoseconds: later), &connections)
                due[index] = later
            }
        }
        #expect(due.isEmpty)
        let left = wheel.count
        #expect(left == 0)
    }

    @Test func aRemovedConnectionIsNotReported() {
        var connections = SocketConnections()
        var wheel = TimerWheel(now: .zero)
        let places = (0..<3).map { _ in connections.take() }
        for place in places { wheel.arm(place, at: RunTime(nanoseconds: 1000), &connections) }
        wheel.unlink(places[1], &connections)
        var expired: [Int32] = []
        wheel.turn(to: RunTime(nanoseconds: 1_000_000_000), &connections, expired: &expired)
        #expect(expired.sorted() == [places[0], places[2]])
    }
}
