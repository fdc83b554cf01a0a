import Testing
import Traffic

@testable import SessionLog

/// Losses second by second.
@Suite struct LossSurveyTests {
    private func loss(_ second: Int64, gaps: UInt64 = 0, kernelDrops: UInt64 = 0) -> CaptureLoss {
        var loss = CaptureLoss(second: second)
        (loss.gaps, loss.kernelDrops) = (gaps, kernelDrops)
        return loss
    }

    @Test func rowsOfOneSecondAddUp() {
        var survey = LossSurvey()
        for row in [loss(7, gaps: 1), loss(5, gaps: 2), loss(7, kernelDrops: 3), loss(6)] { survey.add(row) }
        #expect(survey.rows.map(\.start) == [5_000_000_000, 7_000_000_000])
        #expect(survey.rows.map(\.losses.gaps) == [2, 1])
        #expect(survey.rows.map(\.losses.kernelDrops) == [0, 3])
        #expect(survey.secondCount == 2)
        #expect(survey.total.gaps == 3)
    }

    @Test func secondsPastTheBoundAreCounted() {
        var survey = LossSurvey()
        let seconds = Int64(LossSurvey.maximumSeconds + 10)
        for second in 0..<seconds { survey.add(loss(second, gaps: 1)) }
        survey.add(loss(seconds - 1, gaps: 1))
        #expect(survey.rows.count == LossSurvey.maximumSeconds)
        #expect(survey.secondCount == UInt64(seconds))
        #expect(survey.total.gaps == UInt64(seconds) + 1)
    }
}
