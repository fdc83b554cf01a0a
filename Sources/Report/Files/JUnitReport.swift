public import Analysis
import Formats
import Traffic

/// A run's gates as tests in JUnit's XML, which build servers show.
///
/// A failure here is a gate that failed, or one that lacked data where that fails the run. Without gates each soak test is one,
/// and so is that requests were answered at all.
public struct JUnitReport {
    private let suites: [(name: String, summary: RunSummary)]
    private let name: String

    /// - Parameter name: of the run.
    public init(_ summary: RunSummary, name: String) { self.init(suites: [(name, summary)], name: name) }

    /// Several runs as suites of one document.
    ///
    /// - Parameter name: of all of them.
    public init(suites: [(name: String, summary: RunSummary)], name: String) {
        self.suites = suites
        self.name = name
    }

    /// The document.
    public var text: String {
        let texts = suites.map { JUnitSuite($0.summary, name: $0.name) }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(JUnitSuite.counts(of: texts))>
            \(texts.map(\.text).joined())</testsuites>

            """
    }
}

/// One run's gates in a JUnit document.
private struct JUnitSuite {
    private let summary: RunSummary
    private let name: String
    private var cases: [String] = []

    init(_ summary: RunSummary, name: String) {
        self.summary = summary
        self.name = name
        cases = summary.gates.isEmpty ? [answerCase] + summary.soak.map(soakCase) : summary.gates.map(gateCase)
    }

    static func counts(of suites: [JUnitSuite]) -> String {
        let cases = suites.flatMap(\.cases)
        let failed = cases.count { $0.contains("<failure") }
        let skipped = cases.count { $0.contains("<skipped") }
        let seconds = suites.reduce(0) { $0 + $1.summary.durationSeconds }.formatted(decimals: 3)
        return
            "tests=\"\(cases.count)\" failures=\"\(failed)\" errors=\"0\" skipped=\"\(skipped)\" time=\"\(seconds)\""
    }

    var text: String {
        "  <testsuite name=\"\(JUnitSuite.escaped(name))\" \(JUnitSuite.counts(of: [self]))>\n"
            + cases.joined() + output + "  </testsuite>\n"
    }

    private func gateCase(_ gate: GateResult) -> String {
        switch gate.outcome {
        case .passed: testCase(gate.gate, "gates", nil, gate.figure)
        case .failed: testCase(gate.gate, "gates", "failure", gate.figure)
        case .inconclusive:
            testCase(
                gate.gate, "gates", failsInconclusive ? "failure" : "skipped", "inconclusive: \(gate.figure)")
        }
    }

    /// Whether the run's verdict comes of a gate that lacked data.
    private var failsInconclusive: Bool {
        summary.verdict == .fail && !summary.gates.contains { $0.outcome == .failed }
    }

    /// Without gates: whether anything came back as it should.
    private var answerCase: String {
        testCase(
            "requests succeed", "run", summary.isWithoutSuccess ? "failure" : nil,
            summary.isWithoutSuccess ? summary.headline : summary.requestSentence)
    }

    /// What every report begins with, and how requests failed.
    private var output: String {
        let causes = (summary.failureCauses ?? []).prefix(JUnitSuite.mostCauses).map { cause in
            "\(cause.endpoint): \(cause.expectedText) expected, \(cause.receivedText): \(cause.causeText): "
                + "\(Quantity.count(cause.count)) × \(cause.seenText)" + (cause.root.map { " (\($0))" } ?? "")
                + (cause.example.map { ", e.g. \($0)" } ?? "")
        }
        let lines = [summary.headline] + causes
        return "    <system-out>\(lines.map(JUnitSuite.escaped).joined(separator: "\n"))</system-out>\n"
    }

    /// Rows of the table of failures that are written.
    private static let mostCauses = 50

    private func soakCase(_ finding: SoakFinding) -> String {
        let element: String? =
            switch finding.verdict {
            case .growing: "failure"
            case .stable: nil
            case .inconclusive: "skipped"
            }
        return testCase("\(finding.kind.rawValue): \(finding.subject)", "soak", element, finding.explanation)
    }

    private func testCase(_ name: String, _ group: String, _ element: String?, _ message: String) -> String {
        let content =
            element.map { "      <\($0) message=\"\(JUnitSuite.escaped(message))\"/>" }
            ?? "      <system-out>\(JUnitSuite.escaped(message))</system-out>"
        return
            "    <testcase classname=\"reprise.\(group)\" name=\"\(JUnitSuite.escaped(name))\">\n\(content)\n    </testcase>\n"
    }

    /// Text for XML 1.0, which has no way to write most control characters.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            default:
                let isControl = scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff
                result.unicodeScalars.append(isControl ? "\u{fffd}" : scalar)
            }
        }
    }
}
