internal import Measurement
internal import Plan
internal import Redaction
internal import Traffic

/// What a worker keeps of a request that may become an example. Its texts are masked on the run's thread, because that
/// costs more than sending a hundred requests.
struct KeptRequest: Sendable {
    var script: Int
    /// Index of the request in its script.
    var request: Int
    var clone: Int
    /// The beginning of the response, as far as it was in memory; at most a little more than ``MaskedText/limit``
    /// bytes.
    var received: [UInt8]
    /// Why it was not sent, if a value was missing.
    var unsent: String?
}

extension RequestExample {
    /// The example of a request of `plan`, with its texts masked.
    ///
    /// - Parameter numbers: of the recorded exchanges, by script and request
    init(_ example: ExampleReservoir<KeptRequest>.Example, of plan: ReplayPlan, numbers: ExchangeNumberTable) {
        let kept = example.content
        let request = plan.scripts[kept.script].requests[kept.request]
        let (sent, received) = MaskedText.texts(sent: request.head.outline, received: kept.received)
        self.init(
            example.outcome, endpoint: plan.endpoints[request.endpoint].label, clone: kept.clone, sent: sent,
            received: kept.unsent.map { "not sent: \($0)" } ?? received)
        exchange = numbers.number(script: kept.script, request: kept.request)
    }
}
