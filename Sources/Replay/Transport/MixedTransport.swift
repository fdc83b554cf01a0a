internal import Threads
internal import Traffic

/// Combines both transports: each request uses the one that its row names.
struct MixedTransport: ~Copyable, Transport {
    private var wire: SocketTransport
    /// Nil when no request of the plan uses libcurl.
    private let curl: CurlTransport?
    private var curlResults: [TransferResult] = []

    init(wire: consuming SocketTransport, curl: CurlTransport?) throws(SystemCallError) {
        if let curl { try wire.watchGuest(curl.file) }
        self.wire = wire
        self.curl = curl
    }

    mutating func send(_ request: borrowing OutgoingRequest, for id: RequestID, at now: RunTime) {
        if let curl, request.flags.contains(.usesCurl) {
            curl.send(request, for: id, at: now)
        } else {
            wire.send(request, for: id, at: now)
        }
    }

    mutating func next(_ result: inout TransferResult) -> Bool {
        if let last = curlResults.popLast() {
            result = last
            return true
        }
        return wire.next(&result)
    }

    mutating func wait(until deadline: RunTime?) throws(SystemCallError) {
        guard let curl else { return try wire.wait(until: deadline) }
        var until = deadline
        if let timer = curl.timer { until = min(until ?? timer, timer) }
        try wire.wait(until: until)
        try curl.perform(results: &curlResults)
        // Results are taken from the end.
        curlResults.reverse()
    }

    mutating func release(slot: Int) {
        curl?.release(slot: slot)
        wire.release(slot: slot)
    }

    mutating func cancelAll() {
        curl?.cancelAll()
        curlResults.removeAll()
        wire.cancelAll()
    }

    var connections: (opened: Int, open: Int) {
        let (opened, open) = wire.connections
        guard let curl else { return (opened, open) }
        return (opened + curl.connections.opened, open + curl.connections.open)
    }
}
