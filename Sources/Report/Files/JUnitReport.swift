public import Analysis
import Formats
import Traffic

/// Gates as tests in JUnit's XML, which build servers show: one suite per run or scenario, one case per gate.
///
/// A failure is a gate that failed, or lacked data if that fails the run; otherwise a gate without data is skipped, and
/// so is a goal that is not met. Without gates, each soak test is a case, and so is whether requests were answered at
/// all. The document is valid by the schemas of Ant (windyroad) and of Jenkins; elements that only one of them knows
/// are left out.
public struct JUnitReport {
    private let suites: [JUnitSuite]

    /// A run.
    ///
    /// - Parameters:
    ///   - name: the name of the run.
    ///   - startedAt: in seconds since 1970.
    public init(_ summary: RunSummary, name: String, startedAt: Double = 0) {
        suites = [JUnitSuite(summary, name: name, startedAt: startedAt)]
    }

    /// A campaign: one suite per scenario.
    public init(_ result: CampaignResult) {
        suites = result.scenarios.map { JUnitSuite($0, of: result) }
    }

    /// The document.
    public var text: String {
        let texts = suites.enumerated().map { $0.element.text(number: $0.offset) }.joined()
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
            \(texts)</testsuites>

            """
    }
}

/// One run's or scenario's gates in a JUnit document.
private struct JUnitSuite {
    private let name: String
    private let startedAt: Double
    private let host: String
    private let seconds: Double
    private var cases: [Case] = []
    /// Lines for the output section under the cases.
    private var output: [String] = []

    private enum Outcome: Equatable {
        case passed
        case failure
        case error
        case skipped
    }

    private struct Case {
        var classname: String
        var name: String
        var outcome: Outcome
        var message: String
    }

    /// The most rows of the table of failures that are written.
    private static let mostCauses = 50

    init(_ summary: RunSummary, name: String, startedAt: Double) {
        self.name = name
        self.startedAt = startedAt
        host = "localhost"
        seconds = summary.durationSeconds
        // The run may have failed because of a gate that lacked data.
        let isStrict = summary.verdict == .fail && !summary.gates.contains { $0.outcome == .failed }
        if summary.gates.isEmpty {
            cases = [
                Case(
                    classname: "\(name).run", name: "requests succeed",
                    outcome: summary.isWithoutSuccess ? .failure : .passed,
                    message: summary.isWithoutSuccess ? summary.headline : summary.requestSentence)
            ]
            cases += summary.soak.map { finding in
                let outcome: Outcome =
                    switch finding.verdict {
                    case .growing: .failure
                    case .stable: .passed
                    case .inconclusive: .skipped
                    }
                return Case(
                    classname: "\(name).soak", name: "\(finding.kind.rawValue): \(finding.subject)", outcome: outcome,
                    message: finding.explanation)
            }
        } else {
            cases = summary.gates.map { JUnitSuite.gate($0, classname: "\(name).gates", isStrict: isStrict) }
        }
        output = [summary.headline]
        output += (summary.failureCauses ?? []).explained.prefix(JUnitSuite.mostCauses).map { cause, note in
            "\(cause.endpoint): \(cause.expectedText) expected, \(cause.receivedText): \(note ?? cause.kind.words): "
                + "\(Quantity.count(cause.count)) × \(cause.seenText)"
                + (cause.exampleText.map { ", e.g. \($0)" } ?? "")
        }
    }

    init(_ scenario: ScenarioResult, of campaign: CampaignResult) {
        name = scenario.name
        startedAt = campaign.startedAt
        host = campaign.provenance?.host.name ?? "localhost"
        seconds = scenario.phases.reduce(0) { $0 + $1.seconds }
        let isStrict = scenario.verdict == .fail && !scenario.gates.contains { $0.outcome == .failed }
        if let problem = scenario.problem {
            cases.append(Case(classname: name, name: "finishes", outcome: .error, message: problem))
        }
        cases += scenario.gates.map { gate in
            let own = JUnitSuite.phase(of: gate, in: scenario)
            return JUnitSuite.gate(gate, classname: own.map { "\(name).\($0)" } ?? name, isStrict: isStrict)
        }
        cases += scenario.goals.map { goal in
            Case(
                classname: "\(name).goals", name: goal.gate, outcome: goal.outcome == .passed ? .passed : .skipped,
                message: "\(goal.outcome == .failed ? "not met: " : "")\(goal.figure)")
        }
        if cases.isEmpty {
            cases = [
                Case(
                    classname: name, name: "is run", outcome: .passed, message: "no gate says what must hold")
            ]
        }
        output = ["\(scenario.name): \(scenario.outcome.rawValue)"] + scenario.warnings
    }

    /// The phase whose name a gate's label begins with.
    private static func phase(of gate: GateResult, in scenario: ScenarioResult) -> String? {
        scenario.phases.first { gate.gate.hasPrefix("\($0.name): ") }?.name
    }

    private static func gate(_ gate: GateResult, classname: String, isStrict: Bool) -> Case {
        switch gate.outcome {
        case .passed: Case(classname: classname, name: gate.gate, outcome: .passed, message: gate.figure)
        case .failed: Case(classname: classname, name: gate.gate, outcome: .failure, message: gate.figure)
        case .inconclusive:
            Case(
                classname: classname, name: gate.gate, outcome: isStrict ? .failure : .skipped,
                message: "inconclusive: \(gate.figure)")
        }
    }

    func text(number: Int) -> String {
        let time = UTCDateTime(secondsSinceEpoch: startedAt)?.zonelessText ?? "1970-01-01T00:00:00"
        let length = seconds.isFinite ? max(0, seconds).formatted(decimals: 3) : "0"
        let counts = [Outcome.failure, .error, .skipped].map { outcome in cases.count { $0.outcome == outcome } }
        let lines = output + cases.filter { $0.outcome == .passed }.map { "✓ \($0.name): \($0.message)" }
        return """
              <testsuite id="\(number)" package="reprise" name="\(Self.escaped(name))" timestamp="\(time)" \
            hostname="\(Self.escaped(host))" tests="\(cases.count)" failures="\(counts[0])" errors="\(counts[1])" \
            skipped="\(counts[2])" time="\(length)">
                <properties/>
            \(cases.map(Self.text).joined())\
                <system-out>\(lines.map(Self.escaped).joined(separator: "\n"))</system-out>
                <system-err/>
              </testsuite>

            """
    }

    private static func text(_ own: Case) -> String {
        let message = escaped(own.message)
        let content: String? =
            switch own.outcome {
            case .passed: nil
            case .failure: "<failure message=\"\(message)\" type=\"gate\"/>"
            case .error: "<error message=\"\(message)\" type=\"scenario\"/>"
            case .skipped: "<skipped message=\"\(message)\"/>"
            }
        let opening =
            "    <testcase classname=\"\(escaped(own.classname))\" name=\"\(escaped(own.name))\" time=\"0\""
        return content.map { "\(opening)>\n      \($0)\n    </testcase>\n" } ?? "\(opening)/>\n"
    }

    /// Text for XML 1.0, which cannot represent most control characters; characters that change the text direction are
    /// removed too.
    private static func escaped(_ text: String) -> String {
        let shown = text.displayable
        let result = shown.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default:
                let isNone = scalar.value == 0xfffe || scalar.value == 0xffff
                result.unicodeScalars.append(isNone ? "\u{fffd}" : scalar)
            }
        }
        // The schemas do not accept a name of spaces only.
        return result.allSatisfy(\.isWhitespace) ? "–" : result
    }
}
