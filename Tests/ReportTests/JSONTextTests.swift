import Analysis
import Formats
import FoundationEssentials
import Report
import Testing

@Suite("Figures as JSON")
struct JSONTextTests {
    @Test("A summary survives being written and read")
    func roundTrip() throws {
        let summary = SampleRun.summary()
        let data = try JSONText.encode(summary)
        #expect(try JSONDecoder().decode(RunSummary.self, from: data) == summary)
    }

    @Test("Keys are in alphabetical order, slashes are not escaped, and text for programs is one line")
    func form() throws {
        let data = try JSONText.encode(["b": "/x", "a": "y"], isPretty: false)
        #expect(String(decoding: data, as: UTF8.self) == #"{"a":"y","b":"/x"}"#)
    }

    @Test("Numbers JSON lacks do not lose the rest")
    func unusualNumbers() throws {
        let data = try JSONText.encode([Double.infinity, 1], isPretty: false)
        #expect(String(decoding: data, as: UTF8.self) == #"["inf",1]"#)
    }
}
