internal import Glibc
internal import Measurement
internal import Threads
internal import Traffic

/// Sends requests with libcurl's multi interface in `multi_socket` mode on our own epoll (curl_multi_socket_action(3)).
///
/// libcurl's pool gives an idle connection to any transfer for the same host. So every owner reaches the target under a
/// separate host name (`CURLOPT_CONNECT_TO`), whose address is given to libcurl (`CURLOPT_RESOLVE`): a connection is
/// found by that name, and never by another owner. A proxy would be asked to resolve such a name, so with a proxy every
/// owner has its own multi handle, which is freed with the owner. Used by one thread.
final class CurlTransport {
    private let clock: RunClock
    private let targets: [ResolvedTarget]
    private let sockets: SocketTable
    private let bounds: CurlBounds
    private let timers: LaneTimers
    /// Nil for slots whose current owner has not sent anything through the proxy.
    private var lanes: [CurlLane?] = []
    /// By target; nil if requests use the origin form.
    private let absoluteFormPrefixes: [[UInt8]?]
    private var owners: [Owner] = []
    private var sharedLines: [Int: HeaderList] = [:]
    private var touched: [Int] = []
    /// Nil without a limit for the first byte.
    private var firstBytes: FirstByteWatch?
    /// Results of sends that failed immediately.
    private var failed: [TransferResult] = []

    /// The current owner of a slot's connections.
    private struct Owner {
        var serial: UInt32 = 0
        /// The `CURLOPT_CONNECT_TO` lists of the targets used so far, by target.
        var connectTo: [Int: HeaderList] = [:]
        /// Targets without TLS that a connection for HTTP/2 has been opened to.
        var http2Targets: Set<Int> = []
        /// Names of earlier owners that libcurl still knows.
        var stale: [String] = []
    }

    /// A transport for slots `0..<slotCount`.
    ///
    /// - Parameter floods: checked by another thread.
    /// - Throws: ``CurlError``, ``SystemCallError``.
    init(
        targets: [ResolvedTarget], slotCount: Int, clock: RunClock, bounds: CurlBounds,
        floods: FloodGuard = FloodGuard()
    ) throws {
        try CurlLibrary.start.get()
        self.clock = clock
        self.targets = targets
        self.bounds = bounds
        sockets = try SocketTable(floods: floods)
        owners = Array(repeating: Owner(), count: slotCount)
        absoluteFormPrefixes = targets.map { bounds.proxy?.absoluteFormPrefix(for: $0) }
        let count = max(1, (slotCount + bounds.slotsPerLane - 1) / bounds.slotsPerLane)
        timers = LaneTimers(count: count)
        firstBytes = bounds.firstByteTimeoutNs.map(FirstByteWatch.init)
        lanes = Array(repeating: nil, count: count)
        guard bounds.proxy == nil else { return }
        for index in lanes.indices { _ = try lane(index) }
    }

    /// Files that libcurl keeps open for each of its multi handles in addition to their connections.
    static let descriptorsPerLane = 2

    var connections: (opened: Int, open: Int) { (sockets.opened, sockets.open) }

    private func lane(_ index: Int) throws(CurlError) -> CurlLane {
        if let lane = lanes[index] { return lane }
        let lane = try CurlLane(index: index, sockets: sockets, timers: timers, clock: clock, bounds: bounds)
        lanes[index] = lane
        return lane
    }

    func send(_ request: borrowing OutgoingRequest, for id: RequestID, at now: RunTime) {
        let index = id.slot / bounds.slotsPerLane
        do throws(CurlError) {
            let lane = try lane(index)
            // Without TLS, HTTP/2 is not negotiated: only its frames are understood.
            let isFramed =
                request.flags.contains(.isHTTP2) && bounds.proxy == nil
                && targets[request.target].target.scheme == .http
            let transfer = try lane.transfer(mayReadLines: !isFramed)
            let (connectTo, names) = names(slot: id.slot, target: request.target)
            transfer.prepare(
                request, id: id, at: now, destination: targets[request.target],
                absoluteFormPrefix: absoluteFormPrefixes[request.target], lines: lines(of: request),
                hasHTTP2: hasHTTP2(for: request, slot: id.slot), connectTo: connectTo, names: names)
            try lane.start(transfer)
            firstBytes?.watch(transfer, lane: index, at: now)
            touch(index)
        } catch {
            var result = TransferResult(id: id, at: now)
            result.fate = .exhausted
            failed.append(result)
        }
    }

