internal import CCurl
internal import Measurement

extension Fate {
    /// The fate for a libcurl result code.
    ///
    /// - Parameters:
    ///   - systemError: `CURLINFO_OS_ERRNO`, which distinguishes a refused connection from an unreachable host.
    ///   - message: libcurl's own text (`CURLOPT_ERRORBUFFER`): a reset and unparsable data share one code.
    ///   - hasResponse: whether any byte of a response was received.
    init(curl code: CURLcode, systemError: Int, message: String = "", hasResponse: Bool = false) {
        self =
            switch code {
            case CURLE_OK: .answered
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
            case CURLE_COULDNT_CONNECT: Fate(connectError: Int32(truncatingIfNeeded: systemError))
            // A line longer than libcurl accepts, or a trailer line that is not a field.
            case CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT: hasResponse ? .badFraming : .exhausted
            case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .closed
            case CURLE_RECV_ERROR, CURLE_SEND_ERROR: Fate(receiving: message)
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
                .tls
            case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_HTTP2, CURLE_HTTP2_STREAM,
                CURLE_BAD_CONTENT_ENCODING:
                .badFraming
            default: .other
            }
    }

    /// The fate for libcurl's text of a failed read or write.
    private init(receiving message: String) {
        let text = message.lowercased()
        func says(_ words: [String]) -> Bool { words.contains { text.contains($0) } }
        self =
            if says(["reset by peer", "broken pipe", "errno 104"]) {
                .reset
            } else if says(["alert"]) {
                .tls
            } else if says(["unexpected eof", "errno 0", "abruptly"]) {
                .closed
            } else if says(["chunk", "header", "hexadecimal", "nghttp2", "http/2"]) {
                .badFraming
            } else if says(["ssl"]) {
                .tls
            } else {
                .reset
            }
    }
}
