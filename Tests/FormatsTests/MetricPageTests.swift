import Formats
import Testing

struct MetricPageTests {
    @Test(
        "OpenMetrics is given to those who ask for it",
        arguments: [
            (nil, MetricPage.text, "nothing asked"), ("*/*", .text, "anything"), ("text/plain", .text, "text"),
            ("application/openmetrics-text", .openMetrics, "named"),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                .openMetrics, "as Prometheus asks"
            ),
            ("application/openmetrics-text;q=0.3, text/plain;q=0.9", .text, "text is wanted more"),
            ("application/openmetrics-text;q=0", .text, "refused"), ("application/json", .text, "neither"),
        ] as [(String?, MetricPage, String)])
    func accept(header: String?, page: MetricPage, reason: String) {
        #expect(MetricPage(accept: header) == page, "\(reason)")
    }

    private var families: [MetricFamily] {
        var histogram = MetricFamily.Histogram(bounds: [0.5, 1], cumulative: [1, 2], count: 3, sum: 3.25)
        histogram.exemplars[1] = MetricFamily.Exemplar(
            labels: [.init("exchange", "12")], value: 0.75, time: 1_700_000_000)
        return [
            MetricFamily(
                "a_requests_total", .counter, help: "Requests.", [.init([.init("path", "/\"\\\n")], .number(7))]),
            MetricFamily("a_ratio", .gauge, help: "Share.", 0.25),
            MetricFamily("a_seconds", .histogram, help: "Times.", [.init([], .histogram(histogram))]),
        ]
    }

    @Test("The text format")
    func text() {
        #expect(
            MetricPage.text.text(families) == """
                # HELP a_requests_total Requests.
                # TYPE a_requests_total counter
                a_requests_total{path="/\\"\\\\\\n"} 7
                # HELP a_ratio Share.
                # TYPE a_ratio gauge
                a_ratio 0.25
                # HELP a_seconds Times.
                # TYPE a_seconds histogram
                a_seconds_bucket{le="0.5"} 1
                a_seconds_bucket{le="1.0"} 2
                a_seconds_bucket{le="+Inf"} 3
                a_seconds_sum 3.25
                a_seconds_count 3

                """)
    }

    @Test("OpenMetrics: counters without their suffix, exemplars, an end")
    func openMetrics() {
        let text = MetricPage.openMetrics.text(families)
        #expect(text.hasPrefix("# HELP a_requests Requests.\n# TYPE a_requests counter\na_requests_total{"))
        #expect(text.contains("a_seconds_bucket{le=\"1.0\"} 2 # {exchange=\"12\"} 0.75 1700000000.000\n"))
        #expect(text.hasSuffix("# EOF\n"))
    }
}
