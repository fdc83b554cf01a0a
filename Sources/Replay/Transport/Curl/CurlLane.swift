internal import CCurl
internal import Formats
internal import Traffic

/// One multi handle with its easy handles.
///
/// libcurl searches all connections of a multi handle, so many small handles cost less than one large one.
final class CurlLane {
    private let multi: UnsafeMutableRawPointer
    private let index: Int
    private let clock: RunClock
    /// Retained: libcurl reports the connections it closes when the multi handle is freed.
    private let sockets: SocketTable
    private let bounds: CurlBounds
    private var transfers: [CurlTransfer] = []
    private var idle: [CurlTransfer] = []
    private let timers: LaneTimers
    /// Slots whose connections flooded and were shut down, since the last ``collect(into:)``.
    private var flooded: Set<Int> = []

    init(
        index: Int, sockets: SocketTable, timers: LaneTimers, clock: RunClock, bounds: CurlBounds
    ) throws(CurlError) {
        guard let multi = curl_multi_init() else { throw CurlError("curl_multi_init", CURLE_OUT_OF_MEMORY) }
        self.multi = multi
        self.index = index
        self.sockets = sockets
        self.timers = timers
        self.clock = clock
        self.bounds = bounds
        let context = Unmanaged.passUnretained(self).toOpaque()
        reprise_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        reprise_curl_multi_set_socket_callback(multi) { _, file, what, context, _ in
            guard let context else { return -1 }
            Unmanaged<CurlLane>.fromOpaque(context).takeUnretainedValue().want(file, what)
            return 0
        }
        reprise_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        reprise_curl_multi_set_timer_callback(multi) { _, milliseconds, context in
            guard let context else { return -1 }
            Unmanaged<CurlLane>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
            return 0
        }
        // Idle connections of waiting clones must not be closed to make room.
        reprise_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, bounds.slotsPerLane * 64)
        // An owner has its own host name or lane.
        reprise_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, bounds.connectionsPerOwner)
    }

    deinit {
        for transfer in transfers { remove(transfer) }
        // The callbacks refer to this object, which is being destroyed.
        reprise_curl_multi_set_socket_callback(multi, nil)
        reprise_curl_multi_set_timer_callback(multi, nil)
        curl_multi_cleanup(multi)
        timers[index] = nil
    }

    private func want(_ file: Int32, _ what: Int32) {
        var interest: EventPoll.Interest = []
        if what & CURL_POLL_IN != 0 && what != CURL_POLL_REMOVE { interest.insert(.read) }
        if what & CURL_POLL_OUT != 0 && what != CURL_POLL_REMOVE { interest.insert(.write) }
        sockets.want(file, interest, lane: index)
    }

    private func setTimer(_ milliseconds: Int) {
        timers[index] =
            milliseconds < 0 ? nil : clock.now.advanced(byNs: Int64(milliseconds) * Nanoseconds.perMillisecond)
    }

    /// A transfer to prepare and then pass to ``start(_:)``.
    ///
    /// - Parameter mayReadLines: whether the response may be in HTTP/1.
    func transfer(mayReadLines: Bool) throws(CurlError) -> CurlTransfer {
        if let transfer = idle.popLast() {
            if mayReadLines, !CurlLibrary.forgetsFields { try transfer.renew() }
            return transfer
        }
        let transfer = try CurlTransfer(sockets: sockets, bounds: bounds)
        transfers.append(transfer)
        return transfer
    }

    /// Starts a prepared transfer; its first bytes are sent before this returns if possible.
    func start(_ transfer: CurlTransfer) throws(CurlError) {
        let code = curl_multi_add_handle(multi, transfer.easy)
        guard code == CURLM_OK else {
            transfer.forget()
            idle.append(transfer)
            throw CurlError("curl_multi_add_handle", reason: String(cString: curl_multi_strerror(code)))
        }
        runTimers()
    }

    /// Runs libcurl's expired timers.
    func runTimers() {
        timers[index] = nil
        act(on: curl_socket_t(CURL_SOCKET_TIMEOUT), 0)
    }

    private func act(on file: curl_socket_t, _ mask: Int32) {
        let slots = sockets.floods.watch {
            var running: Int32 = 0
            curl_multi_socket_action(multi, file, mask, &running)
        }
        if !slots.isEmpty { flooded.formUnion(slots) }
    }

    /// Reports socket readiness to libcurl.
    func ready(_ file: Int32, _ interest: EventPoll.Interest) {
        var mask: Int32 = 0
        if interest.contains(.read) { mask |= CURL_CSELECT_IN }
        if interest.contains(.write) { mask |= CURL_CSELECT_OUT }
        if !interest.isDisjoint(with: .failure) { mask |= CURL_CSELECT_ERR }
        act(on: file, mask)
    }

    /// Appends the results of transfers that have finished since the last call.
    func collect(into results: inout [TransferResult]) {
        var waiting: Int32 = 0
        while let message = curl_multi_info_read(multi, &waiting) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = reprise_curl_message_result(message)
            var context: UnsafeMutableRawPointer?
            guard reprise_curl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            results.append(transfer.result(code, isFlooded: flooded.contains(transfer.id.slot)))
            curl_multi_remove_handle(multi, easy)
            idle.append(transfer)
        }
        if !flooded.isEmpty { flooded.removeAll() }
    }

    /// Ends a transfer in flight as timed out; libcurl closes its connection, or its stream on a shared one.
    func expire(_ transfer: CurlTransfer) -> TransferResult {
        var result = transfer.result(CURLE_OPERATION_TIMEDOUT)
        result.finished = max(result.sent, clock.now)
        remove(transfer)
        idle.append(transfer)
        // Other transfers may have waited for its connection.
        runTimers()
        return result
    }

    private func remove(_ transfer: CurlTransfer) {
        transfer.forget()
        curl_multi_remove_handle(multi, transfer.easy)
    }

    /// Ends every transfer in flight without a result.
    func cancelAll() {
        for transfer in transfers { remove(transfer) }
        idle = transfers
        timers[index] = nil
    }
}
