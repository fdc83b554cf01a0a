internal import CCurl
internal import CLinux
internal import Formats
internal import Measurement
internal import Plan
internal import Traffic

/// An easy handle that is reused for consecutive transfers, with the state that its callbacks write to.
///
/// Owned by its lane and used only on that lane's thread. libcurl holds an unretained reference to it
/// (`CURLOPT_PRIVATE`), so that a completion finds it without a search.
final class CurlTransfer {
    private(set) var easy: UnsafeMutableRawPointer
    let sockets: SocketTable
    let bounds: CurlBounds

    /// Whether a transfer is in flight.
    private(set) var isUnderWay = false
    /// Whether its first byte is being watched.
    var isWatched = false
    private(set) var id = RequestID(slot: 0, request: 0)
    private var started = RunTime.zero
    private var target: Int?
    private var lines: HeaderList?
    private var names: HeaderList?
    private var response = CurlResponse()
    private var openedSockets = 0
    /// The HTTP version that the handle is set to; -1 before the first request.
    var version = -1
    /// Whether it relies on a connection without TLS that already speaks HTTP/2.
    private var countsOnHTTP2 = false
    /// Whether a proxy reads the request.
    private var isForwarded = false
    /// Records whether the server announced the end of the connection, if the body ends with it; nil otherwise or
    /// without TLS.
    private var closure: ClosureAlertWatch?
    /// The buffer that libcurl writes error messages to.
    let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// Shorter waits are libcurl's own work, longer ones a wait for a connection of the owner.
    private static let shortestWaitNs = Nanoseconds.perMillisecond

    init(sockets: SocketTable, bounds: CurlBounds) throws(CurlError) {
        guard let easy = curl_easy_init() else { throw CurlError("curl_easy_init", CURLE_OUT_OF_MEMORY) }
        self.easy = easy
        self.sockets = sockets
        self.bounds = bounds
        setUp()
    }

    deinit {
        curl_easy_cleanup(easy)
        message.deallocate()
    }

    /// Replaces the handle, whose next response must not meet what is left of its last one; see
    /// ``CurlLibrary/forgetsFields``.
    ///
    /// - Throws: ``CurlError`` when memory runs out; the handle is then the old one.
    func renew() throws(CurlError) {
        guard target != nil else { return }
        guard let easy = curl_easy_init() else { throw CurlError("curl_easy_init", CURLE_OUT_OF_MEMORY) }
        curl_easy_cleanup(self.easy)
        self.easy = easy
        (version, target) = (-1, nil)
        setUp()
    }

    /// Prepares the handle to send `request` at `now`.
    ///
    /// - Parameters:
    ///   - absoluteFormPrefix: the prefix of the path when a proxy reads the request; nil when none does.
    ///   - lines: the request's header lines; nil to send none but those that libcurl requires.
    ///   - hasHTTP2: whether the owner has opened a connection without TLS for HTTP/2, which this request is to share.
    ///   - connectTo: maps to the target, from the owner's own name for it if necessary; valid until the transfer ends.
    ///   - names: addresses to add to or remove from libcurl's name cache, if any.
    func prepare(
        _ request: borrowing OutgoingRequest, id: RequestID, at now: RunTime, destination: ResolvedTarget,
        absoluteFormPrefix: [UInt8]?, lines: HeaderList?, hasHTTP2: Bool, connectTo: HeaderList, names: HeaderList?
    ) {
        self.id = id
        isUnderWay = true
        started = now
        self.lines = lines
        self.names = names
        response.begin(request, bounds)
        openedSockets = 0
        if target != request.target {
            target = request.target
            reprise_curl_set_string(easy, CURLOPT_URL, destination.url)
        }
        countsOnHTTP2 = hasHTTP2
        isForwarded = absoluteFormPrefix != nil
        // Proxies that read requests are used with HTTP/1.1.
        setVersion(
            isHTTP2: request.flags.contains(.isHTTP2) && !isForwarded,
            isNegotiated: hasHTTP2 || destination.target.scheme == .https)
        if let absoluteFormPrefix {
            setRequestTarget(absoluteFormPrefix + (request.path == [UInt8(ascii: "*")] ? [] : request.path))
        } else {
            setRequestTarget(request.path)
        }
        setMethod(request)
        reprise_curl_set_list(easy, CURLOPT_HTTPHEADER, lines?.first)
        reprise_curl_set_list(easy, CURLOPT_CONNECT_TO, connectTo.first)
        reprise_curl_set_list(easy, CURLOPT_RESOLVE, names?.first)
        reprise_curl_set_long(easy, CURLOPT_FORBID_REUSE, request.closesConnection ? 1 : 0)
        closure = nil
        message[0] = 0
    }

    /// Marks it as not in flight, with no result to expect.
    func forget() { isUnderWay = false }

