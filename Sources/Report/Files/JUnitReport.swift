public import Analysis
import Traffic

/// A run's gates as tests in JUnit's XML, which build servers show.
///
/// A gate that lacked data is skipped, or failed where the run's verdict says so. Without gates each soak test is one.
public struct JUnitReport {
    private let summary: RunSummary
    private let name: String

    /// - Parameter name: of the run.
    public init(_ summary: RunSummary, name: String) {
        self.summary = summary
        self.name = name
    }

    /// The document.
    public var text: String {
        let cases = summary.gates.isEmpty ? summary.soak.map(soakCase) : summary.gates.map(gateCase)
        let failed = cases.count { $0.contains("<failure") }
        let skipped = cases.count { $0.contains("<skipped") }
        let seconds = summary.durationSeconds.formatted(decimals: 3)
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(failed)\" errors=\"0\" skipped=\"\(skipped)\" time=\"\(seconds)\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(counts)>
              <testsuite name="\(JUnitReport.escaped(name))" \(counts)>
            \(cases.joined())  </testsuite>
            </testsuites>

            """
    }

    private func gateCase(_ gate: RunSummary.GateResult) -> String {
        switch gate.outcome {
        case .passed: testCase(gate.gate, "gates", nil, gate.figure)
        case .failed: testCase(gate.gate, "gates", "failure", gate.figure)
        case .inconclusive: testCase(gate.gate, "gates", "skipped", "inconclusive: \(gate.figure)")
        }
    }

    private func soakCase(_ finding: RunSummary.SoakFinding) -> String {
        let element: String? =
            switch finding.verdict {
            case .growing: "failure"
            case .stable: nil
            case .inconclusive: "skipped"
            }
        return testCase("\(finding.kind): \(finding.subject)", "soak", element, finding.explanation)
    }

    private func testCase(_ name: String, _ group: String, _ element: String?, _ message: String) -> String {
        let content =
            element.map { "      <\($0) message=\"\(JUnitReport.escaped(message))\"/>" }
            ?? "      <system-out>\(JUnitReport.escaped(message))</system-out>"
        return
            "    <testcase classname=\"reprise.\(group)\" name=\"\(JUnitReport.escaped(name))\">\n\(content)\n    </testcase>\n"
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
