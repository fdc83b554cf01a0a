import Traffic

/// Which response answers which request (RFC 9112 section 9.3.2: in the order of the requests), also where some were lost.
extension TrafficAssembler {
    /// Finds the request that a response, whose head has just ended, answers, and marks both as taken.
    ///
    /// Without losses it is the oldest that has no response yet. Where messages were lost, or the capture began in the middle,
    /// the response's own acknowledgement tells what the server had received when it answered: a request that begins behind it
    /// cannot be meant; and after lost responses the last one before it is.
    mutating func requestAnswered(
        _ connection: UnsafeMutablePointer<Connection>, by response: UnsafeMutablePointer<Message>
    ) -> UnsafeMutablePointer<Message>? {
        guard connection.pointee.requestDirection >= 0 else { return nil }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let responses = connection.pointee.streams + (1 - Int(connection.pointee.requestDirection))
        var request = requests.pointee.firstMessage
        while let taken = request, taken.pointee.isPaired { request = taken.pointee.next }
        guard var chosen = request, chosen.pointee.hasHead else { return nil }
        guard connection.pointee.isIrregular else {
            (chosen.pointee.isPaired, response.pointee.isPaired) = (true, true)
            return chosen
        }
        if distance(chosen.pointee.sequence, from: response.pointee.acknowledgement) >= 0 {
            response.pointee.isOrphan = true
            return nil
        }
        if responses.pointee.isResynchronised {
            responses.pointee.isResynchronised = false
            while let next = chosen.pointee.next, next.pointee.hasHead,
                distance(next.pointee.sequence, from: response.pointee.acknowledgement) < 0
            {
                chosen.pointee.isUnanswered = true
                chosen = next
            }
        }
        (chosen.pointee.isPaired, response.pointee.isPaired) = (true, true)
        return chosen
    }

    /// Records all exchanges that have ended, oldest first.
    mutating func pair(_ connection: UnsafeMutablePointer<Connection>) {
        guard connection.pointee.requestDirection >= 0 else { return }
        let requests = connection.pointee.streams + Int(connection.pointee.requestDirection)
        let responses = connection.pointee.streams + (1 - Int(connection.pointee.requestDirection))
        while true {
            let request = requests.pointee.firstMessage
            let response = responses.pointee.firstMessage
            if let request, request.pointee.isUnanswered {
                guard request.pointee.isEnded else { return }
                record(connection, request, nil)
            } else if let response, response.pointee.isOrphan {
                guard response.pointee.isEnded else { return }
                record(connection, nil, response)
            } else if let request, let response {
                guard resolve(connection, request, response) else { return }
            } else if let request {
                guard request.pointee.isEnded, isHopeless(request, requests, responses) else { return }
                record(connection, request, nil)
            } else if let response {
                guard response.pointee.isEnded,
                    requests.pointee.isEnded || Int(responses.pointee.messageCount) > limits.maxOrphanedResponses
                else { return }
                record(connection, nil, response)
            } else {
                return
            }
        }
    }

    /// - Returns: false when nothing can be said yet.
    private mutating func resolve(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>,
        _ response: UnsafeMutablePointer<Message>
    ) -> Bool {
        if !response.pointee.isPaired {
            // There was no request when the response came. Captures may show them in the wrong order.
            guard response.pointee.hasHead || response.pointee.isEnded else { return false }
            if distance(request.pointee.sequence, from: response.pointee.acknowledgement) < 0 {
                (request.pointee.isPaired, response.pointee.isPaired) = (true, true)
            } else {
                response.pointee.isOrphan = true
                return true
            }
        }
        guard request.pointee.isEnded, response.pointee.isEnded else { return false }
        record(connection, request, response)
        return true
    }

    /// Whether no response to an ended request will come, or none is waited for.
    private func isHopeless(
        _ request: UnsafeMutablePointer<Message>, _ requests: UnsafeMutablePointer<Stream>,
        _ responses: UnsafeMutablePointer<Stream>
    ) -> Bool {
        responses.pointee.isEnded || Int(requests.pointee.messageCount) > limits.maxPipelinedMessages
            || (!responses.pointee.wasSeen && request.pointee.next != nil)
    }

    /// Records an exchange and frees its messages.
    private mutating func record(
        _ connection: UnsafeMutablePointer<Connection>, _ request: UnsafeMutablePointer<Message>?,
        _ response: UnsafeMutablePointer<Message>?
    ) {
        let requestDirection = Int(connection.pointee.requestDirection)
        let isReadable = { (message: UnsafeMutablePointer<Message>) in
            message.pointee.hasHead || message.pointee.isPartial
        }
        let shownRequest = request.flatMap { isReadable($0) ? $0 : nil }
        let shownResponse = response.flatMap { isReadable($0) ? $0 : nil }
        if shownRequest != nil || shownResponse != nil {
            append(connection, shownRequest, shownResponse)
        }
        if let request {
            unlinkFirst(connection.pointee.streams + requestDirection)
            release(request)
        }
        if let response {
            unlinkFirst(connection.pointee.streams + (1 - requestDirection))
            release(response)
        }
    }
}
