internal import Measurement
internal import Plan

/// Describes a request whose response lacks values that others need: the cause of their failures.
struct MissingValueCause {
    /// How it ended.
    enum End {
        /// With a response of this status, where the recording has `expected`, or 0.
        case answered(status: UInt16, expected: UInt16)
        /// Without a complete response.
        case failed(Fate)
        /// Without having been sent, for its own cause.
        case unsent(FailureCause)
    }

    var end: End
    /// What its response has in place of each missing value, by the value's index.
    var neighbours: [Int: String] = [:]
    /// The cookies that its response sets.
    var cookies: String?

    /// Why a request that needs `missing` fails.
    ///
    /// - Parameters:
    ///   - label: the endpoint of the request described here.
    ///   - endpoint: its index in the plan.
    func cause(of missing: MissingValue, label: String, endpoint: Int) -> FailureCause {
        switch end {
        case .unsent(let cause): return cause
        case .failed(let fate):
            return FailureCause(
                text: "\(label) got no response (\(fate.label)), so \(missing.label) is missing", rootEndpoint: endpoint
            )
        case .answered(let status, let expected):
            let answer = expected == 0 || expected == status ? "\(status)" : "\(status) instead of \(expected)"
            var text: String
            let hint: String?
            switch missing.kind {
            case .cookie:
                text = "\(missing.label) was not set by \(label), which answered \(answer)"
                hint = cookies
            case .value(let index):
                text = "\(label) answered \(answer) without \(missing.label)"
                hint = neighbours[index]
            }
            if let hint { text += " (\(hint))" }
            return FailureCause(text: text, rootEndpoint: endpoint)
        }
    }
}
