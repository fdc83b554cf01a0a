import Formats
import Plan
import TestSupport
import Testing
import Traffic

@testable import Measurement
@testable import Replay

/// Whole runs of a worker on a scripted network, with sessions, options and responses drawn at random: what is sent
/// when, and every count, exactly.
@Suite struct ExactRunTests {
    private static func text(_ run: ScriptedRun) -> String {
        var lines = [run.sent.map { $0.replacing("recorded.example", with: "h") }.joined(separator: ", ")]
        lines.append("ended at \(run.ended.nanoseconds)")
        lines.append(
            run.fates.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key) \($0.value)" }.joined(
                separator: ", "))
        lines.append(plainText(run.counts).replacing("byFate", with: "fates"))
        // Each request of a window: its endpoint, fate, and times by kind.
        for window in run.record where !window.samples.isEmpty {
            let samples = window.samples.map { sample in
                "\(sample.endpoint)/\(sample.fate)/\(TimeKind.allCases.map { "\(sample[$0])" }.joined(separator: " "))"
            }
            lines.append(
                "window \(window.index), held \(plainText(window.counts.held)): " + samples.joined(separator: ", "))
        }
        lines += run.record.flatMap { $0.failures.sorted }.map { "\(plainText($0.key)) \(plainText($0.count))" }
        return lines.joined(separator: "\n")
    }

    /// Two or three sessions that log in, use what the login gives, and overlap.
    private static func sessions(_ random: inout SplitMix64) -> [RecordedSession] {
        (1...UInt32.random(in: 1...3, using: &random)).map { number in
            let token = "t\(number)aZ9kQ2x4WmRtS3lR\(number)"
            let start = Int64(number) * Int64.random(in: 0...400, using: &random)
            var exchanges = [
                Exchange(
                    "POST", path: "/login", session: number, begin: start, end: start + 20,
                    body: #"{"username":"p\#(number)@people.example","password":"secret-\#(number)"}"#,
                    responseBody: #"{"access_token":"\#(token)","expires_in":\#([1, 5, 3600][Int(number) % 3])}"#)
            ]
            var begin = start
            for place in 0..<Int.random(in: 2...7, using: &random) {
                begin += Int64.random(in: 5...300, using: &random)
                let status: UInt16 = [200, 201, 204, 304, 404, 429, 500][Int.random(in: 0...6, using: &random)]
                exchanges.append(
                    Exchange(
                        place % 3 == 2 ? "POST" : "GET", path: "/\(number)/\(place)", session: number, begin: begin,
                        end: begin + Int64.random(in: 1...200, using: &random),
                        fields: [("Authorization", "Bearer \(token)")],
                        body: place % 3 == 2 ? "{}" : "", status: status))
            }
            return RecordedSession(number: number, exchanges: exchanges)
        }
    }

    private static func plan(_ options: inout PlanOptions, _ seed: UInt64) {
        options.speed = [.factor(1), .factor(2), .factor(0.5), .max][Int(seed % 4)]
        options.pacing = seed % 3 == 0 ? .think : .timeline
        options.population = [.asRecorded, .slots(2), .slots(5), .copies(2)][Int(seed / 2 % 4)]
        options.arrivals = seed % 5 == 4 ? .rate(perSecond: 3) : seed % 5 == 3 ? .poisson(perSecond: 4) : .recorded
        if seed % 2 == 0 { options.ramp = .milliseconds(seed % 4 == 0 ? 0 : 700) }
        if options.population != .asRecorded || seed % 7 == 0 {
            options.duration = .milliseconds(900 + 100 * Int64(seed % 9))
        }
        options.seed = seed
    }

    private static func options(_ options: inout ReplayOptions, _ seed: UInt64) {
        options.drain = .milliseconds(Int64(seed % 5) * 60)
        if seed % 6 == 1 { options.maxBehind = .milliseconds(150) }
        if seed % 4 == 2 { options.requestsPerSecond = 12 }
        if seed % 5 == 2 { options.order = .values }
        options.expectation = ReplayOptions.Expectation.allCases[Int(seed % 5)]
        if seed % 3 == 1 { options.onUnauthorized = .refresh }
        if seed % 8 == 5 { options.onMissing = .send }
    }

    @Test func runsAreExact() throws {
        var entries: [GoldenTable.Entry] = []
        for seed in UInt64(0)..<30 {
            var random = SplitMix64(seed: seed &+ 77)
            let sessions = Self.sessions(&random)
            var asked = 0
            let run = try ScriptedRun(
                sessions, plan: { Self.plan(&$0, seed) }, options: { Self.options(&$0, seed) },
                hasOneConnection: seed % 4 == 1,
                lateness: { seed % 9 == 3 && $0.nanoseconds / 100_000_000 == 4 ? 250 : 0 }
            ) { id, line in
                asked += 1
                var answer = ScriptedTransport.Answer(after: Int64.random(in: 0...90, using: &random))
                let draw = Int.random(in: 0..<100, using: &random)
                if line.hasPrefix("POST /login") {
                    answer.body = #"{"access_token":"live-token-\#(asked)","expires_in":\#(draw % 2 == 0 ? 1 : 600)}"#
                    if draw > 92 { answer.body = "{}" }
                }
                switch draw {
                case 0..<6: answer.status = 500
                case 6..<12: answer.status = 401
                case 12..<16: answer.status = 404
                case 16..<19: answer.fate = .reset
                case 19..<21: answer.fate = .timeout
                case 21..<22: answer.fate = .closed
                default: break
                }
                return answer
            }
            entries.append(GoldenTable.Entry("run \(seed)", Self.text(run)))
        }
        let differences = GoldenTable("runs.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
