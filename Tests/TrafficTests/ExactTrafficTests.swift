import Credentials
import Formats
import TestSupport
import Testing

@testable import Traffic

/// What single segments, targets, amounts, times, addresses and counts come to at the edges of each rule, a line a case.
@Suite struct ExactTrafficTests {
    @Test func trafficIsReadExactly() {
        let entries = [
            Self.segments(), Self.targets(), Self.names(), Self.rules(), Self.sizes(), Self.durations(), Self.times(),
            Self.addresses(), Self.losses(), Self.exchanges(),
        ]
        let differences = GoldenTable("traffic.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func entry(_ name: String, _ lines: [String]) -> GoldenTable.Entry {
        GoldenTable.Entry(name, lines.joined(separator: "\n"))
    }

    private static func shown<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }

    /// Segments beside each limit of the rules for numbers, dates, identifiers, digests, words and files.
    private static func segments() -> GoldenTable.Entry {
        let texts = [
            "7", "42", "007", "1.5", "12.5", "123.4", "1.2.3", "1-2", "1_2", "20260131", "2026-01", "2026-1",
            "26-01-31", "2026-01-3", "1234-5", "2026-01-31T1", "2026-01-31t12z",
            "2026-01-31W1", "2026-01-31TZW", "2026-01-31x", "20260131:12", "20260131+12", "20260131*12", "x026-01-31",
            "0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d00", "0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d0",
            "0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d0g", "0b2f0e9e8c7a-4a52-9c39-2f4b8e6f1d000",
            "{0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d00}", "(0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d00)", "deadbeefdeadbee1",
            "deadbeefdeadbe1", "deadbeefdeadbeefg", "DEADBEEFDEADBEE1",
            "ab:123456789", "a:123456789", "ab:12345678", "abcdefgh:abcdef012", "abcdefghi:abcdef012", "ab:12345678g",
            "a-b:123456789", "ab:", "a@b.c", "@b.c", "a@b", "a@.b", "a@b.", "a@b.cd@e",
            "ab_a1b2c3d4e", "a_a1b2c3d4e", "ab_a1b2c3d", "ab-a1b2c3d4e", "ab_abcdefgh1", "ab_123456789", "ab_a1b2c3d4%",
            "abcdefghijklmnop_a1b2c3d4e", "abcdefghijklmnopq_a1b2c3d4e",
            "1.pdf", "1.p", "1.pdfpdf", "1.p9", "1.9p", ".pdf", "a.pdf", "a1b2c3.pdf", "20260131.csv", "1.tar.gz",
            "1.pd-f", "v1", "V10", "v", "vv1", "v1b", "v1b2c", "v1.2.3-rc1", "v1.2.3-rc.1", "1.2.3-rc1",
            "v123456789", "v1234567890", "v1_2", "2x", "x2", "xx2", "a1", "ab12", "abc-1", "abc_12", "abc.12",
            "item%201", "a1b2", "a1b2c", "1a2b3", "1a2b", "a1b", "abcde1", "abcd1f", "fade1", "fade01", "FADE01",
            "FaDe01",
            "abcdefab", "abcdefa", "ABCDEFAB", "AbCdEfAb", "abcdefgh", "AbCdEfGh", "AbCDefGh", "aBCdEFgH", "ABcdefgh",
            "ABCdefgh", "ABCdefghi", "ABCdefghij", "abc-a1b2c", "abc-12345", "abc-a1234", "abc-1234a", "abc-bcdf1",
            "aB1", "aB1c", "aB1cD", "a1B", "ab1cd2", "ab1cd", "bcdfg1h2", "bcdfg1h", "bcd1fgh2", "bcdf1gh2",
            "abed1abe2", "xxxxxxxxxxxxxxxxxx12", "xxxxxxxxxxxxxxxxx12", "xxxxxxxxxxxxxxxxxxx1", "x.xxxxxxxxxxxxxxxx12",
            "x%xxxxxxxxxxxxxxxx12", "12345678901234567890", "a1b2c3d4.js", "a1b2c3d4.min.js", "a1b2c3d4.bundles",
            "a1b2c3d4.bundle", ".a1b2c3", "app.a1b2c3d4.js", "get-user-profile", "get-userpro", "a-b-cdefghij",
            "a-b-cdefghijk",
            "report.pdf", "report.p", "report.pdfpdf", "report.php", "report.PHP", "report.p%f", "report.tar.gz",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", String(repeating: "a", count: 128),
            String(repeating: "a", count: 129),
            "Ann", "ANN", "ann{", "ann`", "anné", "zzz", "ggg", "fff",
        ]
        return entry(
            "segments",
            texts.map { text in
                Array(text.utf8).withUnsafeBufferPointer { bytes in
                    let shape = SegmentShape(bytes)
                    return
                        "\(text): \(shape), \(shown(SegmentGroup(shape, bytes))), plain \(SegmentShape.isPlainWord(bytes)),"
                        + " mixed \(SegmentGroup.isMixed(text))"
                }
            } + [
                "hexadecimal "
                    + (0...UInt8.max).filter(SegmentShape.isHexadecimal).map { "\($0)" }.joined(separator: " ")
            ])
    }

