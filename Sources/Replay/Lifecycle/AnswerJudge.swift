internal import Measurement
internal import Plan
internal import Traffic

/// Says whether an answer is a good one, by what the recording has and what the user expects. Pure.
struct AnswerJudge {
    let expectation: ReplayOptions.Expectation
    /// What the target's paths begin with beyond the recorded ones.
    var basePath = ""

    /// What an answer is.
    struct Verdict {
        var fate: Fate
        /// How it differs, where the status does not tell.
        var cause: FailureCause?

        init(_ fate: Fate, _ text: String? = nil) {
            self.fate = fate
            cause = text.map { FailureCause(text: $0) }
        }
    }

    /// What becomes of a request by its answer.
    ///
    /// - Parameters:
    ///   - row: the request's.
    ///   - request: the request as planned; asked for only where more than the status counts.
    func verdict(
        _ result: borrowing TransferResult, row: UnsafePointer<RequestTable.Row>,
        request: @autoclosure () -> RequestScript
    ) -> Verdict {
        guard result.fate == .answered else { return Verdict(result.fate) }
        let recorded = row.pointee.expectedStatus == 0 ? nil : row.pointee.expectedStatus
        guard expectation.accepts(result.status, recorded: recorded) else {
            let isBetter = expectation.isBetter(result.status, thanRecorded: recorded)
            return Verdict(isBetter ? .betterThanRecorded : .unexpectedStatus)
        }
        if row.pointee.flags.contains(.expectsJSON), result.isHTML, expectation != .any {
            return Verdict(.bodyDiffers, "the answer is a page of HTML where the recorded one is JSON")
        }
        if row.pointee.flags.contains(.judgesContent) {
            let verdict = contentVerdict(result, recorded: request().recordedAnswer)
            guard verdict.fate == .answered else { return verdict }
        }
        guard row.pointee.flags.contains(.comparesBody), let body = request().recordedBody,
            !body.matches(byteCount: result.bodyBytes, hash: result.bodyHash)
        else { return Verdict(.answered) }
        return Verdict(.bodyDiffers)
    }

    /// What an answer says beside its status.
    private func contentVerdict(_ result: borrowing TransferResult, recorded: RecordedAnswer) -> Verdict {
        if let status = recorded.grpcStatus {
            // An answer without one ended before its time: UNKNOWN, as gRPC's clients have it.
            let live = RecordedAnswer.grpcStatus(head: result.head, trailers: result.trailers, body: result.body) ?? 2
            return Verdict(expectation.grpcFate(live, recorded: status))
        }
        guard expectation != .any else { return Verdict(.answered) }
        let body = recorded.redirect == nil ? result.decodedBody : []
        let text = recorded.departure(status: result.status, head: result.head, body: body, basePath: basePath)
        return text.map { Verdict(.bodyDiffers, $0) } ?? Verdict(.answered)
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
