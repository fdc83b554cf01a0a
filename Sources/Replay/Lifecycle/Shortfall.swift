internal import Measurement
internal import Plan

/// What came of a request that others take values from, where it did not give all of them: the cause of what follows.
struct Shortfall {
    /// How it ended.
    enum End {
        /// With an answer of this status, where the recording has `expected`, or 0.
        case answered(status: UInt16, expected: UInt16)
        /// Without a whole answer.
        case failed(Fate)
        /// Without having been sent, for its own cause.
        case unsent(FailureCause)
    }

    var end: End
    /// What its answer has in place of each value that it lacks, by the value's index.
    var neighbours: [Int: String] = [:]
    /// What cookies its answer sets.
    var cookies: String?

    /// Why a request that needs `missing` fails.
    ///
    /// - Parameters:
    ///   - label: the endpoint of the request that this is of.
    ///   - endpoint: its index in the plan.
    func cause(of missing: MissingValue, label: String, endpoint: Int) -> FailureCause {
        switch end {
        case .unsent(let cause): return cause
        case .failed(let fate):
            return FailureCause(
                text: "\(label) got no answer (\(fate.label)), so \(missing.label) is missing", rootEndpoint: endpoint)
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
