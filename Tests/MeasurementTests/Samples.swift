import Formats
import Measurement
import TestSupport
import Traffic

func at(_ milliseconds: Double) -> RunTime { RunTime(nanoseconds: Int64((milliseconds * 1e6).rounded())) }

/// An outcome that finished at `end` ms, with the given held, lag, connect and service times in ms.
func outcome(
    end: Double, endpoint: Int = 0, held: Double = 0, lag: Double = 0, connect: Double = 0, service: Double = 1,
    fate: Fate = .answered, wasSent: Bool = true
) -> RequestOutcome {
    let sent = end - service
    return RequestOutcome(
        endpoint: endpoint, status: 200, fate: fate,
        times: RequestTimes(
            scheduled: at(sent - connect - lag - held), ready: at(sent - connect - lag), started: at(sent - connect),
            sent: at(sent), firstByte: at(end), finished: at(end)),
        held: HeldCauses(orderNs: Int64(held * 1e6)), requestBytes: 100, responseBytes: 1000,
        wasSent: wasSent)
}

/// A window with `count` requests, alternately to each endpoint, with seeded random times.
func randomWindow(index: Int, count: Int, endpoints: Int = 3, seed: UInt64) -> WorkerWindow {
    var random = SplitMix64(seed: seed)
    var recorder = WorkerRecorder(endpointCount: endpoints, live: LiveCounts())
    for number in 0..<count {
        let end = Double(index * 1000) + Double.random(in: 0..<999, using: &random)
        recorder.record(
            outcome(
                end: end, endpoint: number % endpoints, held: Double.random(in: 0...3, using: &random),
                lag: Double.random(in: 0...0.5, using: &random),
                service: Double.random(in: 0.1...400, using: &random),
                fate: number % 50 == 49 ? .unexpectedStatus : .answered))
        if number % 30 == 0 {
            var ahead = outcome(end: end, service: Double.random(in: 0.1...400, using: &random))
            ahead.isPrelude = true
            recorder.record(ahead)
        }
        if number % 40 == 0 {
            recorder.renewal(isFailure: number == 0, serviceNs: Int64(end * 1000), at: at(end))
        }
    }
    return recorder.finish().last ?? WorkerWindow(index: index)
}
