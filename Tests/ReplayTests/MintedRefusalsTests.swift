import Testing
import Traffic

@testable import Replay

@Suite struct MintedRefusalsTests {
    private func at(_ seconds: Int64) -> RunTime { RunTime(nanoseconds: seconds * 1_000_000_000) }

    @Test func requestsThatWereUnderWayTakeTheFreshTokenOfTheFirst() {
        var refusals = MintedRefusals()
        #expect(refusals.refused(0, sent: at(1), at: at(3)) == .mint)
        #expect(refusals.refused(0, sent: at(2), at: at(4)) == .send)
        #expect(refusals.refused(1, sent: at(2), at: at(4)) == .mint, "another token is another matter")
        #expect(refusals.refused(0, sent: at(5), at: at(6)) == .mint, "the fresh one has gone bad in its turn")
    }

    @Test func freshTokensThatDoNotHelpAreGivenUp() {
        var refusals = MintedRefusals()
        for round in 0..<Int64(CloneRenewals.failureLimit) {
            #expect(refusals.refused(0, sent: at(10 * round), at: at(10 * round + 1)) == .mint)
            refusals.sentOnceMore(0, wasRefused: true)
        }
        #expect(refusals.refused(0, sent: at(100), at: at(101)) == .giveUp)
    }

    @Test func aSuccessRestartsTheCount() {
        var refusals = MintedRefusals()
        for round in 0..<Int64(CloneRenewals.failureLimit * 2) {
            #expect(refusals.refused(0, sent: at(10 * round), at: at(10 * round + 1)) == .mint)
            refusals.sentOnceMore(0, wasRefused: round % 2 == 0)
        }
    }
}
