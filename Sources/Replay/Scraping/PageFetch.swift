internal import CCurl
internal import Measurement
internal import Synchronization
internal import Traffic

/// Fetches one page repeatedly, on one connection as long as the server keeps it open. Belongs to one thread.
final class PageFetch {
    /// The result of a fetch.
    enum Outcome {
        case page([UInt8])
        /// With a reason in a few words.
        case failed(String)
    }

    /// Set from another thread to end a running transfer within a second.
    final class StopSign: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// The most bytes of a page after content decoding; a larger page is not read.
    private static let pageLimit = 8 << 20
    private static let timeoutMs = 5000

    private let easy: UnsafeMutableRawPointer
    private let stop: StopSign
    private let lines = HeaderList([
        "Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
    ])
    private let names: HeaderList?
    private var body: [UInt8] = []
    private var isTooLarge = false

    init(_ page: MetricsPage, tls: TLSOptions, stop: StopSign) throws(CurlError) {
        try CurlLibrary.start.get()
        guard let easy = curl_easy_init() else { throw CurlError("curl_easy_init", CURLE_OUT_OF_MEMORY) }
        self.easy = easy
        self.stop = stop
        let target = page.target
        // A run makes no DNS queries while it measures; an IPv6 address is not a name.
        let host = target.target.host
        names =
            host.contains(":") ? nil : HeaderList(["\(host):\(target.port):\(target.addresses.joined(separator: ","))"])
        reprise_curl_set_string(
            easy, CURLOPT_URL, "\(target.target.scheme.label)://\(target.target.authority)\(page.path)")
        setUp(tls)
    }

    deinit { curl_easy_cleanup(easy) }

    private func setUp(_ tls: TLSOptions) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        reprise_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        reprise_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Unmanaged<PageFetch>.fromOpaque(context).takeUnretainedValue().take(buffer) ? buffer.count : 0
        }
        reprise_curl_set_pointer(easy, CURLOPT_XFERINFODATA, context)
        reprise_curl_set_progress_callback(easy) { context, _, _, _, _ in
            guard let context else { return 0 }
            let stop = Unmanaged<PageFetch>.fromOpaque(context).takeUnretainedValue().stop
            return stop.isSet.load(ordering: .relaxed) ? 1 : 0
        }
        reprise_curl_set_long(easy, CURLOPT_NOPROGRESS, 0)
        reprise_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Nothing is sent to other hosts: no proxy from the environment, and redirects are not followed.
        reprise_curl_set_string(easy, CURLOPT_PROXY, "")
        reprise_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        reprise_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // Accepts every content coding that libcurl can decode.
        reprise_curl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "")
        reprise_curl_set_long(easy, CURLOPT_TIMEOUT_MS, PageFetch.timeoutMs)
        reprise_curl_set_list(easy, CURLOPT_HTTPHEADER, lines.first)
        reprise_curl_set_list(easy, CURLOPT_RESOLVE, names?.first)
        if !tls.verifiesCertificates {
            reprise_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
            reprise_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let file = tls.certificateAuthorities { reprise_curl_set_string(easy, CURLOPT_CAINFO, file) }
        if let file = tls.clientCertificate { reprise_curl_set_string(easy, CURLOPT_SSLCERT, file) }
        if let file = tls.clientKey { reprise_curl_set_string(easy, CURLOPT_SSLKEY, file) }
    }

    /// Whether the fragment was accepted; a page that is too large is not read to its end.
    private func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = isTooLarge || body.count + piece.count > PageFetch.pageLimit
        if !isTooLarge { body.append(contentsOf: piece) }
        return !isTooLarge
    }

    /// Fetches the page once and waits for the response.
    func perform() -> Outcome {
        body.removeAll(keepingCapacity: true)
        isTooLarge = false
        let code = curl_easy_perform(easy)
        if isTooLarge { return .failed("larger than \(PageFetch.pageLimit >> 20) MiB") }
        guard code == CURLE_OK else { return .failed(Fate(curl: code, systemError: long(CURLINFO_OS_ERRNO)).label) }
        let status = long(CURLINFO_RESPONSE_CODE)
        return status == 200 ? .page(body) : .failed("status \(status)")
    }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        return reprise_curl_get_long(easy, info, &value) == CURLE_OK ? value : 0
    }
}
