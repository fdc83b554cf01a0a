internal import CCurl

/// libcurl's measurements of a transfer (curl_easy_getinfo(3)).
struct CurlInfo {
    /// The handle of the transfer, which has ended.
    let easy: UnsafeMutableRawPointer

    /// A time from the start of the transfer, in microseconds; 0 when it did not get that far.
    func microseconds(_ info: CURLINFO) -> Int64 { max(0, offset(info)) }

    /// A number of type `curl_off_t`; 0 when it is unknown.
    func offset(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        return reprise_curl_get_offset(easy, info, &value) == CURLE_OK ? Int64(value) : 0
    }

    /// A number of type `long`; 0 when it is unknown.
    func long(_ info: CURLINFO) -> Int {
        var value = 0
        return reprise_curl_get_long(easy, info, &value) == CURLE_OK ? value : 0
    }
}
