import Traffic

/// Pairs responses with requests (RFC 9112 section 9.3.2: in the order of the requests), even if some were lost.
///
/// This stage examines the messages of a connection and returns what can be recorded; it stores and frees nothing.
struct ExchangePairing {
    /// Requests of a connection that may wait for their responses.
    let maximumPipelined: Int
    /// Responses of a connection that may wait for requests that were not seen.
    let maximumOrphaned: Int

    init(limits: CaptureLimits) {
        maximumPipelined = limits.maxPipelinedMessages
        maximumOrphaned = limits.maxOrphanedResponses
    }

    /// A finished exchange: the oldest messages of both directions, or one message alone.
    struct Pair {
        var request: UnsafeMutablePointer<Message>?
        var response: UnsafeMutablePointer<Message>?
        /// Whether the request is recorded because of a limit while its response may still come.
        var isAbandoned = false
    }

    /// Finds the request that is answered by a response whose head has just ended, and marks both as paired.
    ///
    /// Without losses, it is the oldest request without a response. If messages were lost, or the capture began in the
    /// middle, the response's acknowledgement shows what the server had received when it answered: a request that
    /// begins after it is excluded, and after lost responses the last request before it is chosen.
    func requestAnswered(
        _ connection: UnsafeMutablePointer<Connection>, by response: UnsafeMutablePointer<Message>
    ) -> UnsafeMutablePointer<Message>? {
        guard connection.pointee.requestDirection >= 0 else { return nil }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let responses = connection.pointee.streams + (1 - Int(connection.pointee.requestDirection))
        if responses.pointee.abandonedResponses > 0 {
            responses.pointee.abandonedResponses &-= 1
            response.pointee.isOrphan = true
            return nil
        }
        response.pointee.followsLoss = responses.pointee.isResynchronised
        responses.pointee.isResynchronised = false
        return choose(requests, response, isRegular: !connection.pointee.isIrregular)
    }

    /// The request without a response that this response answers; both are marked as paired. Nil if there is none, or
    /// if the response turns out to be an orphan.
    private func choose(
        _ requests: UnsafeMutablePointer<ContentStream>, _ response: UnsafeMutablePointer<Message>,
        isRegular: Bool
    ) -> UnsafeMutablePointer<Message>? {
        var request = requests.pointee.firstMessage
        while let taken = request, taken.pointee.isPaired || taken.pointee.isUnanswered {
            request = taken.pointee.next
        }
        guard var chosen = request, chosen.pointee.hasHead || chosen.pointee.isEnded else { return nil }
        if !isRegular {
            let acknowledged = response.pointee.acknowledgement
            if distance(chosen.pointee.sequence, from: acknowledged) >= 0 {
                response.pointee.isOrphan = true
                return nil
            }
            if response.pointee.followsLoss {
                while let next = chosen.pointee.next,
                    distance(next.pointee.sequence, from: acknowledged) < 0
                {
                    chosen.pointee.isUnanswered = true
                    chosen = next
                }
                if isUncertain(chosen, acknowledged) {
                    // It may answer another request that was lost or is yet to come.
                    response.pointee.isOrphan = requests.pointee.isEnded || chosen.pointee.next != nil
                    chosen.pointee.isUnanswered = response.pointee.isOrphan
                    return nil
                }
            }
        }
        (chosen.pointee.isPaired, response.pointee.isPaired) = (true, true)
        return chosen
    }

    /// Whether the server had received bytes after the request when it answered, and these are unknown.
    private func isUncertain(_ request: UnsafeMutablePointer<Message>, _ acknowledged: UInt32) -> Bool {
        guard request.pointee.isEnded, request.pointee.isComplete, request.pointee.end != 0,
            distance(acknowledged, from: request.pointee.end) > 0
        else { return false }
        return request.pointee.next.map { $0.pointee.sequence != request.pointee.end } ?? true
    }

    /// The oldest exchange of a connection if it has ended; nil if that is still open.
    ///
    /// - Parameter awaitsOther: whether a direction not seen so far may still come.
    @inline(__always)
    func next(_ connection: UnsafeMutablePointer<Connection>, awaitsOther: Bool) -> Pair? {
        guard connection.pointee.requestDirection >= 0 else { return nil }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let responses = connection.pointee.streams + (1 - Int(connection.pointee.requestDirection))
        let request = requests.pointee.firstMessage
        let response = responses.pointee.firstMessage
        if let request, let response, !request.pointee.isUnanswered, !response.pointee.isOrphan {
            guard isSettled(requests, response) else { return nil }
            if response.pointee.isPaired, !request.pointee.isUnanswered {
                guard request.pointee.isEnded, response.pointee.isEnded else { return nil }
                return Pair(request: request, response: response)
            }
        }
        if let request, request.pointee.isUnanswered {
            return request.pointee.isEnded ? Pair(request: request) : nil
        }
        if let response, response.pointee.isOrphan {
            return response.pointee.isEnded ? Pair(response: response) : nil
        }
        if let request {
            guard request.pointee.isEnded, isUnanswerable(request, requests, responses, awaitsOther) else {
                return nil
            }
            return Pair(
                request: request, isAbandoned: responses.pointee.wasSeen && !responses.pointee.isEnded)
        }
        guard let response, response.pointee.isEnded,
            requests.pointee.isEnded || Int(responses.pointee.messageCount) > maximumOrphaned
        else { return nil }
        return Pair(response: response)
    }

    /// Whether it is decided which request a response answers. If there was no request when it arrived, the two may
    /// have been captured out of order.
    private func isSettled(
        _ requests: UnsafeMutablePointer<ContentStream>, _ response: UnsafeMutablePointer<Message>
    ) -> Bool {
        if response.pointee.isPaired { return true }
        guard response.pointee.hasHead || response.pointee.isEnded else { return false }
        return choose(requests, response, isRegular: false) != nil || response.pointee.isOrphan
    }

    /// Whether no response to an ended request can come, or it is not waited for.
    private func isUnanswerable(
        _ request: UnsafeMutablePointer<Message>, _ requests: UnsafeMutablePointer<ContentStream>,
        _ responses: UnsafeMutablePointer<ContentStream>, _ awaitsOther: Bool
    ) -> Bool {
        responses.pointee.isEnded || Int(requests.pointee.messageCount) > maximumPipelined
            || (!responses.pointee.wasSeen && request.pointee.next != nil && !awaitsOther)
    }
}