    /// Whether the slot has already opened a connection for HTTP/2 without TLS, as far as is known; records that it
    /// does now.
    private func hasHTTP2(for request: borrowing OutgoingRequest, slot: Int) -> Bool {
        guard !CurlLibrary.keepsPriorKnowledge, request.flags.contains(.isHTTP2),
            targets[request.target].target.scheme == .http
        else { return false }
        return !owners[slot].http2Targets.insert(request.target).inserted
    }

    private func lines(of request: borrowing OutgoingRequest) -> HeaderList? {
        guard let key = request.linesKey else { return HeaderList(request.lines) }
        if let list = sharedLines[key] { return list }
        let list = HeaderList(request.lines)
        sharedLines[key] = list
        return list
    }

    /// The owner's name for a target, and the name entries that libcurl needs before it is used.
    private func names(slot: Int, target: Int) -> (connectTo: HeaderList, names: HeaderList?) {
        if let list = owners[slot].connectTo[target] { return (list, nil) }
        if let proxy = bounds.proxy {
            let route = HeaderList(proxy.route(to: targets[target]))
            owners[slot].connectTo[target] = route
            return (route, HeaderList(proxy.names(for: targets[target])))
        }
        let name = "slot-\(slot)-\(owners[slot].serial)-\(target).reprise"
        let connectTo = HeaderList(["::\(name):\(targets[target].port)"])
        owners[slot].connectTo[target] = connectTo
        let resolved = targets[target]
        let added = "\(name):\(resolved.port):\(resolved.addresses.joined(separator: ","))"
        let removed = owners[slot].stale.map { "-\($0)" }
        owners[slot].stale.removeAll()
        return (connectTo, HeaderList(removed + [added]))
    }

    func release(slot: Int) {
        if bounds.proxy != nil {
            owners[slot] = Owner()
            lanes[slot] = nil
            return
        }
        for target in owners[slot].connectTo.keys {
            owners[slot].stale.append(
                "slot-\(slot)-\(owners[slot].serial)-\(target).reprise:\(targets[target].port)")
        }
        owners[slot].connectTo.removeAll(keepingCapacity: true)
        owners[slot].http2Targets.removeAll()
        owners[slot].serial &+= 1
        sockets.shutDown(slot: slot)
    }

    /// The epoll instance that becomes ready when ``perform(results:)`` has something to do.
    var file: Int32 { sockets.poll.descriptor }

    /// When ``perform(results:)`` has something to do without an event.
    var timer: RunTime? {
        guard failed.isEmpty, touched.isEmpty else { return .zero }
        return [timers.first, firstBytes?.next].compactMap(\.self).min()
    }

    /// Handles ready sockets and expired timers, and appends finished transfers to `results`.
    func perform(results: inout [TransferResult]) throws(SystemCallError) {
        let count = try sockets.poll.wait(nanoseconds: 0)
        for index in 0..<count {
            let (file, interest) = sockets.poll.ready(at: index)
            if let lane = sockets.lane(of: file) {
                lanes[lane]?.ready(file, interest)
                touch(lane)
            }
        }
        let now = clock.now
        for index in timers.lanes(dueBy: now) {
            lanes[index]?.runTimers()
            touch(index)
        }
        collect(into: &results)
        expire(at: now, into: &results)
    }

    /// Ends the transfers whose first byte is overdue, unless it has just been received.
    private func expire(at now: RunTime, into results: inout [TransferResult]) {
        while let (transfer, index) = firstBytes?.takeOverdue(at: now) {
            guard let lane = lanes[index] else { continue }
            results.append(lane.expire(transfer))
            touch(index)
        }
    }

    private func touch(_ lane: Int) {
        if touched.last != lane { touched.append(lane) }
    }

    private func collect(into results: inout [TransferResult]) {
        results.append(contentsOf: failed)
        failed.removeAll(keepingCapacity: true)
        let first = results.count
        for lane in touched { lanes[lane]?.collect(into: &results) }
        for result in results[first...] where result.fate != .answered {
            owners[result.id.slot].http2Targets.removeAll()
        }
        touched.removeAll(keepingCapacity: true)
    }

    func cancelAll() {
        for lane in lanes { lane?.cancelAll() }
    }
}
