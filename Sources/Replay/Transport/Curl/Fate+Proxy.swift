internal import CCurl
internal import Measurement

/// How far a transfer through a proxy came, as libcurl tells.
struct ProxyProgress {
    /// `CURLINFO_HTTP_CONNECTCODE`: what the proxy answered to CONNECT; 0 when it was not asked, or did not answer.
    var tunnelStatus: Int
    /// Whether the way to the target was open.
    var reachedTarget: Bool
    /// Whether the proxy is spoken with through TLS.
    var hasTLS: Bool
    /// Whether the proxy reads the request and answers it.
    var isReader: Bool
    /// The response's status; 0 when there was none.
    var status: Int

    /// Whether a transfer that libcurl ended with `code` failed at the proxy, not at the target.
    func failedAtProxy(_ code: CURLcode) -> Bool {
        switch code {
        // The proxy wants to know who asks (RFC 9110 section 15.5.8).
        case CURLE_OK: isReader && status == 407
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY: true
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_WEIRD_SERVER_REPLY,
            CURLE_UNSUPPORTED_PROTOCOL:
            !reachedTarget && tunnelStatus / 100 != 2
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            hasTLS && !reachedTarget && tunnelStatus == 0
        default: false
        }
    }
}