    private static func targets() -> GoldenTable.Entry {
        let targets = [
            "", "/", "*", "h:443", "/a", "/a/", "/a//b", "a/b", "/a?b/c", "/a#b/c", "/a?b#c", "http://h", "http://h/",
            "http://h/a", "http://h?a/b", "https://h/a/42?x=/7", "/users/42", "/users/%34%32", "/users/%3",
            "/users/a%2Fb",
            "/users/%zz", "/users/%C3%A9", "/a;v=1/b", "/a;v=b", "/a;jsessionid=abc", "/a;token=abc", "/a;b;42;c",
            "/42;a=b", "/a;", "/a;=b", "/a;b=", "/reset/abcdefghij", "/reset-password/Ab3dE6gH", "/webhooks/x7Kq9",
            "/verify/a1b2c3d4e5f6",
            "/" + (0..<30).map { "s\($0 % 10)x" }.joined(separator: "/"),
        ]
        return entry(
            "targets",
            targets.map { target in
                var parts: [String] = []
                PathSegments.forEach(of: target) { segment, depth in
                    parts.append("\(depth) '\(segment.text)'\(segment.parameters)\(segment.isValue ? " value" : "")")
                    return depth < 4
                }
                return
                    "\(target): \(Endpoint(method: "GET", target: target).label); \(PathSegments.texts(of: target)); \(parts.joined(separator: ", "))"
            })
    }

    private static func names() -> GoldenTable.Entry {
        let names = [
            "", "new", "NEW", "news", "users", "user", "bus", "ss", "abs", "class", "status", "Status", "v1", "V1", "v",
            "1.0", "1", "v12345678", "v123456789", "v1234567890", "1.23456789", "1.234567890", "x1.0", "address",
            "addresses", "me", "tokens",
        ]
        return entry(
            "reserved names",
            names.map {
                "'\($0)': \(ReservedNames.isReserved($0)) version \(ReservedNames.isVersion($0)) plural \(ReservedNames.isPlural($0))"
            })
    }

    private static func rules() -> GoldenTable.Entry {
        let texts = [
            "", "# GET /a", "GET /a", "/a", "GET a", "GET", "GET /a b", "\n\n/a\nPOST x", "  GET   /users/{id}  ",
            "/a/*", "/*", "/{x}/b", "GET /a\r\nPOST /b",
        ]
        var lines: [String] = []
        for text in texts {
            do throws(EndpointRuleError) {
                let rules = try EndpointRules(parsing: text)
                let found = [
                    ("GET", "/a"), ("POST", "/a"), ("GET", "/a/b"), ("GET", "/a/"), ("GET", "/users/x"),
                    ("GET", "/users/"), ("POST", "/b"),
                ].map { shown(rules.template(method: $0.0, target: $0.1)) }
                lines.append("\(text.utf8.readable): \(found.joined(separator: " "))")
            } catch {
                lines.append("\(text.utf8.readable): \(error)")
            }
        }
        for count in [999, 1000, 1001] {
            let isRefused = (try? EndpointRules(parsing: String(repeating: "/a\n", count: count))) == nil
            lines.append("\(count) rules: \(isRefused ? "too many" : "read")")
        }
        return entry("rules", lines)
    }

