import Formats
import Measurement
import TestSupport
import Testing
import Traffic

@Suite struct RequestTimesTests {
    @Test func responseTimeIsTheSumOfItsParts() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<1000 {
            var instants = (0..<6).map { _ in Int64.random(in: 0...1 << 45, using: &random) }
            instants.sort()
            let time = instants.map { RunTime(nanoseconds: $0) }
            let times = RequestTimes(
                scheduled: time[0], ready: time[1], started: time[2], sent: time[3], firstByte: time[4],
                finished: time[5])
            #expect(
                times.responseNs == times.heldNs + times.sendLagNs
                    + times.connectNs + times.serviceNs)
            #expect(times.sinceReadyNs == times.responseNs - times.heldNs)
        }
    }

    @Test func clocksThatDisagreeAreRaisedIntoOrder() {
        let times = RequestTimes.raised(
            scheduled: at(10), ready: at(9), started: at(12), sent: at(11), firstByte: at(5), finished: at(4))
        #expect(
            [times.ready, times.started, times.sent, times.firstByte, times.finished] == [
                at(10), at(12), at(12), at(12), at(12),
            ])
    }

    @Test func aRequestGivenUpHasNoServiceTime() {
        let times = RequestTimes.unsent(scheduled: at(1), ready: at(2), at: at(5))
        #expect(times.serviceNs == 0 && times.connectNs == 0)
        #expect(times.responseNs == 4_000_000 && times.sendLagNs == 3_000_000)
    }
}
