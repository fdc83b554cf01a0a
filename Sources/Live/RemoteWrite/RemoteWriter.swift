import CCurl
import Dispatch
import Formats
import Glibc
import Synchronization
import Threads

/// Sends a hub's metrics to a Prometheus every few seconds, on its own thread. If the receiver is unavailable, it tries
/// again, and reports at the end what was not received.
public final class RemoteWriter: Sendable {
    /// Seconds between two messages.
    static let interval = 5

    /// Why nothing can be sent.
    public struct Failure: Error, CustomStringConvertible {
        /// One sentence without a final full stop.
        public let description: String
    }

    private struct Counts {
        var sent = 0
        var failed = 0
        var lastFailure = ""
    }

    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopping = Atomic<Bool>(false)
    private let counts = Mutex(Counts())

    /// Starts sending.
    ///
    /// - Parameters:
    ///   - url: `http://` or `https://`, with the path of the receiver such as `/api/v1/write`.
    ///   - labels: labels that are added to every series.
    /// - Throws: ``Failure``.
    public init(_ hub: LiveHub, url: String, labels: [(name: String, value: String)]) throws(Failure) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw Failure(description: "metrics are sent to http://HOST[:PORT]/PATH or https://…, not '\(url)'")
        }
        do throws(SystemCallError) {
            _ = try NamedThread(name: "remote-write") { [self] in
                run(hub, url, labels.map { MetricFamily.Label($0.name, $0.value) })
                ended.signal()
            }
        } catch {
            throw Failure(description: "metrics cannot be sent: \(error)")
        }
    }

    /// Sends the rest and the ends of all series.
    ///
    /// - Returns: a warning; nil if everything was sent.
    public func stop() -> String? {
        isStopping.store(true, ordering: .releasing)
        wake.signal()
        _ = ended.wait(timeout: .now() + .seconds(15))
        return counts.withLock { counts in
            counts.failed == 0
                ? nil
                : "\(counts.failed) of \(counts.sent + counts.failed) remote writes failed, the last: \(counts.lastFailure)"
        }
    }

    private func run(_ hub: LiveHub, _ url: String, _ labels: [MetricFamily.Label]) {
        var series = RemoteWriteSeries(labels: labels)
        let post = RemoteWritePost(url: url)
        var due = DispatchTime.now()
        while true {
            let isLast = isStopping.load(ordering: .acquiring)
            let families = hub.families
            if !families.isEmpty { send(series.message(families, timeMs: RemoteWriter.now()), by: post) }
            if isLast {
                // One second later than the last values: with the same time they would replace them.
                send(series.ending(timeMs: RemoteWriter.now() + 1000), by: post)
                return
            }
            due = max(due + .seconds(RemoteWriter.interval), .now())
            _ = wake.wait(timeout: due)
        }
    }

    private func send(_ message: [UInt8], by post: RemoteWritePost?) {
        guard !message.isEmpty else { return }
        let failure = post.map { $0.send(SnappyLiterals.block(message)) } ?? "libcurl could not be set up"
        counts.withLock { counts in
            if let failure {
                counts.failed += 1
                counts.lastFailure = failure
            } else {
                counts.sent += 1
            }
        }
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / Nanoseconds.perMillisecond
    }
}

/// Posts messages to one URL. Belongs to one thread.
private final class RemoteWritePost {
    private let easy: UnsafeMutableRawPointer
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var answer: [UInt8] = []

    init?(url: String) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let easy = curl_easy_init() else { return nil }
        self.easy = easy
        for field in [
            "Content-Type: application/x-protobuf", "Content-Encoding: snappy",
            "X-Prometheus-Remote-Write-Version: 0.1.0",
            "User-Agent: reprise", "Expect:",
        ] { fields = curl_slist_append(fields, field) }
        reprise_curl_set_string(easy, CURLOPT_URL, url)
        reprise_curl_set_list(easy, CURLOPT_HTTPHEADER, fields)
        reprise_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        reprise_curl_set_long(easy, CURLOPT_POST, 1)
        // Metrics are sent only to the given URL: no proxy from the environment, no redirects.
        reprise_curl_set_string(easy, CURLOPT_PROXY, "")
        reprise_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        reprise_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        reprise_curl_set_long(easy, CURLOPT_TIMEOUT_MS, 5000)
        reprise_curl_set_pointer(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque())
        reprise_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let post = Unmanaged<RemoteWritePost>.fromOpaque(context).takeUnretainedValue()
            let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
            post.answer.append(contentsOf: piece.prefix(max(0, 200 - post.answer.count)))
            return size * count
        }
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
    }

    /// - Returns: why it was not accepted, in a few words; nil if it was.
    func send(_ body: [UInt8]) -> String? {
        answer = []
        let code = body.withUnsafeBytes { bytes in
            reprise_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            reprise_curl_set_pointer(easy, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return curl_easy_perform(easy)
        }
        guard code == CURLE_OK else { return String(cString: curl_easy_strerror(code)) }
        var status = 0
        reprise_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        guard (200..<300).contains(status) else {
            return "status \(status) \(String(decoding: answer, as: UTF8.self).displayable)"
        }
        return nil
    }
}