    private static func sizes() -> GoldenTable.Entry {
        let texts = [
            "", "5", "5B", "1KiB", "1.5KiB", "1MiB", "1GiB", "1TiB", "1KB", "2MB", "1GB", "1TB", "1kb", "-1", "KiB",
            "1.2.3", "0.4", "0.5", "1 KiB", "9223372036854775807", "8388608TiB", "8388607TiB", "٣",
        ]
        let values: [UInt64] = [
            0, 1, 1023, 1024, 1029, 10_188, 10_240, 102_399, 102_400, 1_048_524, 1_048_575, 1_048_576, 1 << 30, 1 << 40,
            1 << 50, 1 << 60, .max,
        ]
        return entry(
            "sizes",
            texts.map { "'\($0)': \(shown(ByteCount(text: $0)?.bytes))" } + values.map { "\($0): \(ByteCount($0))" } + [
                "\(ByteCount(1) < ByteCount(2)) \(ByteCount(2) < ByteCount(2))"
            ])
    }

    private static func durations() -> GoldenTable.Entry {
        let texts = [
            "", "0", "5", "5s", "1.5s", "1m30s", "2h", "1d", "10ms", "7us", "7µs", "7ns", "0.4ns", "0.5ns", "s", "1x",
            "1s ", "-1s", "1s1", "1.2.3s", "106751d", "106482d", "106481d", "1h1h",
        ]
        var lines = texts.map { text in
            "'\(text)': \(shown(Duration(text: text)?.wholeNanoseconds)) \(shown(ThinkTime(text: text)))"
        }
        for text in ["1s..2s", "2s..1s", "1s..1s", "0..1s", "0..0", "1s..", "..1s", "1s..2", "10ms..20ms"] {
            let time = ThinkTime(text: text)
            let random: [UInt64] = [0, 1, 1_000_000_000, 1_000_000_001, .max]
            let numbers = time.map { time in random.map { "\(time.nanoseconds(random: $0))" }.joined(separator: " ") }
            lines.append("\(text): \(shown(time)) mean \(shown(time?.mean)), \(numbers ?? "none")")
        }
        let spans: [Duration] = [
            .zero, .nanoseconds(1), .milliseconds(1500), .nanoseconds(-1), .seconds(9_223_372_036),
            .seconds(9_223_372_037), .seconds(-9_223_372_037), .nanoseconds(999_999), .nanoseconds(1_999_999),
        ]
        lines += spans.map {
            "\($0): \($0.wholeNanoseconds) ns, \($0.wholeMilliseconds) ms, \($0.seconds) s, \($0.milliseconds) ms"
        }
        return entry("durations", lines)
    }

    private static func times() -> GoldenTable.Entry {
        let numbers: [Int64] = [.min, -1_500_000_000, -1, 0, 1, 1_500_000_000, .max]
        let spans: [Duration] = [.zero, .seconds(1), .seconds(-1), .nanoseconds(Int64.max)]
        var lines: [String] = []
        for number in numbers {
            let (run, capture) = (RunTime(nanoseconds: number), CaptureTime(nanoseconds: number))
            let sums = spans.map {
                "\((run + $0).nanoseconds) \((run - $0).nanoseconds) \((capture + $0).nanoseconds) \((capture - $0).nanoseconds)"
            }
            lines.append(
                "\(number): \(run.seconds) \(capture.seconds) \(capture.second), with spans \(sums.joined(separator: ", "))"
            )
            lines.append(
                "since the others: "
                    + numbers.map {
                        "\(run.nanoseconds(since: RunTime(nanoseconds: $0))) \(run < RunTime(nanoseconds: $0)) \(capture.nanoseconds(since: CaptureTime(nanoseconds: $0))) \(capture < CaptureTime(nanoseconds: $0))"
                    }.joined(separator: ", "))
        }
        lines += ["2026-01-31", "2026-01-31T12:00:00.5Z", "9999-01-01T00:00:00Z", "x"].map {
            "\($0): \(shown(CaptureTime(iso8601: $0)?.iso8601))"
        }
        return entry("times", lines)
    }

