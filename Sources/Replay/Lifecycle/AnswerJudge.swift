internal import Measurement
internal import Plan
internal import Traffic

/// Says whether an answer is a good one, by what the recording has and what the user expects. Pure.
struct AnswerJudge {
    let expectation: ReplayOptions.Expectation

    /// The fate of a request by its answer.
    ///
    /// - Parameters:
    ///   - row: the request's.
    ///   - request: the request as planned; asked for only where more than the status counts.
    func fate(
        _ result: borrowing TransferResult, row: UnsafePointer<RequestTable.Row>,
        request: @autoclosure () -> RequestScript
    ) -> Fate {
        guard result.fate == .answered else { return result.fate }
        let recorded = row.pointee.expectedStatus == 0 ? nil : row.pointee.expectedStatus
        guard expectation.accepts(result.status, recorded: recorded) else {
            let isBetter = expectation.isBetter(result.status, thanRecorded: recorded)
            return isBetter ? .betterThanRecorded : .unexpectedStatus
        }
        if row.pointee.flags.contains(.judgesContent) {
            let fate = contentFate(result, recorded: request().recordedAnswer)
            guard fate == .answered else { return fate }
        }
        guard row.pointee.flags.contains(.comparesBody), let body = request().recordedBody,
            !body.matches(byteCount: result.bodyBytes, hash: result.bodyHash)
        else { return .answered }
        return .bodyDiffers
    }

    /// What an answer of a protocol on top of HTTP says beside its status.
    private func contentFate(_ result: borrowing TransferResult, recorded: RecordedAnswer) -> Fate {
        if let status = recorded.grpcStatus {
            // An answer without one ended before its time: UNKNOWN, as gRPC's clients have it.
            let live = RecordedAnswer.grpcStatus(head: result.head, trailers: result.trailers, body: result.body) ?? 2
            return expectation.grpcFate(live, recorded: status)
        }
        guard expectation != .any, recorded.isGraphQLSuccess else { return .answered }
        return RecordedAnswer.hasGraphQLErrors(result.decodedBody) ? .bodyDiffers : .answered
    }
}

extension ReplayOptions.Expectation {
    /// Whether a live success is where the recording has an error that says nothing of the service now: an expired
    /// token, a page that had not changed, a limit or a failure of that day.
    public func isBetter(_ status: UInt16, thanRecorded recorded: UInt16?) -> Bool {
        guard self == .recorded, let recorded, (200..<300).contains(status) else { return false }
        return recorded == 401 || recorded == 304 || recorded == 429 || recorded >= 500
    }

    /// The same for `grpc-status`, 0 for success; codes that mean "not allowed", "too much" or "broken" can be
    /// bettered.
    func grpcFate(_ status: UInt16, recorded: UInt16) -> Fate {
        let isGood =
            switch self {
            case .recorded, .exact: status == recorded
            case .sameClass: (status == 0) == (recorded == 0)
            case .success: status == 0
            case .any: true
            }
        if isGood { return .answered }
        // UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNAUTHENTICATED.
        let isBetter = self == .recorded && status == 0 && [2, 4, 8, 13, 14, 15, 16].contains(recorded)
        return isBetter ? .betterThanRecorded : .unexpectedStatus
    }
}
