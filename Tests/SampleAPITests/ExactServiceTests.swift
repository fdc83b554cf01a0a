import TestSupport
import Testing

@testable import SampleAPI

/// What the parts of the service compute, at the edges of each rule, a line a case.
@Suite struct ExactServiceTests {
    @Test func theServiceComputesExactly() {
        let entries = [Self.faults(), Self.samplers(), Self.metrics(), Self.pages(), Self.keys(), Self.caches()]
        let differences = GoldenTable("service.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func entry(_ name: String, _ lines: [String]) -> GoldenTable.Entry {
        GoldenTable.Entry(name, lines.joined(separator: "\n"))
    }

    /// How long a request takes, with each fault, before, at and after its beginning.
    private static func faults() -> GoldenTable.Entry {
        var (base, slow, slowRoute, stall, drift, all) = (Faults(), Faults(), Faults(), Faults(), Faults(), Faults())
        base.baseLatency = .milliseconds(3)
        (slow.slowAfter, slow.slowBy) = (.seconds(10), .milliseconds(50))
        (slowRoute.slowAfter, slowRoute.slowBy, slowRoute.slowRoute) = (.seconds(10), .milliseconds(50), "/a")
        (stall.stallAfter, stall.stallFor) = (.seconds(10), .seconds(2))
        drift.driftPerHour = 2
        (all.baseLatency, all.slowAfter, all.slowBy, all.stallAfter, all.stallFor) = (
            .milliseconds(3), .seconds(9), .seconds(1), .seconds(10), .seconds(1)
        )
        all.tailBy = .milliseconds(100)
        let uptimes: [Duration] = [
            .zero, .milliseconds(9_990), .milliseconds(9_998), .milliseconds(9_999), .seconds(10),
            .milliseconds(10_500), .milliseconds(11_998), .seconds(12), .seconds(13), .seconds(3600),
        ]
        var lines: [String] = []
        for (name, faults) in [
            ("none", Faults()), ("base", base), ("slow", slow), ("slow route", slowRoute), ("stall", stall),
            ("drift", drift), ("all", all),
        ] {
            let times = uptimes.map { uptime in
                [nil, "/a", "/b"].map { route in
                    "\(faults.serviceTime(worked: .milliseconds(2), uptime: uptime, route: route, isInTail: route == "/a").components.attoseconds / 1_000_000_000_000)"
                        + "+\(faults.serviceTime(worked: .milliseconds(2), uptime: uptime, route: route).components.seconds) s"
                }.joined(separator: " ")
            }
            lines.append("\(name), µs+s: \(times.joined(separator: " | "))")
        }
        var (tail, tailRoute) = (Faults(), Faults())
        (tail.tailAfter, tailRoute.tailAfter, tailRoute.tailRoute) = (.seconds(5), .seconds(5), "/a")
        for (name, faults) in [("none", Faults()), ("tail", tail), ("tail route", tailRoute)] {
            let found = [Duration.milliseconds(4_999), .seconds(5), .seconds(6)].map { uptime in
                [nil, "/a", "/b"].map { faults.hasSlowTail(uptime: uptime, route: $0) ? "1" : "0" }.joined()
            }
            lines.append("slow tail of \(name): \(found.joined(separator: " "))")
        }
        return entry("faults", lines)
    }

    private static func samplers() -> GoldenTable.Entry {
        var lines = [-1, 0, 0.05, 0.5, 1].map { ratio in
            let sampler = FaultSampler(ratio: ratio, seed: 7)
            return "hits at \(ratio): " + (0..<40).map { _ in sampler.nextIsHit() ? "1" : "0" }.joined()
        }
        for capacity in [1, 2, 4, 8] {
            var counter = DistinctCounter(capacity: capacity)
            let counts = (1...20).map { number -> String in
                counter.see(hash: UInt64(number))
                counter.see(hash: UInt64(number))
                return "\(counter.count)"
            }
            lines.append("distinct with room for \(capacity): \(counts.joined(separator: " "))")
        }
        return entry("samples", lines)
    }

    private static func metrics() -> GoldenTable.Entry {
        let metrics = ServiceMetrics()
        for bound in ServiceMetrics.bounds { for factor in [0.99, 1, 1.01] { metrics.count(seconds: bound * factor) } }
        metrics.count(seconds: 0)
        for event in ServiceMetrics.Event.allCases { for _ in 0...event.rawValue { metrics.count(event) } }
        for path in [
            "/auth/login", "/api/auth/login", "/items", "/auth/", "/auth/" + String(repeating: "x", count: 25),
            "/auth/" + String(repeating: "x", count: 26),
        ] {
            metrics.count(blocked: path, by: .rate)
        }
        metrics.count(blocked: "/auth/login", by: .address)
        for number in 0..<100 { metrics.count(blocked: "/auth/\(number)", by: .address) }
        for label in TokenLabel.allCases { metrics.count(token: label) }
        for name in ["a", "b", "a"] { metrics.count(acceptedToken: name) }
        let reading = metrics.reading
        return entry(
            "metrics",
            [
                "buckets \(reading.buckets), \(reading.timed) in \(reading.seconds)",
                "events "
                    + ServiceMetrics.Event.allCases.map { "\($0) \(reading.events[$0] ?? -1)" }.joined(separator: " "),
                "blocks \(reading.blocks.count): "
                    + reading.blocks.map { "\($0.key.endpoint) \($0.key.limit) \($0.value)" }.sorted().joined(
                        separator: ", "),
                "tokens "
                    + TokenLabel.allCases.map { "\($0) \(reading.tokens[$0] ?? -1) \($0.refusal ?? "none")" }.joined(
                        separator: ", "),
                "distinct \(reading.distinctAcceptedTokens)",
            ])
    }

    /// The sums of the pages of several processes.
    private static func pages() -> GoldenTable.Entry {
        let one = """
            # HELP a_total A.
            # TYPE a_total counter
            a_total{x="1"} 3
            a_total 0.5
            # HELP g G.
            # TYPE g gauge
            g 7
            # HELP process_start_time_seconds S.
            # TYPE process_start_time_seconds gauge
            process_start_time_seconds 100
            # HELP h H.
            # TYPE h histogram
            h_bucket{le="1"} 2

            """
        let two =
            one.replacing("3\n", with: "4\n").replacing(" 100", with: " 90").replacing("G.", with: "Other.")
            + "# HELP\n# TYPE b\nloose 5\nbad x\nword\nh_sum 1000000000000000\n"
        var lines: [String] = []
        for (name, pages) in [
            ("none", []), ("one", [(one, true)]), ("both", [(one, true), (two, true)]),
            ("the second ended", [(one, true), (two, false)]), ("the first ended", [(one, false), (two, true)]),
        ] as [(String, [(text: String, isAlive: Bool)])] {
            lines.append("sum of \(name)")
            lines += WorkerMetrics.sum(pages).split(separator: "\n").map(String.init)
        }
        return entry("pages", lines)
    }

    private static func keys() -> GoldenTable.Entry {
        let keys = [
            Key128.zero, Key128(high: 0, low: 1), Key128(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210),
            Key128(high: .max, low: .max),
        ]
        var lines = keys.map { key in
            let text = key.text(prefix: "itm_")
            return
                "\(text) \(Key128(text: text, prefix: "itm_") == key) \(Key128(text: text, prefix: "tok_") == nil) \(key.text(prefix: ""))"
        }
        let whole = "k" + String(repeating: "0a", count: 16)
        for text in [
            whole, String(whole.dropLast()), whole + "0", whole.uppercased(), whole.replacing("a", with: "g"), "", "k",
        ] {
            lines.append("\(text): \(Key128(text: text, prefix: "k").map { "\($0.high) \($0.low)" } ?? "none")")
        }
        return entry("keys", lines)
    }

    private static func caches() -> GoldenTable.Entry {
        var lines: [String] = []
        for capacity in [1, 3] {
            var order = RecencyList(capacity: capacity)
            let steps = [0, 1, 2, 0, 0, 2, 1].filter { $0 < capacity }
            let oldest = steps.map { place -> String in
                order.use(place)
                return "\(place)→\(order.oldest)"
            }
            lines.append("oldest of \(capacity): \(oldest.joined(separator: " "))")
        }
        for bytes in [0, 4095, 4096, 8191, 8192, 40_960] {
            guard var cache = FilledCache(byteCount: bytes, seed: 3) else {
                lines.append("cache of \(bytes) bytes: none")
                continue
            }
            var held: [String] = []
            for _ in 0..<30 {
                cache.ask()
                held.append("\(cache.heldBytes / FilledCache.entryBytes)")
            }
            lines.append("cache of \(bytes) bytes holds \(held.joined(separator: " "))")
        }
        return entry("caches", lines)
    }
}
