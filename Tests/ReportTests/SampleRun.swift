import Analysis
import Measurement
import Report

/// A small run with something in every part of it, and variants of it.
enum SampleRun {
    static func percentiles(_ scale: Double) -> Percentiles {
        Percentiles(
            p50: 2 * scale, p90: 4 * scale, p95: 7 * scale, p99: 16 * scale, p999: 48 * scale, max: 410 * scale,
            mean: 3 * scale)
    }

    private static func endpoint(_ name: String, requests: Int, failures: Int, scale: Double) -> EndpointSummary {
        var times = TimeFigures()
        times[.turnaround] = percentiles(scale)
        times[.service] = percentiles(scale)
        return EndpointSummary(
            endpoint: name, requests: requests, failures: failures, failureRatio: Double(failures) / Double(requests),
            requestsPerSecond: Double(requests) / 60, times: times)
    }

    static func summary(endpoint: String = "GET /items", verdict: Verdict = .fail) -> RunSummary {
        var summary = RunSummary()
        summary.requests = 12_345
        summary.answers = 12_333
        summary.failures = 12
        summary.failuresByKind = [.init(kind: .timeout, count: 12)]
        summary.failureCauses = [
            .init(
                endpoint: endpoint, expectedStatus: 200, kind: .timeout, count: 12, firstSeconds: 3, lastSeconds: 47,
                example: "GET /items HTTP/1.1")
        ]
        summary.failureRatio = 12.0 / 12_345
        summary.throughputRps = 205.75
        summary.durationSeconds = 60
        summary.sessions = .init(planned: 100, started: 100, completed: 99, cut: 1, peakConcurrent: 100)
        summary.connections = .init(opened: 104, peakOpen: 100)
        for (kind, scale) in [
            (TimeKind.response, 1.0), (.turnaround, 0.95), (.service, 0.9), (.sendLag, 0.01), (.held, 0),
            (.connect, 0.1),
        ] { summary.times[kind] = percentiles(scale) }
        summary.endpoints = [
            Self.endpoint(endpoint, requests: 12_000, failures: 12, scale: 1),
            Self.endpoint("POST /login", requests: 345, failures: 0, scale: 2),
        ]
        summary.tokens = .init(minted: 1, bound: 2000, refreshed: 3, rejected: 0)
        summary.generator = .init(cpuRatio: 0.25, peakRSSBytes: 64 << 20, saturated: false)
        summary.soak = [
            .init(
                kind: .memory, subject: "pid 7 rss", verdict: .growing, ratePerHour: 112 * 1_048_576,
                ratePerHourLow: 100 * 1_048_576, ratePerHourHigh: 124 * 1_048_576, change: 2 * 1_048_576,
                bytesPerRequest: 170, pValue: 0.0001, explanation: "Resident memory rose through the whole run.")
        ]
        summary.gates = [
            .init(gate: "no-leak", outcome: .failed, figure: "pid 7 grew by 112 MiB per hour"),
            .init(gate: "p95<500ms", outcome: .passed, figure: "p95 = 7 ms"),
        ]
        summary.verdict = verdict
        summary.warnings = ["The run was short."]
        return summary
    }

    /// A series of `windows` seconds with a gap in the middle of its percentiles.
    static func series(windows: Int) -> RunSeries {
        let seconds = (0..<windows).map(Double.init)
        let ripple = (0..<windows).map { Double($0 * 7919 % 101) }
        let times: [Double?] = ripple.indices.map { index in
            windows > 10 && index == windows / 2 ? nil : 2 + ripple[index] / 100
        }
        return RunSeries(
            seconds: seconds, requestsPerSecond: ripple.map { 200 + $0 },
            failuresPerSecond: ripple.map { $0 > 95 ? 1 : 0 },
            concurrentSessions: ripple.map { _ in 100 }, p50Ms: times, p95Ms: times.map { $0.map { $0 * 3 } },
            p99Ms: times.map { $0.map { $0 * 8 } },
            targets: [
                .init(
                    name: "pid 7 (api)", seconds: seconds, rssBytes: ripple.indices.map { 5e7 + 3e4 * Double($0) },
                    cpuCores: ripple.map { $0 / 100 }, openFiles: ripple.map { _ in 114 },
                    threads: ripple.map { _ in 9 })
            ],
            distribution: (0..<60).map { index in
                RunSeries.Bucket(fromMs: Double(index) / 4, toMs: Double(index + 1) / 4, count: 1000 / (index + 1))
            })
    }

    static let caption = RunCaption(title: "A small run", facts: [.init(name: "Speed", value: "10×")])

    /// Nothing finished, nothing was watched, nothing was judged.
    static var empty: RunSummary {
        var summary = summary(verdict: .none)
        (summary.requests, summary.failures, summary.failureRatio) = (0, 0, 0)
        (summary.throughputRps, summary.durationSeconds) = (0, 0)
        (summary.failuresByKind, summary.endpoints, summary.soak) = ([], [], [])
        (summary.failureCauses, summary.answers) = (nil, 0)
        (summary.gates, summary.warnings) = ([], [])
        for kind in TimeKind.allCases { summary.times[kind] = percentiles(0) }
        return summary
    }
}