    /// When the first byte of its response is overdue, or at the earliest can be; nil when it has been received.
    func firstByteDue(limitNs: Int64, at now: RunTime) -> RunTime? {
        guard isUnderWay, info.microseconds(CURLINFO_STARTTRANSFER_TIME_T) == 0 else { return nil }
        let sent = info.microseconds(CURLINFO_PRETRANSFER_TIME_T)
        return (sent == 0 ? now : instant(afterMicroseconds: sent)).advanced(byNs: limitNs)
    }

    private func instant(afterMicroseconds microseconds: Int64) -> RunTime {
        started.advanced(byNs: microseconds * Nanoseconds.perMicrosecond)
    }

    /// Whether HTTP/2 was asked for.
    private var speaksHTTP2: Bool { version != Int(CURL_HTTP_VERSION_1_1) }

    private var info: CurlInfo { CurlInfo(easy: easy) }

    /// Called by libcurl when it has opened a socket.
    func opened(_ file: Int32) {
        openedSockets += 1
        sockets.opened(file, slot: id.slot)
    }

    /// Called by libcurl with a part of the response's body.
    func received(_ bytes: UnsafeRawBufferPointer) { response.add(bytes) }

    /// Called by libcurl with a line of the response's head or trailers.
    ///
    /// - Returns: whether the response is valid so far and continues after the line.
    func receivedLine(_ line: UnsafeRawBufferPointer) -> Bool {
        let wasPastHead = response.isPastHead
        switch response.add(line: line, speaksHTTP2: speaksHTTP2) {
        case .proceed: break
        case .stop: return false
        case .mute: sockets.mute(Int32(truncatingIfNeeded: info.long(CURLINFO_ACTIVESOCKET)))
        }
        if !wasPastHead, response.endsWithConnection, let ssl = reprise_curl_get_tls(easy) {
            closure = ClosureAlertWatch.of(OpaquePointer(ssl))
        }
        return true
    }

    /// The result of the transfer that libcurl ended with `code`.
    ///
    /// - Parameter isFlooded: whether the connection of its slot was shut down for flooding.
    func result(_ code: CURLcode, isFlooded: Bool = false) -> TransferResult {
        isUnderWay = false
        let pretransfer = info.microseconds(CURLINFO_PRETRANSFER_TIME_T)
        let firstByte = info.microseconds(CURLINFO_STARTTRANSFER_TIME_T)
        let total = info.microseconds(CURLINFO_TOTAL_TIME_T)
        let finished = instant(afterMicroseconds: max(total, firstByte, pretransfer))
        let sent = pretransfer > 0 ? instant(afterMicroseconds: pretransfer) : finished
        var result = TransferResult(id: id, at: started)
        result.fate =
            response.failure
            ?? Fate(
                curl: code, systemError: info.long(CURLINFO_OS_ERRNO), message: String(cString: message),
                hasResponse: firstByte > 0)
        if response.isSwitching, response.isPastHead, response.failure == nil { result.fate = .answered }
        // libcurl treats the end of a connection within the head as the end of the response.
        if result.fate == .answered, !response.isPastHead { result.fate = .closed }
        // RFC 9112 section 9.8: such a body is complete only if the server announced its end.
        if result.fate == .answered, closure?.isAnnounced == false { result.fate = .closed }
        closure = nil
        if isFlooded, result.fate != .answered { result.fate = .timeout }
        result.status = UInt16(clamping: info.long(CURLINFO_RESPONSE_CODE))
        if let proxy = bounds.proxy {
            let progress = ProxyProgress(
                tunnelStatus: info.long(CURLINFO_HTTP_CONNECTCODE), reachedTarget: pretransfer > 0,
                hasTLS: proxy.proxy.scheme == .https, isReader: isForwarded, status: Int(result.status))
            if progress.failedAtProxy(code) { result.fate = .proxy }
        }
        result.sent = sent
        result.firstByte = firstByte > 0 ? instant(afterMicroseconds: firstByte) : nil
        result.finished = finished
        result.opened = openedSockets > 0
        // The expected connection was gone, and libcurl spoke HTTP/1.1 on a new one. The server did not understand it,
        // and so did not act on it.
        if countsOnHTTP2, result.opened, result.fate == .badFraming { result.kind = .sendAgain }
        if !result.opened {
            result.started = result.sent
            if sent.nanoseconds(since: started) >= CurlTransfer.shortestWaitNs { result.connectionFree = result.sent }
        }
        (result.bodyBytes, result.bodyHash) = (response.bodyBytes, response.bodyHash.value)
        result.isHTML = response.isHTML
        result.requestBytes = info.long(CURLINFO_REQUEST_SIZE)
        result.responseBytes = info.long(CURLINFO_HEADER_SIZE) + Int(info.offset(CURLINFO_SIZE_DOWNLOAD_T))
        (result.head, result.body, result.trailers) = (response.head, response.body, response.trailers)
        lines = nil
        names = nil
        return result
    }
}
