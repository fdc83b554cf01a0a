import Formats
import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct MetricsTests {
    @Test func theTextIsWhatPrometheusReads() async throws {
        let under = await ServiceUnderTest()
        let token = try await under.logIn().accessToken
        _ = try await under.send(.get, "/api/protected", token: token)
        let answer = try await under.send(.get, "/metrics")
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.body.hasSuffix("\n"))
        var described: Set<Substring> = []
        var family: Substring = ""
        for line in answer.body.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            switch (words[0], words[1]) {
            case ("#", "HELP"):
                #expect(described.insert(words[2]).inserted, "a family is described once: \(line)")
                #expect(words.count == 4)
                family = words[2]
            case ("#", "TYPE"):
                #expect(words[2] == family)
                #expect(["counter", "gauge"].contains(words[3]))
            default:
                #expect(line.hasPrefix(family + " ") || line.hasPrefix(family + "{"), "\(line)")
                #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
            }
        }
    }

    @Test func requestsAreCountedByRouteAndStatus() async throws {
        let under = await ServiceUnderTest()
        let token = try await under.logIn().accessToken
        for id in ["itm_1", "itm_2", "itm_3"] { _ = try await under.send(.get, "/api/v1/items/\(id)", token: token) }
        _ = try await under.send(.get, "/somewhere/else")
        _ = try await under.send(try #require(HTTPRequest.Method("BREW")), "/pot")
        let name = "sample_api_requests_total"
        #expect(try await under.metric(name + #"{method="GET",route="/api/v1/items/{id}",status="404"}"#) == 3)
        #expect(try await under.metric(name + #"{method="POST",route="/auth/login",status="200"}"#) == 1)
        #expect(try await under.metric(name + #"{method="GET",route="NotFound",status="404"}"#) == 1)
        #expect(try await under.metric(name + #"{method="other",route="NotFound",status="404"}"#) == 1)
    }

    @Test func labelsAreEscaped() {
        var text = PrometheusText()
        text.add("m", .gauge, help: "Help.", [(labels: [("a", "x\\y\"z\nw")], value: 1)])
        #expect(text.text == "# HELP m Help.\n# TYPE m gauge\nm{a=\"x\\\\y\\\"z\\nw\"} 1\n")
    }

    @Test func theProcessSaysWhatItTakes() async throws {
        let under = await ServiceUnderTest()
        let resident = try #require(try await under.metric("process_resident_memory_bytes"))
        #expect(resident > 0x1p20)
        let seconds = try #require(try await under.metric("process_cpu_seconds_total"))
        #expect(seconds > 0)
    }

    @Test func distinctThingsAreCountedExactlyAndThenEstimated() {
        var counter = DistinctCounter(capacity: 1000)
        func hash(_ number: UInt64) -> UInt64 {
            var mixed = number &* 0x9E37_79B9_7F4A_7C15
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        for _ in 0..<2 {
            for number in 1...1000 as ClosedRange<UInt64> { counter.see(hash: hash(number)) }
        }
        #expect(counter.count == 1000)
        for number in 1...100_000 as ClosedRange<UInt64> { counter.see(hash: hash(number)) }
        // Five standard errors at a capacity of 1,000 are 19 %.
        #expect((81_000...119_000).contains(counter.count))
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\t\r\u{1}", #""\n\t\r\u0001""#), ("ü🦊", #""ü🦊""#),
    ])
    func textsAreJSONStrings(_ text: String, _ json: String) {
        #expect(JSONText.quoted(text) == json)
    }
}
