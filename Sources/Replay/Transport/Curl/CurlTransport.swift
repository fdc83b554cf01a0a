internal import Glibc
internal import Measurement
internal import Traffic

/// Sends by libcurl's multi interface in `multi_socket` mode on an epoll of our own (curl_multi_socket_action(3)).
///
/// libcurl's pool gives an idle connection to any transfer for the same host, so every owner reaches the target by a
/// host name of its own (`CURLOPT_CONNECT_TO`), whose address libcurl is told (`CURLOPT_RESOLVE`): a connection is found
/// by that name, and never by another owner. Used by one thread.
final class CurlTransport: Transport {
    private let clock: RunClock
    private let targets: [ResolvedTarget]
    private let sockets: SocketTable
    private let wake: WakeSignal
    private let bounds: CurlBounds
    private var lanes: [CurlLane] = []
    private var owners: [Owner] = []
    private var sharedLines: [Int: HeaderList] = [:]
    private var touched: [Int] = []
    /// Results of sends that failed at once.
    private var failed: [TransferResult] = []

    /// Who holds a slot's connections now.
    private struct Owner {
        var serial: UInt32 = 0
        /// A list a target used so far, by target.
        var connectTo: [Int: HeaderList] = [:]
        /// Names of owners before this one that libcurl still knows.
        var stale: [String] = []
    }

    /// A transport for slots `0..<slotCount`, whose ``poll(until:results:)`` also returns when `wake` is given.
    ///
    /// - Throws: ``CurlError``, ``SystemCallError``.
    init(targets: [ResolvedTarget], slotCount: Int, clock: RunClock, wake: WakeSignal, bounds: CurlBounds) throws {
        try CurlLibrary.start.get()
        self.clock = clock
        self.targets = targets
        self.wake = wake
        self.bounds = bounds
        sockets = try SocketTable()
        try sockets.poll.watch(wake.file, for: .read)
        owners = Array(repeating: Owner(), count: slotCount)
        for index in 0..<max(1, (slotCount + bounds.slotsPerLane - 1) / bounds.slotsPerLane) {
            lanes.append(try CurlLane(index: index, sockets: sockets, clock: clock, bounds: bounds))
        }
    }

    var connections: (opened: Int, open: Int) { (sockets.opened, sockets.open) }

    private func lane(ofSlot slot: Int) -> Int { slot / bounds.slotsPerLane }

    func send(_ request: borrowing OutgoingRequest, for ticket: Ticket, at now: RunTime) {
        let index = lane(ofSlot: ticket.slot)
        do throws(CurlError) {
            let transfer = try lanes[index].transfer()
            let (connectTo, names) = names(slot: ticket.slot, target: request.target)
            transfer.prepare(
                request, ticket: ticket, at: now, url: targets[request.target].url, lines: lines(of: request),
                connectTo: connectTo, names: names)
            try lanes[index].start(transfer)
            touch(index)
        } catch {
            failed.append(
                TransferResult(
                    ticket: ticket, fate: .exhausted, status: 0, started: now, sent: now, firstByte: nil, finished: now,
                    opened: false, requestBytes: 0, responseBytes: 0, head: [], body: []))
        }
    }

    private func lines(of request: borrowing OutgoingRequest) -> HeaderList? {
        guard let key = request.linesKey else { return HeaderList(request.lines) }
        if let list = sharedLines[key] { return list }
        let list = HeaderList(request.lines)
        sharedLines[key] = list
        return list
    }

    /// The owner's name for a target, and what libcurl must be told of names before it is used.
    private func names(slot: Int, target: Int) -> (connectTo: HeaderList, names: HeaderList?) {
        if let list = owners[slot].connectTo[target] { return (list, nil) }
        let name = "slot-\(slot)-\(owners[slot].serial)-\(target).reprise"
        let connectTo = HeaderList(["::\(name):"])
        owners[slot].connectTo[target] = connectTo
        let resolved = targets[target]
        let added = "\(name):\(resolved.port):\(resolved.addresses.joined(separator: ","))"
        let removed = owners[slot].stale.map { "-\($0)" }
        owners[slot].stale.removeAll()
        return (connectTo, HeaderList(removed + [added]))
    }

    func release(slot: Int) {
        for target in owners[slot].connectTo.keys {
            owners[slot].stale.append(
                "slot-\(slot)-\(owners[slot].serial)-\(target).reprise:\(targets[target].port)")
        }
        owners[slot].connectTo.removeAll(keepingCapacity: true)
        owners[slot].serial &+= 1
        sockets.shutDown(slot: slot)
    }

    func poll(until deadline: RunTime?, results: inout [TransferResult]) throws(SystemCallError) {
        collect(into: &results)
        guard results.isEmpty else { return try dispatch(waiting: 0, results: &results) }
        var until = deadline
        for lane in lanes {
            if let timer = lane.timer { until = min(until ?? timer, timer) }
        }
        try dispatch(waiting: until.map { $0.nanoseconds(since: clock.now) }, results: &results)
    }

    private func dispatch(waiting nanoseconds: Int64?, results: inout [TransferResult]) throws(SystemCallError) {
        let count = try sockets.poll.wait(nanoseconds: nanoseconds)
        for index in 0..<count {
            let (file, interest) = sockets.poll.ready(at: index)
            if file == wake.file {
                wake.clear()
            } else if let lane = sockets.lane(of: file) {
                lanes[lane].ready(file, interest)
                touch(lane)
            }
        }
        let now = clock.now
        for index in lanes.indices {
            if let timer = lanes[index].timer, timer <= now {
                lanes[index].runTimers()
                touch(index)
            }
        }
        collect(into: &results)
    }

    private func touch(_ lane: Int) {
        if touched.last != lane { touched.append(lane) }
    }

    private func collect(into results: inout [TransferResult]) {
        results.append(contentsOf: failed)
        failed.removeAll(keepingCapacity: true)
        for lane in touched { lanes[lane].collect(into: &results) }
        touched.removeAll(keepingCapacity: true)
    }

    func cancelAll() {
        for lane in lanes { lane.cancelAll() }
    }
}
