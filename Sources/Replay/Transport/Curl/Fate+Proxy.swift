internal import CCurl
internal import Measurement

/// The progress of a transfer through a proxy, as reported by libcurl.
struct ProxyProgress {
    /// `CURLINFO_HTTP_CONNECTCODE`: the proxy's response to CONNECT; 0 when there was no request or no response.
    var tunnelStatus: Int
    /// Whether the route to the target was established.
    var reachedTarget: Bool
    /// Whether the connection to the proxy uses TLS.
    var hasTLS: Bool
    /// Whether the proxy reads the request and answers it.
    var isReader: Bool
    /// The response's status; 0 if there was none.
    var status: Int

    /// Whether a transfer that libcurl ended with `code` failed at the proxy, not at the target.
    func failedAtProxy(_ code: CURLcode) -> Bool {
        switch code {
        // The proxy requires authentication (RFC 9110 section 15.5.8).
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
