internal import Measurement
internal import Plan
internal import Traffic

/// Decides whether a response is good, by the recording and the user's expectation. Pure.
struct ResponseJudge {
    let expectation: ReplayOptions.Expectation
    /// The target's path prefix.
    var basePath = ""

    /// The judgement of a response.
    struct Verdict {
        var fate: Fate
        /// How it differs from the recording, where the status does not show it.
        var cause: FailureCause?

        init(_ fate: Fate, _ text: String? = nil) {
            self.fate = fate
            cause = text.map { FailureCause(text: $0) }
        }
    }

    /// The fate of a request by its response.
    ///
    /// - Parameters:
    ///   - row: the request's row.
    ///   - shape: the structure of its recorded response, if that is compared.
    ///   - request: the request as planned; evaluated only where more than the status counts.
    ///   - values: the clone's values; evaluated only where the response holds one of them.
    func verdict(
        _ result: borrowing TransferResult, row: UnsafePointer<RequestTable.Row>,
        shape: UnsafePointer<ResponseShape>?, request: @autoclosure () -> RequestScript,
        values: @autoclosure () -> CloneValues?
    ) -> Verdict {
        guard result.fate == .answered else { return Verdict(result.fate) }
        let recorded = row.pointee.expectedStatus == 0 ? nil : row.pointee.expectedStatus
        guard expectation.accepts(result.status, recorded: recorded) else {
            let isBetter = expectation.isBetter(result.status, thanRecorded: recorded)
            return Verdict(isBetter ? .betterThanRecorded : .unexpectedStatus)
        }
        if row.pointee.flags.contains(.expectsNoHTML), result.isHTML, expectation != .any {
            let type = request().recordedResponse.type ?? "none"
            return Verdict(.bodyDiffers, "the response is HTML where the recorded one is \(type)")
        }
        if let shape, expectation != .any, result.status == recorded,
            let text = result.withContent(
                ifDamaged: shape.pointee.hasContent ? "the response's body is not in its Content-Encoding" : nil,
                { shape.pointee.departure($0, isStrict: expectation == .exact) })
        {
            return Verdict(.bodyDiffers, text)
        }
        if row.pointee.flags.contains(.judgesContent) {
            let verdict = contentVerdict(result, recorded: request().recordedResponse)
            guard verdict.fate == .answered else { return verdict }
        }
        if row.pointee.flags.contains(.holdsOwnValue), expectation != .any, result.status == recorded,
            let text = ownDeparture(result, request().recordedResponse.own, values())
        {
            return Verdict(.bodyDiffers, text)
        }
        guard row.pointee.flags.contains(.comparesBody), let body = request().recordedBody,
            !body.matches(byteCount: result.bodyBytes, hash: result.bodyHash)
        else { return Verdict(.answered) }
        return Verdict(.bodyDiffers)
    }

    /// How a response shows that it belongs to another session; nil if it does not.
    private func ownDeparture(
        _ result: borrowing TransferResult, _ places: [OwnAnswer], _ values: CloneValues?
    ) -> String? {
        result.withContent(ifDamaged: nil) { content in
            guard content.count <= ResponseShape.longest else { return nil }
            for place in places {
                if let text = place.departure(content, values: values) { return text }
            }
            return nil
        }
    }

    /// The judgement by everything but the status.
    private func contentVerdict(_ result: borrowing TransferResult, recorded: RecordedResponse) -> Verdict {
        if let status = recorded.grpcStatus {
            // A response without a grpc-status ended early: UNKNOWN, as in gRPC clients.
            let live = RecordedResponse.grpcStatus(head: result.head, trailers: result.trailers, body: result.body) ?? 2
            return Verdict(expectation.grpcFate(live, recorded: status))
        }
        guard expectation != .any else { return Verdict(.answered) }
        let body = recorded.redirect == nil ? result.decodedBody : []
        let text = recorded.departure(status: result.status, head: result.head, body: body, basePath: basePath)
        return text.map { Verdict(.bodyDiffers, $0) } ?? Verdict(.answered)
    }
}

extension ReplayOptions.Expectation {
    /// Whether it is a live success where the recorded error does not describe the service now: an expired token, an
    /// unchanged page, a rate limit, or a temporary failure.
    public func isBetter(_ status: UInt16, thanRecorded recorded: UInt16?) -> Bool {
        guard self == .recorded, let recorded, (200..<300).contains(status) else { return false }
        return recorded == 401 || recorded == 304 || recorded == 429 || recorded >= 500
    }

    /// The fate of a `grpc-status`, 0 for success; errors such as "not allowed", "too many" or "broken" can be
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
