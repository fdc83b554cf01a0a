internal import CCurl
internal import CLinux
internal import COpenSSL
internal import Formats
internal import Glibc
internal import HTTPWire
internal import Measurement
internal import Plan
internal import Traffic

/// One easy handle, used for one transfer after another, and what its callbacks write to.
///
/// Owned by its lane and used on that lane's thread only. libcurl knows it by an unretained reference
/// (`CURLOPT_PRIVATE`), so that a completion finds it without a search.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    private let sockets: SocketTable
    private let bounds: CurlBounds

    /// Whether it is on its way.
    private(set) var isUnderWay = false
    /// Whether someone looks whether its first byte is overdue.
    var isWatched = false
    private(set) var id = RequestID(slot: 0, request: 0)
    private var started = RunTime.zero
    private var target: Int?
    private var lines: HeaderList?
    private var names: HeaderList?
    private var keepsResponse = false
    private var head: [UInt8] = []
    private var trailers: [UInt8] = []
    private var response: [UInt8] = []
    private var openedSockets = 0
    private var version = -1
    /// Whether it counts on a connection without TLS that speaks HTTP/2 already.
    private var countsOnHTTP2 = false
    /// Whether a proxy reads the request.
    private var isForwarded = false
    private var isHead = false
    /// Whether the head at hand is an interim response's: the final one follows.
    private var isInterim = false
    private var comparesBody = false
    /// Whether HTML is another answer than the request expects, and whether the response is HTML.
    private var expectsJSON = false
    private var isHTML = false
    private var bodyBytes: UInt64 = 0
    private var bodyHash = BodyHash()
    /// Bytes of the response's heads, or of its trailers once there is a body.
    private var fieldBytes = 0
    private var isPastHead = false
    /// The lines that frame the response's body.
    private var framingLines: [UInt8] = []
    /// Whether the server said that it ends the connection, where the body ends with it; nil where it does not, or there is no
    /// TLS.
    private var closure: ClosureWitness?
    /// Whether the server goes over to another protocol (RFC 9110 section 15.2.2), which no one asked for: libcurl then
    /// waits.
    private var isSwitching = false
    /// What the response was given up for; nil while it makes sense.
    private var failure: Fate?
    /// Where libcurl writes why a transfer failed.
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// Waiting shorter than this is libcurl at work, longer is waiting for a connection of the owner.
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
        // A connection outlives the transfer that opened it: its end is told to the table, which outlives both.
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
            // libcurl takes any other number for a failure.
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
        // Nothing is sent but to the targets: no redirect is followed.
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

    /// Goes through the proxy that the user named, for every host, or through none whatever the environment says.
    private func setUpProxy() {
        reprise_curl_set_string(easy, CURLOPT_NOPROXY, "")
        reprise_curl_set_string(easy, CURLOPT_PROXY, bounds.proxy?.proxy.description ?? "")
        guard let options = bounds.proxy else { return }
        if let user = options.proxy.user { reprise_curl_set_string(easy, CURLOPT_PROXYUSERNAME, user) }
        if let password = options.proxy.password { reprise_curl_set_string(easy, CURLOPT_PROXYPASSWORD, password) }
        // What the proxy says of its tunnel is no part of a response.
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

    /// Makes the handle ready to send `request` at `now`.
    ///
    /// - Parameters:
    ///   - absoluteFormPrefix: what is before the path when a proxy reads the request; nil when none is.
    ///   - lines: the request's header lines; nil sends none but what libcurl must.
    ///   - hasHTTP2: whether the owner has opened a connection without TLS for HTTP/2, which this one is to share.
    ///   - connectTo: what leads to the target, the owner's own name for it if need be; alive until the transfer is over.
    ///   - names: addresses of names to add to or take from libcurl's cache, when there are any.
    func prepare(
        _ request: borrowing OutgoingRequest, id: RequestID, at now: RunTime, destination: ResolvedTarget,
        absoluteFormPrefix: [UInt8]?, lines: HeaderList?, hasHTTP2: Bool, connectTo: HeaderList, names: HeaderList?
    ) {
        self.id = id
        isUnderWay = true
        started = now
        self.lines = lines
        self.names = names
        keepsResponse = request.keepsResponse
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
        // A proxy that reads requests is spoken with in HTTP/1.1.
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
        (expectsJSON, isHTML) = (request.flags.contains(.expectsJSON), false)
        (bodyBytes, bodyHash) = (0, BodyHash())
        (fieldBytes, isPastHead, isInterim, failure) = (0, false, false, nil)
        framingLines.removeAll(keepingCapacity: true)
        (closure, isSwitching) = (nil, false)
        message[0] = 0
    }

    /// HTTP/2 requests of an owner share its connection, and wait for it rather than open another (`CURLOPT_PIPEWAIT`).
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
            // libcurl's own copy: the request is reused for the next one.
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

    /// Notes that nothing more comes of it.
    func forget() { isUnderWay = false }

    /// When the first byte of its response is overdue, or can be for the first time; nil when it has come.
    func firstByteDue(limitNs: Int64, at now: RunTime) -> RunTime? {
        guard isUnderWay, info.microseconds(CURLINFO_STARTTRANSFER_TIME_T) == 0 else { return nil }
        let sent = info.microseconds(CURLINFO_PRETRANSFER_TIME_T)
        return (sent == 0 ? now : instant(afterMicroseconds: sent)).advanced(byNs: limitNs)
    }

    private func instant(afterMicroseconds microseconds: Int64) -> RunTime {
        started.advanced(byNs: microseconds * Nanoseconds.perMicrosecond)
    }

    private var info: CurlInfo { CurlInfo(easy: easy) }

    private func opened(_ file: Int32) {
        openedSockets += 1
        sockets.opened(file, slot: id.slot)
    }

    private func received(_ bytes: UnsafeRawBufferPointer) {
        bodyBytes += UInt64(bytes.count)
        if comparesBody { bodyHash.add(bytes) }
        guard keepsResponse, response.count + bytes.count <= bounds.keptBodyBytes else { return }
        response.append(contentsOf: bytes)
    }

    /// - Returns: whether the response makes sense so far.
    private func receivedLine(_ line: UnsafeRawBufferPointer) -> Bool {
        fieldBytes += line.count
        if fieldBytes > bounds.headBytes {
            // libcurl keeps every trailer: no more of them is read, and the transfer's time runs out.
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
        if expectsJSON, RecordedAnswer.isHTML(line) { isHTML = true }
        // The response is over with its head.
        return !(isSwitching && isPastHead)
    }

    /// libcurl counts on the last of several lengths, and on none that is too large.
    private func readFraming(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let first = line.first else { return true }
        if line.starts(with: "HTTP/".utf8) {
            let status = line.drop { $0 != 0x20 }.dropFirst().prefix(3)
            isSwitching = status.elementsEqual("101".utf8)
            isInterim = status.first == UInt8(ascii: "1") && !isSwitching
        } else if first == 0x0d || first == 0x0a, !isInterim {
            (isPastHead, fieldBytes) = (true, 0)
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
            return !framing.hasUnusableLength
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

    /// What came of the transfer that libcurl ended with `code`.
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
        // libcurl takes the end of a connection within the head for the end of the response.
        if result.fate == .answered, !isPastHead { result.fate = .closed }
        // RFC 9112 section 9.8: such a body is whole only when the server has said so.
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
        // The connection it counted on was gone, and libcurl spoke HTTP/1.1 on a new one: not understood, so not acted on.
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
