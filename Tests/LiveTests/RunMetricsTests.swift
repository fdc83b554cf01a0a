import Formats
import Measurement
import Testing
import Traffic

@testable import Live

struct RunMetricsTests {
    private func number(_ families: [MetricFamily], _ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = families.flatMap(\.samples).filter { sample in
            sample.name == name && labels.allSatisfy { label in sample.labels.contains(.init(label.key, label.value)) }
        }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    @Test("Counters are those of the record, the requests that ended last included")
    func counters() throws {
        var run = MeasuredRun()
        var metrics = RunMetrics(run.liveRun)
        for second in 0..<6 {
            for index in 0..<20 {
                run.request(
                    at: Double(second) + Double(index) / 20, ms: Double(1 + index), endpoint: index % 2,
                    fate: index == 7 ? .unexpectedStatus : .answered, status: index == 7 ? 500 : 200)
            }
            metrics.take(try run.look(at: Double(second) + 1))
        }
        let (last, record) = try run.finish(at: 7)
        metrics.take(last)
        metrics.end()
        let families = metrics.families()
        let totals = record.series.totals
        #expect(number(families, "reprise_requests_total") == Double(totals.requests))
        #expect(number(families, "reprise_requests_total", ["outcome": "status"]) == Double(totals.failures))
        #expect(number(families, "reprise_requests_total", ["endpoint": "GET /items"]) == 60)
        #expect(number(families, "reprise_response_time_seconds_count") == Double(totals.answers))
        #expect(number(families, "reprise_send_lag_seconds_count") == 120)
        #expect(number(families, "reprise_run_active") == 0)
    }

    @Test(
        "A time counts in the bucket that ends at it, and in all above",
        arguments: [
            (0.05, "0.0001"), (0.1, "0.00025"), (0.9, "0.001"), (20.0, "0.025"), (100, "0.15"), (59_000, "60.0"),
        ])
    func buckets(ms: Double, bound: String) throws {
        var times = SparseHistogram()
        let index = TimeBuckets.index(ofNs: Int64(ms * 1e6))
        times.add(try #require(SparseHistogram(indices: [index], counts: [3])))
        let family = MetricFamily("t", .histogram, help: "", [.init([], .histogram(RunMetrics.histogram(times)))])
        let buckets = family.samples.filter { $0.name == "t_bucket" }
        #expect(buckets.first { $0.value > 0 }?.labels == [.init("le", bound)])
        #expect(buckets.last?.labels == [.init("le", "+Inf")])
        #expect(buckets.last?.value == 3)
        #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value }, "buckets never fall")
    }

    @Test("A quantile out of the buckets is within a bucket of the true one")
    func quantiles() throws {
        var times = SparseHistogram()
        for index in 1...1000 {
            let bucket = TimeBuckets.index(ofNs: Int64(index) * 500_000)
            times.add(try #require(SparseHistogram(indices: [bucket], counts: [1])))
        }
        let histogram = RunMetrics.histogram(times)
        for quantile in [0.5, 0.9, 0.95, 0.99] {
            let rank = quantile * Double(histogram.count)
            let place = try #require(histogram.cumulative.firstIndex { Double($0) >= rank })
            let truth = Double(try #require(times.nanoseconds(atQuantile: quantile))) / 1e9
            #expect(truth <= histogram.bounds[place] * 1.001)
            #expect(truth >= (place > 0 ? histogram.bounds[place - 1] : 0) * 0.999)
        }
        #expect(abs(histogram.sum - 250.25) < 0.5, "the sum of 0.5 ms to 500 ms")
    }

    @Test("Series stay bounded, and one that has its labels keeps them")
    func bounds() throws {
        let endpoints = (0..<250).map { "GET /things/\($0)" }
        let stretches = try #require(
            RunStretches(
                (0..<8).map {
                    .init(phase: "p\($0)", isRamp: false, beginNs: $0 * 1_000_000_000, endNs: ($0 + 1) * 1_000_000_000)
                },
                parts: [""]))
        var run = MeasuredRun(endpoints: endpoints, stretches: stretches)
        var metrics = RunMetrics(run.liveRun)
        var known: [[MetricFamily.Label]: Double] = [:]
        for second in 0..<8 {
            for endpoint in endpoints.indices { run.request(at: Double(second) + 0.5, ms: 1, endpoint: endpoint) }
            metrics.take(try run.look(at: Double(second) + 2))
            let series = metrics.families().first { $0.name == "reprise_requests_total" }?.samples ?? []
            #expect(series.count <= RunMetrics.pairLimit + 8)
            #expect(Set(series.map(\.labels)).count == series.count, "no series twice")
            for sample in series {
                #expect(sample.value >= known[sample.labels] ?? 0, "a counter never falls")
                known[sample.labels] = sample.value
            }
        }
        let (last, _) = try run.finish(at: 10)
        metrics.take(last)
        #expect(number(metrics.families(), "reprise_requests_total") == 2000)
    }

    @Test("Hostile endpoint names stay labels of one line, bounded, and of their own")
    func hostileNames() throws {
        let names = [
            "GET /<script>alert(1)</script>", "GET /\u{1B}[31m\n\r", "GET /\u{1B}[31m\n\n", "GET /\"}\\ 1",
            "GET /" + String(repeating: "x", count: 10_000) + "1",
            "GET /" + String(repeating: "x", count: 10_000) + "2",
            "GET /\u{202E}gnp", "=cmd()",
        ]
        var run = MeasuredRun(endpoints: names)
        var metrics = RunMetrics(run.liveRun)
        for index in names.indices { run.request(at: 0.5, ms: 3, endpoint: index) }
        metrics.take(try run.look(at: 2))
        for page in [MetricPage.text, .openMetrics] {
            let text = page.text(metrics.families())
            #expect(text.utf8.count < 100_000)
            #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
            let lines = text.split(separator: "\n").filter { $0.hasPrefix("reprise_requests_total") }
            #expect(lines.count == names.count, "a series for each name")
            #expect(Set(lines).count == names.count, "no series twice")
            #expect(lines.allSatisfy { $0.hasSuffix("\"} 1") }, "each line ends with its value")
        }
    }

    private static func example(at seconds: Double, ms: Double, clone: Int) -> RequestExample {
        let second = { (value: Double) in RunTime(nanoseconds: Int64(value * 1e9)) }
        return RequestExample(
            RequestOutcome(
                endpoint: 0, status: 200, fate: .answered,
                times: RequestTimes(
                    scheduled: second(seconds), ready: second(seconds), started: second(seconds), sent: second(seconds),
                    firstByte: nil, finished: second(seconds + ms / 1000))),
            endpoint: "GET /items", clone: clone, sent: "", received: "")
    }

    @Test("The exemplar of a bucket never gives way to an older one, which a scraper would drop")
    func exemplarsNeverGoBack() throws {
        var run = MeasuredRun()
        var metrics = RunMetrics(run.liveRun)
        run.request(at: 0.5, ms: 250)
        var update = try run.look(at: 2)
        let (older, newer) = (Self.example(at: 0.5, ms: 280, clone: 1), Self.example(at: 0.75, ms: 250, clone: 2))
        for examples in [[older], [older, newer], [newer, older], [older]] {
            update.examples = examples
            metrics.take(update)
        }
        let text = MetricPage.openMetrics.text(metrics.families())
        #expect(text.contains("le=\"0.3\"} 1 # {clone=\"2\"} 0.25 1001"), "\(text)")
    }

    @Test("An exemplar names the recorded exchange and the clone of a slow request")
    func exemplars() throws {
        var run = MeasuredRun()
        var metrics = RunMetrics(run.liveRun)
        run.request(at: 0.5, ms: 250)
        var update = try run.look(at: 2)
        var example = Self.example(at: 0.5, ms: 250, clone: 7)
        for (exchange, labels) in [(123, "exchange=\"123\",clone=\"7\""), (nil, "clone=\"7\"")] as [(UInt64?, String)] {
            example.exchange = exchange
            update.examples = [example]
            metrics.take(update)
            let text = MetricPage.openMetrics.text(metrics.families())
            #expect(text.contains("le=\"0.3\"} 1 # {\(labels)} 0.25 1000.75"), "\(text)")
        }
    }
}
