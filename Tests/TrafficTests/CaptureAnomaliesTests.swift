import Testing
import Traffic

@Suite struct CaptureAnomaliesTests {
    @Test func eachAnomalyIsDescribed() {
        var anomalies = CaptureAnomalies()
        #expect(anomalies.isNone && anomalies.descriptions.isEmpty)
        anomalies.clockContradictions = 2
        let contradictions = "2 responses seen before the answered bytes, as with two clocks: times corrected"
        #expect(!anomalies.isNone && anomalies.descriptions == [contradictions])
        anomalies.latePackets = 1
        #expect(anomalies.descriptions == [contradictions, "1 packet out of time order"])
        anomalies.repeatedConnections = 3
        let repeated =
            "3 connections captured twice, before and after address translation or a proxy: capture one side only"
        #expect(anomalies.descriptions == [contradictions, "1 packet out of time order", repeated])
    }

    @Test func aStepOfTheClockExplainsContradictionsAndLatePackets() {
        var anomalies = CaptureAnomalies()
        (anomalies.clockSteps, anomalies.longestClockStepNs) = (1, -50_000_000)
        (anomalies.clockContradictions, anomalies.latePackets) = (4, 5)
        #expect(
            anomalies.descriptions == ["the clock was stepped 1 time, by up to -0.050 s: times corrected"])
    }

    @Test func sumsKeepTheLongestStep() {
        var sum = CaptureAnomalies()
        (sum.clockSteps, sum.longestClockStepNs, sum.latePackets) = (1, 30, 2)
        var other = CaptureAnomalies()
        (other.clockSteps, other.longestClockStepNs, other.clockContradictions) = (2, -40, 3)
        other.repeatedConnections = 4
        sum.add(other)
        #expect(sum.clockSteps == 3 && sum.longestClockStepNs == -40 && sum.clockContradictions == 3)
        #expect(sum.latePackets == 2 && sum.repeatedConnections == 4)
        (other.longestClockStepNs, other.clockSteps) = (40, 0)
        sum.add(other)
        #expect(sum.longestClockStepNs == -40, "the first of two that are equally long")
    }
}