    private static func addresses() -> GoldenTable.Entry {
        let addresses = [
            SocketAddress(v4: 0, port: 0), .init(v4: 0x7f00_0001, port: 80), .init(v4: .max, port: .max),
            .init(high: 0, low: 1, port: 80), .init(high: 0, low: 0xfffe_0000_0001, port: 1),
            .init(high: 1, low: 0xffff_7f00_0001, port: 1),
            .init(high: 0x2001_0db8_0000_0001, low: 0x0002_0003_0004_0005, port: 443),
            .init(high: .max, low: .max, port: 1), .init(high: 0, low: 0x1_ffff_0000_0001, port: 1),
        ]
        let versions = HTTPVersion.allCases.map(\.label) + [HTTPScheme.http.label, HTTPScheme.https.label]
        return entry("addresses", addresses.map { "\($0) \($0.isIPv4)" } + [versions.joined(separator: " ")])
    }

    /// Each count by itself.
    private static func losses() -> GoldenTable.Entry {
        let paths: [(String, WritableKeyPath<LossCounts, UInt64>)] = [
            ("kernel", \.kernelDrops), ("interface", \.interfaceDrops), ("truncated", \.truncatedPackets),
            ("gaps", \.gaps), ("bytes", \.gapBytes), ("evictions", \.evictions), ("unparsed", \.unparsedMessages),
            ("opaque", \.opaqueConnections), ("damaged", \.damagedFiles), ("unread", \.unreadPackets),
        ]
        var lines: [String] = []
        var sum = LossCounts()
        for (index, (name, path)) in paths.enumerated() {
            var one = LossCounts()
            one[keyPath: path] = UInt64(index + 1)
            lines.append("\(name): none \(one.isNone), hides \(one.hidesExchanges), \(one.descriptions)")
            for _ in 0..<2 { sum.add(one) }
            var loss = CaptureLoss(second: 7)
            loss.add(CaptureLoss(second: 8))
            let wasEmpty = loss.isEmpty
            loss[dynamicMember: path] = 1
            lines.append("as a loss: \(wasEmpty) \(loss.isNone) \(loss.isEmpty)")
        }
        lines.append("sum \(paths.map { "\(sum[keyPath: $0.1])" }.joined(separator: " ")) \(sum.descriptions)")
        let anomalies: [WritableKeyPath<CaptureAnomalies, UInt64>] = [
            \.clockSteps, \.clockContradictions, \.latePackets, \.repeatedConnections,
        ]
        for path in anomalies {
            var one = CaptureAnomalies()
            one[keyPath: path] = 1
            var loss = CaptureLoss(second: 1)
            loss.anomalies = one
            lines.append("\(one.descriptions): none \(one.isNone), \(loss.isNone) \(loss.isEmpty)")
        }
        var steps = CaptureAnomalies()
        steps.longestClockStepNs = 5
        lines.append("a step alone: \(steps.isNone) \(steps.descriptions)")
        return entry("losses", lines)
    }

    private static func exchanges() -> GoldenTable.Entry {
        func message(_ first: Int64, _ last: Int64, _ isComplete: Bool = true) -> Exchange.Message {
            Exchange.Message(
                head: [1], body: [2, 3], firstByte: CaptureTime(nanoseconds: first),
                lastByte: CaptureTime(nanoseconds: last), isComplete: isComplete)
        }
        let messages: [Exchange.Message?] = [nil, message(5, 9), message(7, 20, false)]
        var lines: [String] = []
        for (number, request) in messages.enumerated() {
            for (other, response) in messages.enumerated() {
                let exchange = Exchange(connection: 1, session: 2, request: request, response: response, status: nil)
                lines.append(
                    "\(number) and \(other): \(exchange.began.nanoseconds) to \(exchange.ended.nanoseconds), complete \(exchange.isComplete)"
                )
            }
        }
        lines.append("body of \(message(1, 2).bodyBytes) bytes")
        return entry("exchanges", lines)
    }
}
