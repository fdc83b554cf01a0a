internal import Measurement
internal import Plan
internal import Traffic

/// Handling of responses: the values they give to other requests, and the outcomes of their requests.
extension RequestLifecycle {
    /// Handles a result of the transport.
    mutating func take(_ result: borrowing TransferResult) {
        switch result.kind {
        case .ended: answered(result)
        case .sendAgain: sendAgain(result, firstTried: result.started)
        case .connectionFree: sendAgain(result, firstTried: nil)
        }
    }

    private mutating func sendAgain(_ result: borrowing TransferResult, firstTried: RunTime?) {
        let id = result.id
        let script = scheduler.slots[id.slot].turn.script
        var sending = LifecycleAction.Sending(id: id, script: script, connection: connection(of: id, script))
        sending.usesRecordedValues = slots[id.slot][id.request]?.usesRecordedValues ?? false
        sending.firstTried = firstTried
        sending.connectionFree = result.connectionFree
        add(isRenewal(id) ? .renew(sending) : .send(sending))
    }

    private mutating func answered(_ result: borrowing TransferResult) {
        let id = result.id
        if isRenewal(id) { return stepAnswered(result) }
        // Reads a single field: getting the whole entry would copy it for each request.
        guard let isResent = slots[id.slot].isResent(id.request) else { return }
        if isResent { noteResent(result, script: scheduler.slots[id.slot].turn.script) }
        if result.status == 401, options.onUnauthorized != .count, !scheduler.isStopped,
            let pending = slots[id.slot][id.request],
            renewsAndTriesAgain(result, pending) || mintsAndTriesAgain(result, pending)
        {
            return
        }
        finish(result, at: result.finished, kept: nil)
    }

    /// Finishes a request.
    ///
    /// - Parameters:
    ///   - end: when it is over for the requests that wait for it.
    ///   - kept: its response if it was withheld; it was counted as a refusal when it was received.
    mutating func finish(_ result: borrowing TransferResult, at end: RunTime, kept: WithheldResponse?) {
        let id = result.id
        guard let pending = slots[id.slot].remove(id.request), scheduler.finished(id, at: end) != nil else { return }
        let script = pending.due.script
        let row = row(id, script)
        if result.status == 401 || result.status == 403, row.pointee.expectedStatus != result.status, kept == nil {
            count(.tokens(.rejected, 1), at: result.finished)
        }
        var judge = ResponseJudge(expectation: options.expectation(ofPart: plan.part(ofScript: script)))
        if row.pointee.flags.contains(.judgesContent), row.pointee.target >= 0 {
            judge.basePath = options.targets.targets[Int(row.pointee.target)].target.basePath
        }
        let verdict = judge.verdict(
            result, row: row, shape: table.shape(of: row), request: plan.scripts[script].requests[id.request],
            values: slots[id.slot].values)
        var fate = verdict.fate
        if pending.usesRecordedValues, result.fate == .answered { fate = .recordedValue }
        if row.pointee.flags.contains(.keepsResponse) {
            if result.fate == .answered {
                bind(result, script: script)
            } else {
                slots[id.slot].shortfalls[id.request] = MissingValueCause(end: .failed(result.fate))
            }
        }
        if fate.isFailure { slots[id.slot].hasFailed = true }
        let outcome = RequestOutcome(
            endpoint: Int(row.pointee.endpoint), status: result.status, fate: fate,
            times: .raised(
                scheduled: pending.due.scheduled, ready: pending.ready(connectionFree: result.connectionFree),
                started: result.started, sent: result.sent, firstByte: result.firstByte, finished: result.finished),
            held: pending.held(connectionFree: result.connectionFree), requestBytes: result.requestBytes,
            responseBytes: result.responseBytes)
        // This comes first, while the response is available: requests resumed below may use the transport.
        finish(pending, with: outcome, kept: kept, cause: fate == .recordedValue ? pending.cause : verdict.cause)
        if row.pointee.flags.contains(.renewsGrant), let grant = plan.scripts[script].requests[id.request].renews {
            renewerEnded(
                id, script: script, succeeded: gives(result, script: script, grant: grant), body: result.decodedBody,
                at: result.finished)
        }
    }

    /// Takes values from a response.
    mutating func bind(_ result: borrowing TransferResult, script: Int) {
        let flags = row(result.id, script).pointee.flags
        let setsCookies = flags.contains(.takesCookies) && CookieJar.isSet(by: result.head)
        // Most responses give no values.
        guard setsCookies || flags.contains(.givesValues) else { return }
        let slot = result.id.slot
        let request = plan.scripts[script].request(result.id.request)
        if setsCookies {
            let target = options.targets.targets[Int(row(result.id, script).pointee.target)].target
            let now = clock.epochSeconds
            slots[slot].values?.now = now
            slots[slot].values?.takeCookies(result.head, of: request, target: target.cookieTarget)
            followCookies(slot: slot, script: script)
        }
        var missed: [ValueSource] = []
        let body = request.sources.isEmpty ? [] : result.decodedBody
        for source in request.sources {
            let found = source.value(
                head: result.head, trailers: result.trailers, body: body,
                values: source.dependsOnClone ? slots[slot].values : nil)
            if let found {
                slots[slot].values?[source.value] = found
            } else {
                missed.append(source)
            }
        }
        if !missed.isEmpty || request.takesCookies && slots[slot].values?.lacksCookies(of: request) == true {
            noteShortfall(result, missed, body: body, expected: row(result.id, script).pointee.expectedStatus)
        }
    }

    /// Keeps a description of a response that lacks values that others wait for.
    private mutating func noteShortfall(
        _ result: borrowing TransferResult, _ missed: [ValueSource], body: [UInt8], expected: UInt16
    ) {
        var shortfall = MissingValueCause(end: .answered(status: result.status, expected: expected))
        shortfall.cookies = ValueSource.Locator.cookies(setBy: result.head)
        for source in missed {
            shortfall.neighbours[source.value] =
                body.isEmpty && result.bodyBytes > 0
                ? "its body is too long to be searched"
                : source.locator.neighbours(head: result.head, body: body)
        }
        slots[result.id.slot].shortfalls[result.id.request] = shortfall
    }

    /// Whether a response gives what the request was sent for.
    func gives(_ result: borrowing TransferResult, script: Int, grant: Int) -> Bool {
        let request = plan.scripts[script].request(result.id.request)
        guard result.fate == .answered,
            request.expectedStatus.map({ $0 / 100 == result.status / 100 }) ?? (200..<400).contains(result.status)
        else { return false }
        let credentials = plan.scripts[script].grants[grant].credentials
        let wanted = request.sources.filter { credentials.contains($0.value) }
        guard !wanted.isEmpty else { return true }
        let body = result.decodedBody
        return wanted.contains { $0.value(head: result.head, trailers: result.trailers, body: body) != nil }
    }
}
