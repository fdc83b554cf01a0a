internal import CCurl

/// A failure to set up libcurl: out of memory, or a feature is missing from its build.
public struct CurlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The libcurl function.
    public let call: String
    /// libcurl's own text.
    public let reason: String

    init(_ call: String, _ code: CURLcode) {
        self.call = call
        reason = String(cString: curl_easy_strerror(code))
    }

    init(_ call: String, reason: String) {
        self.call = call
        self.reason = reason
    }

    /// `curl_easy_init: Out of memory`.
    public var description: String { "\(call): \(reason)" }
}

/// libcurl as a whole.
enum CurlLibrary {
    /// Whether a connection opened for HTTP/2 with prior knowledge (RFC 9113 section 3.3) can be requested that way
    /// again: before 8.0, libcurl starts HTTP/2 once more on it, which the server cannot understand.
    static let keepsPriorKnowledge = curl_version_info(CURLVERSION_FIRST).pointee.version_num >= 0x08_00_00

    /// Whether a handle forgets the fields of a response before the next one: before 8.5, a continuation (RFC 9112
    /// section 5.2) directly after a status line is appended to a field that has been freed.
    static let forgetsFields = curl_version_info(CURLVERSION_FIRST).pointee.version_num >= 0x08_05_00

    /// Initialises libcurl once per process (curl_global_init(3)).
    static let start: Result<Void, CurlError> = {
        let code = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        return code == CURLE_OK ? .success(()) : .failure(CurlError("curl_global_init", code))
    }()
}
