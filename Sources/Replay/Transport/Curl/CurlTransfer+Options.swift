internal import CCurl
internal import CLinux
internal import COpenSSL
internal import Glibc

/// The options of the handle: those of all transfers, and those of a request.
extension CurlTransfer {
    /// Sets what is the same for all transfers of the handle.
    func setUp() {
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
                ClosureAlertWatch.watch(context)
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

    /// Makes HTTP/2 requests of an owner share its connection, and wait for it rather than open another
    /// (`CURLOPT_PIPEWAIT`).
    func setVersion(isHTTP2: Bool, isNegotiated: Bool) {
        let wanted =
            !isHTTP2
            ? CURL_HTTP_VERSION_1_1 : isNegotiated ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
        guard version != Int(wanted) else { return }
        version = Int(wanted)
        reprise_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(wanted))
        reprise_curl_set_long(easy, CURLOPT_PIPEWAIT, isHTTP2 ? 1 : 0)
    }

    func setRequestTarget(_ path: [UInt8]) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: path.count + 1) { text in
            for index in path.indices { text[index] = CChar(bitPattern: path[index]) }
            text[path.count] = 0
            reprise_curl_set_string(easy, CURLOPT_REQUEST_TARGET, text.baseAddress)
        }
    }

    func setMethod(_ request: borrowing OutgoingRequest) {
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
}
