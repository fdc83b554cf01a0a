internal import CCurl
internal import Measurement

extension Fate {
    /// What a libcurl result code says of a transfer.
    ///
    /// - Parameter systemError: `CURLINFO_OS_ERRNO`, which tells a refused connection from an unreachable host.
    init(curl code: CURLcode, systemError: Int) {
        self =
            switch code {
            case CURLE_OK: .answered
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
            case CURLE_COULDNT_CONNECT: Fate(connectError: Int32(truncatingIfNeeded: systemError))
            case CURLE_OUT_OF_MEMORY: .exhausted
            case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .closed
            case CURLE_RECV_ERROR, CURLE_SEND_ERROR: .reset
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
                .tls
            case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_HTTP2, CURLE_HTTP2_STREAM,
                CURLE_BAD_CONTENT_ENCODING:
                .badFraming
            default: .other
            }
    }
}
