internal import CCurl
internal import CLinux
internal import COpenSSL
internal import Formats
internal import Glibc
internal import HTTPWire
internal import Measurement
internal import Plan
internal import Traffic

/// An easy handle that is reused for consecutive transfers, with the state that its callbacks write to.
///
/// Owned by its lane and used only on that lane's thread. libcurl holds an unretained reference to it
/// (`CURLOPT_PRIVATE`), so that a completion finds it without a search.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    private let sockets: SocketTable
    private let bounds: CurlBounds

    /// Whether a transfer is in flight.
    private(set) var isUnderWay = false
    /// Whether its first byte is being watched.
    var isWatched = false
    private(set) var id = RequestID(slot: 0, request: 0)
    private var started = RunTime.zero
    private var target: Int?
    private var lines: HeaderList?
    private var names: HeaderList?
    private var keepsResponse = false
    /// The longest body that is stored; 0 for none.
    private var keptBodyLimit = 0
    private var isTooLong = false
    private var head: [UInt8] = []
    private var trailers: [UInt8] = []
    private var response: [UInt8] = []
    private var openedSockets = 0
    private var version = -1
    /// Whether it relies on a connection without TLS that already speaks HTTP/2.
    private var countsOnHTTP2 = false
    /// Whether a proxy reads the request.
    private var isForwarded = false
    private var isHead = false
    /// Whether the current head is that of an interim response, with the final one to follow.
    private var isInterim = false
    /// Whether the next line is the first of a head.
    private var expectsStatusLine = true
    private var comparesBody = false
    /// Whether HTML would be a different response than expected, and whether the response is HTML.
    private var expectsNoHTML = false
    private var isHTML = false
    private var bodyBytes: UInt64 = 0
    private var bodyHash = BodyHash()
    /// Bytes of the response's heads, or of its trailers after the body has begun.
    private var fieldBytes = 0
    private var isPastHead = false
    /// The lines that determine the framing of the response's body.
    private var framingLines: [UInt8] = []
    /// Records whether the server announced the end of the connection, if the body ends with it; nil otherwise or
    /// without TLS.
    private var closure: ClosureWitness?
    /// Whether the server switches to another protocol (RFC 9110 section 15.2.2) although that was not requested:
    /// libcurl would then wait.
    private var isSwitching = false
    /// Why the response was aborted; nil while it is valid.
    private var failure: Fate?
    /// The buffer that libcurl writes error messages to.
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
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

    private func setUp() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        reprise_curl_set_pointer(easy, CURLOPT_PRIVATE, context)
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        reprise_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, message)
        reprise_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        reprise_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        reprise_curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
        // A connection outlives the transfer that opened it, so its end is reported to the table, which outlives both.
        reprise_curl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(sockets).toOpaque())
        reprise_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
            Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().received(buffer)
            return buffer.count
        }
        reprise_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
            // Any other count signals an error to libcurl.
            return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().receivedLine(buffer)
                ? buffer.count : 0
        }
        reprise_curl_set_open_callback(easy) { context, _, address in
            guard let context, let address else { return -1 }
            let file = socket(
                address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
                address.pointee.protocol)
            guard file >= 0 else { return -1 }
            Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().opened(file)
            return file
        }
        reprise_curl_set_close_callback(easy) { context, file in
            if let context { Unmanaged<SocketTable>.fromOpaque(context).takeUnretainedValue().closed(file) }
            return reprise_close_gently(file)
        }
        reprise_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        reprise_curl_set_tls_context_callback(easy) { _, context, _ in
            if let context = context.map({ OpaquePointer($0) }) {
                reprise_tls_expect_closure_alert(context)
                ClosureWitness.watch(context)
            }
            return CURLE_OK
        }
        setUpProxy()
        // Nothing is sent to hosts other than the targets: redirects are not followed.
        reprise_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        reprise_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        reprise_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        reprise_curl_set_long(easy, CURLOPT_BUFFERSIZE, bounds.receiveBufferBytes)
        reprise_curl_set_long(easy, CURLOPT_TIMEOUT_MS, bounds.timeoutMs)
        reprise_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, bounds.connectTimeoutMs)
        if !bounds.tls.verifiesCertificates {
            reprise_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
            reprise_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let file = bounds.tls.certificateAuthorities { reprise_curl_set_string(easy, CURLOPT_CAINFO, file) }
        if let file = bounds.tls.clientCertificate { reprise_curl_set_string(easy, CURLOPT_SSLCERT, file) }
        if let file = bounds.tls.clientKey { reprise_curl_set_string(easy, CURLOPT_SSLKEY, file) }
    }

    /// Uses the user's proxy for every host; without one, uses none and ignores the environment.
    private func setUpProxy() {
        reprise_curl_set_string(easy, CURLOPT_NOPROXY, "")
        reprise_curl_set_string(easy, CURLOPT_PROXY, bounds.proxy?.proxy.description ?? "")
        guard let options = bounds.proxy else { return }
        if let user = options.proxy.user { reprise_curl_set_string(easy, CURLOPT_PROXYUSERNAME, user) }
        if let password = options.proxy.password { reprise_curl_set_string(easy, CURLOPT_PROXYPASSWORD, password) }
        // The proxy's response to CONNECT is not part of the response.
        reprise_curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        reprise_curl_set_long(easy, CURLOPT_HTTPPROXYTUNNEL, options.tunnelsAll ? 1 : 0)
        if !options.resolved.verifiesCertificate {
            reprise_curl_set_long(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 0)
            reprise_curl_set_long(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0)
        }
        if let file = options.resolved.certificateAuthorities {
            reprise_curl_set_string(easy, CURLOPT_PROXY_CAINFO, file)
        }
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
        let comparesShape = request.flags.contains(.comparesShape)
        keepsResponse = request.keepsResponse || comparesShape
        keptBodyLimit = request.keepsResponse ? bounds.keptBodyBytes : comparesShape ? ResponseShape.longest : 0
        isTooLong = false
        head.removeAll(keepingCapacity: true)
        trailers.removeAll(keepingCapacity: true)
        response.removeAll(keepingCapacity: true)
        openedSockets = 0
        if target != request.target {
            target = request.target
            reprise_curl_set_string(easy, CURLOPT_URL, destination.url)
        }
        countsOnHTTP2 = hasHTTP2
        isForwarded = absoluteFormPrefix != nil
        isHead = request.method == "HEAD"
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
        comparesBody = request.flags.contains(.comparesBody)
        (expectsNoHTML, isHTML) = (request.flags.contains(.expectsNoHTML), false)
        (bodyBytes, bodyHash) = (0, BodyHash())
        (fieldBytes, isPastHead, isInterim, expectsStatusLine, failure) = (0, false, false, true, nil)
        framingLines.removeAll(keepingCapacity: true)
        (closure, isSwitching) = (nil, false)
        message[0] = 0
    }

    /// Makes HTTP/2 requests of an owner share its connection, and wait for it rather than open another
    /// (`CURLOPT_PIPEWAIT`).
    private func setVersion(isHTTP2: Bool, isNegotiated: Bool) {
        let wanted =
            !isHTTP2
            ? CURL_HTTP_VERSION_1_1 : isNegotiated ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
        guard version != Int(wanted) else { return }
        version = Int(wanted)
        reprise_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(wanted))
        reprise_curl_set_long(easy, CURLOPT_PIPEWAIT, isHTTP2 ? 1 : 0)
    }

    private func setRequestTarget(_ path: [UInt8]) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: path.count + 1) { text in
            for index in path.indices { text[index] = CChar(bitPattern: path[index]) }
            text[path.count] = 0
            reprise_curl_set_string(easy, CURLOPT_REQUEST_TARGET, text.baseAddress)
        }
    }

    private func setMethod(_ request: borrowing OutgoingRequest) {
        if request.method == "HEAD" {
            reprise_curl_set_long(easy, CURLOPT_NOBODY, 1)
            reprise_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, nil)
        } else if request.hasBody {
            reprise_curl_set_long(easy, CURLOPT_POST, 1)
            reprise_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            // libcurl copies the body: the request is reused for the next one.
            request.body.withUnsafeBytes { bytes in
                if bytes.isEmpty {
                    _ = reprise_curl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
                } else {
                    let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                    _ = reprise_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
                }
            }
            reprise_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        } else {
            reprise_curl_set_long(easy, CURLOPT_HTTPGET, 1)
            reprise_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method == "GET" ? nil : request.method)
        }
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

    private func opened(_ file: Int32) {
        openedSockets += 1
        sockets.opened(file, slot: id.slot)
    }

    private func received(_ bytes: UnsafeRawBufferPointer) {
        bodyBytes += UInt64(bytes.count)
        if comparesBody { bodyHash.add(bytes) }
        guard keepsResponse, !isTooLong else { return }
        guard response.count + bytes.count <= keptBodyLimit else {
            isTooLong = true
            response.removeAll()
            return
        }
        response.append(contentsOf: bytes)
    }

    /// - Returns: whether the response is valid so far.
    private func receivedLine(_ line: UnsafeRawBufferPointer) -> Bool {
        fieldBytes += line.count
        if fieldBytes > bounds.headBytes {
            // libcurl stores every trailer, so reading stops here and the transfer times out.
            if isPastHead {
                sockets.mute(Int32(truncatingIfNeeded: info.long(CURLINFO_ACTIVESOCKET)))
                return true
            }
            failure = .badFraming
            return false
        }
        if isPastHead {
            keep(trailer: line)
            return true
        }
        guard readFraming(line) else {
            failure = .badFraming
            return false
        }
        keep(line)
        if expectsNoHTML, RecordedResponse.isHTML(line) { isHTML = true }
        // The response ends with its head.
        return !(isSwitching && isPastHead)
    }

    /// Checks the framing of the response: libcurl uses the last of several lengths, and ignores one that is too large.
    private func readFraming(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let first = line.first else { return true }
        if expectsStatusLine {
            expectsStatusLine = false
            // For HTTP/2, libcurl writes its own status line.
            guard ResponseRules.isStatusLine(line) || (speaksHTTP2 && line.starts(with: "HTTP/2 ".utf8)) else {
                return false
            }
            isInterim = false
        }
        if line.starts(with: "HTTP/".utf8) {
            let status = line.drop { $0 != 0x20 }.dropFirst().prefix(3)
            isSwitching = status.elementsEqual("101".utf8)
            isInterim = status.first == UInt8(ascii: "1") && !isSwitching
        } else if first == 0x0d || first == 0x0a {
            if isInterim { expectsStatusLine = true } else { (isPastHead, fieldBytes) = (true, 0) }
        }
        switch first {
        case UInt8(ascii: "H") where line.starts(with: "HTTP/1".utf8):
            framingLines.removeAll(keepingCapacity: true)
            framingLines += line
        case UInt8(ascii: "C"), UInt8(ascii: "c"), UInt8(ascii: "T"), UInt8(ascii: "t"):
            if !framingLines.isEmpty { framingLines += line }
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            guard !framingLines.isEmpty, !isHead else { return true }
            framingLines += line
            guard let framing = framingLines.withUnsafeBytes({ HeadFraming($0, isRequest: false) }) else { return true }
            if isPastHead, framing.endsWithConnection, let ssl = reprise_curl_get_tls(easy) {
                closure = ClosureWitness.of(OpaquePointer(ssl))
            }
            return ResponseRules.isUsable(framing, toHead: false)
        default: break
        }
        return true
    }

    private func keep(_ line: UnsafeRawBufferPointer) {
        guard keepsResponse else { return }
        if line.starts(with: "HTTP/".utf8) { head.removeAll(keepingCapacity: true) }
        guard head.count + line.count <= bounds.keptHeadBytes else { return }
        head.append(contentsOf: line)
    }

    private func keep(trailer line: UnsafeRawBufferPointer) {
        guard keepsResponse, trailers.count + line.count <= bounds.keptHeadBytes else { return }
        trailers.append(contentsOf: line)
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
            failure
            ?? Fate(
                curl: code, systemError: info.long(CURLINFO_OS_ERRNO), message: String(cString: message),
                hasResponse: firstByte > 0)
        if isSwitching, isPastHead, failure == nil { result.fate = .answered }
        // libcurl treats the end of a connection within the head as the end of the response.
        if result.fate == .answered, !isPastHead { result.fate = .closed }
        // RFC 9112 section 9.8: such a body is complete only if the server announced its end.
        if result.fate == .answered, closure?.isTold == false { result.fate = .closed }
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
        (result.bodyBytes, result.bodyHash) = (bodyBytes, bodyHash.value)
        result.isHTML = isHTML
        result.requestBytes = info.long(CURLINFO_REQUEST_SIZE)
        result.responseBytes = info.long(CURLINFO_HEADER_SIZE) + Int(info.offset(CURLINFO_SIZE_DOWNLOAD_T))
        (result.head, result.body, result.trailers) = (head, response, trailers)
        lines = nil
        names = nil
        return result
    }
}
