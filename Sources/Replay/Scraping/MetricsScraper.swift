internal import Dispatch
internal import Formats
public import Measurement
internal import Synchronization
internal import Threads
public import Traffic

/// Scrapes a page of metrics at a fixed interval during a replay, on its own thread.
///
/// A failed scrape leaves a gap and does not end the run. A scrape that takes longer than the interval only delays the
/// next one.
public final class MetricsScraper: Sendable {
    private struct Scrape {
        var monotonicNs: Int64
        var outcome: Outcome

        enum Outcome {
            case page(MetricsText)
            case failed(String)
        }
    }

    private struct State {
        var scrapes: [Scrape] = []
        var hasWatched = false
        var leftOut = 0
    }

    private let page: MetricsPage
    private let filters: [MetricFilter]
    private let intervalNs: Int64
    private let tls: TLSOptions
    private let state = Mutex(State())
    private let stopSign = PageFetch.StopSign()
    /// Signalled when the thread has to end.
    private let gate = DispatchSemaphore(value: 0)
    private let thread = Mutex<NamedThread?>(nil)
    /// The most scrapes that wait to be taken; they are taken ten times per second.
    private static let pendingLimit = 1024

    /// Scrapes the page once.
    ///
    /// - Parameters:
    ///   - filters: the series that are kept.
    ///   - options: the TLS settings, as for the targets.
    ///   - mayFail: whether a failure at the start is a gap rather than an error
    /// - Throws: when the first scrape fails.
    public init(
        _ page: MetricsPage, filters: [MetricFilter], interval: Duration, options: ReplayOptions, mayFail: Bool = false
    ) throws(MetricsPage.Problem) {
        self.page = page
        self.filters = filters
        intervalNs = max(Nanoseconds.perMillisecond, interval.wholeNanoseconds)
        tls = TLSOptions(
            verifiesCertificates: options.verifiesCertificates, certificateAuthorities: options.certificateAuthorities,
            clientCertificate: options.clientCertificate, clientKey: options.clientKey)
        do throws(CurlError) {
            scrape(try PageFetch(page, tls: tls, stop: stopSign))
        } catch {
            throw .failed(page: page.label, reason: error.description)
        }
        if !mayFail, case .failed(let reason) = state.withLock({ $0.scrapes.first?.outcome }) {
            throw .failed(page: page.label, reason: reason)
        }
    }

    /// Starts the thread, which runs until ``stop()``.
    ///
    /// - Throws: when no thread can be started.
    public func start() throws(ReplayRun.Failure) {
        do throws(SystemCallError) {
            let started = try NamedThread(name: "scrape") { self.run() }
            thread.withLock { $0 = started }
        } catch {
            throw .system(error)
        }
    }

    /// Stops the thread, within a second if a scrape is running; does nothing without a thread.
    public func stop() {
        stopSign.isSet.store(true, ordering: .relaxed)
        gate.signal()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    /// The scrapes since the last call.
    ///
    /// - Parameter now: the run's current time; samples carry the time when their scrape began.
    public func take(now: RunTime) -> [MetricReading] {
        let scrapes = state.withLock { state in
            defer { state.scrapes.removeAll(keepingCapacity: true) }
            return state.scrapes
        }
        let zero = RunClock.monotonicNs() - now.nanoseconds
        return scrapes.flatMap { scrape -> [MetricReading] in
            let time = RunTime(nanoseconds: scrape.monotonicNs - zero)
            switch scrape.outcome {
            case .failed(let reason): return [.gap(page: page.label, time, reason: reason)]
            case .page(let text):
                return text.samples.map { sample in
                    .sample(
                        MetricIdentity(page: page.label, series: sample.series, kind: sample.kind),
                        MetricSample(time: time, value: sample.value, processStart: text.processStart))
                }
            }
        }
    }

    /// A warning for the end of the run; nil if there were no problems.
    public var warning: String? {
        state.withLock { state in
            if !state.hasWatched { return "\(page.label) had none of the watched metrics" }
            guard state.leftOut > 0 else { return nil }
            return "\(state.leftOut) more series of \(page.label) match the watched metrics; "
                + "\(ScrapedMetrics.seriesLimit) are watched"
        }
    }

    private func run() {
        guard let fetch = try? PageFetch(page, tls: tls, stop: stopSign) else { return }
        var due = RunClock.monotonicNs()
        while true {
            // Intervals that a slow scrape has missed are skipped.
            let late = RunClock.monotonicNs() - due
            due += (max(0, late) / intervalNs + 1) * intervalNs
            let wait = max(0, due - RunClock.monotonicNs())
            guard gate.wait(timeout: .now() + .nanoseconds(Int(wait))) == .timedOut else { return }
            scrape(fetch)
        }
    }

    private func scrape(_ fetch: PageFetch) {
        let began = RunClock.monotonicNs()
        let outcome: Scrape.Outcome
        switch fetch.perform() {
        case .failed(let reason): outcome = .failed(reason)
        case .page(let bytes):
            let text = MetricsText(bytes, filters: filters, seriesLimit: ScrapedMetrics.seriesLimit)
            outcome = text.sampleCount > 0 ? .page(text) : .failed("no metrics in the response")
        }
        // A transfer cut off by the end of the run says nothing about the page.
        guard !stopSign.isSet.load(ordering: .relaxed) else { return }
        state.withLock { state in
            if case .page(let text) = outcome {
                state.hasWatched = state.hasWatched || !text.samples.isEmpty
                state.leftOut = max(state.leftOut, text.leftOut)
            }
            guard state.scrapes.count < MetricsScraper.pendingLimit else { return }
            state.scrapes.append(Scrape(monotonicNs: began, outcome: outcome))
        }
    }
}
