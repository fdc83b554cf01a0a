import Formats
import Foundation
import TestSupport
import Testing
import Traffic

@testable import Plan

/// The whole script of recordings with one thing to find each, exactly: what is bound, to what, how it is written, when
/// it is sent, and what is told of it.
@Suite struct ExactPlanTests {
    private static func text(_ template: Template) -> String {
        var text = ""
        var start = 0
        for place in template.places {
            text +=
                template.literal[start..<Int(place.offset)].readable + "⟨\(place.value) \(plainText(place.encoding))⟩"
            start = Int(place.offset)
        }
        return text + template.literal[start...].readable
    }

    private static func text(_ request: RequestScript) -> String {
        let fields = request.fields.map { "\($0.name): \(text($0.value))" }
        var lines = ["\(request.method) \(text(request.target)) to \(request.authority ?? "none")"]
        lines += fields.filter { !$0.hasPrefix("Content-Length") && !$0.hasPrefix("Host") }
        if !request.body.isEmpty { lines.append("body \(text(request.body))") }
        lines.append(
            "at \(request.offsetNs)…\(request.endOffsetNs ?? -1), think \(request.thinkNs), after \(request.predecessors), "
                + "connection \(request.connection)\(request.isLastOfConnection ? ", the last" : ""), endpoint \(request.endpoint), "
                + "expects \(request.expectedStatus ?? 0), \(request.responseBytes) bytes, took \(request.recordedServiceNs ?? -1)"
        )
        if !request.neededValues.isEmpty { lines.append("needs \(request.neededValues)") }
        if request.takesCookies || !request.cookieNames.isEmpty {
            lines.append(
                "cookies \(request.cookieNames.map(\.readable)) from \(request.cookieSources), sets \(request.setCookies.map(\.readable)), "
                    + "takes \(request.takesCookies)")
        }
        lines += request.sources.map { "source \(plainText($0))" }
        if !request.grants.isEmpty || request.renews != nil {
            lines.append("grants \(request.grants), renews \(request.renews ?? -1)")
        }
        if request.isPrelude { lines.append("prelude") }
        let recorded = Mirror(reflecting: request).children.filter { $0.label?.hasPrefix("recorded") == true }
        lines.append("recorded \(recorded.map { plainText($0.value) }.joined(separator: " "))")
        return lines.joined(separator: "\n")
    }

    private static func text(_ plan: ReplayPlan) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines: [String] = []
        for script in plan.scripts.prefix(1) {
            lines.append(
                "session \(script.sessionNumber), \(script.plannedDurationNs) ns, \(script.connectionCount) connections, "
                    + "\(script.peakConnections) at once")
            lines += zip(script.values, script.recordedValues).enumerated().map { index, value in
                "value \(index) \(plainText(value.0)) recorded \(value.1.readable)"
            }
            lines += script.grants.map { "grant \(plainText($0))" }
            lines += script.requests.dropFirst().map(text) + script.renewalRequests.map { "renewal " + text($0) }
        }
        lines.append("endpoints \(plan.endpoints.map(\.label))")
        // One finding a line, so that a difference shows where it is.
        let findings = String(decoding: try encoder.encode(plan.findings), as: UTF8.self)
        lines += findings.replacing(",\"", with: ",\n\"").split(separator: "\n").map(String.init)
        return lines.joined(separator: "\n")
    }

    private static func recording(_ kind: PlantedValues.Kind, session: UInt32, startMs: Int64) -> Recording {
        var random = SplitMix64(seed: UInt64(session) &* 7919)
        let value = kind.value(&random)
        let (answer, sent) = (kind.answer(value), kind.use(value))
        var recording = Recording(session: session, startMs: startMs)
        recording.connection = session
        recording.add("GET", "/start", answer: #"{"hello":"\#(PlantedValues.letters(8, &random))"}"#)
        func ask() {
            recording.add(
                kind.sent == nil ? "GET" : "POST", "/source", body: kind.sent?(value) ?? "", answer: answer.body,
                answerFields: answer.fields, answerType: answer.type, gapMs: 30)
        }
        func use(_ gap: Int64) {
            recording.add(
                sent.method, sent.target, fields: sent.fields, body: sent.body, type: sent.type, status: 201,
                answer: #"{"ok":true}"#,
                gapMs: gap)
        }
        if kind.comesFirst { use(20) }
        ask()
        use(40)
        if !kind.comesFirst { use(15) }
        return recording
    }

    private static let kinds =
        PlantedValues.planted + PlantedValues.decoys

    @Test func plansAreExact() throws {
        var seen: Set<String> = []
        var entries: [GoldenTable.Entry] = []
        for kind in Self.kinds where seen.insert(kind.name).inserted {
            let sessions = [
                Self.recording(kind, session: 1, startMs: 0).recorded,
                Self.recording(kind, session: 2, startMs: 100).recorded,
            ]
            let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
            // The second session shows what two have in common; its script is left out, since it is like the first.
            entries.append(
                GoldenTable.Entry(kind.name, try Self.text(plan).replacing("\(Recording.epochNs)", with: "epoch")))
        }
        let differences = GoldenTable("plans.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
