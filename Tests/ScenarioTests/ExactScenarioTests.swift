import Analysis
import Scenario
import TestSupport
import Testing

/// What a campaign file means, and what each change of one of its lines makes of it, exactly.
@Suite struct ExactScenarioTests {
    private static let whole = """
        name: shop
        log: [a.rlog, b.rlog]
        target: http://127.0.0.1:8000
        think: 1s..3s
        graceful: 2s
        baseline: last
        keep-host: true
        x-usual: &usual
          sessions: 3
          hold: 20m
        traffic:
          login:
            endpoint: POST /auth/login
            sample: 50%
          api:
            log: c.rlog
            status: [2xx, 304]
            speed: max
          attack:
            source: 127.0.0.66
            expect: none
          mixed:
            mix:
              login: 10%
              api: 95%
          nested:
            mix:
              mixed: 3
              attack: 1
        services:
          redis:
            start: redis-server r.conf
            stop: redis-cli shutdown
            ready: redis-cli ping
            timeout: 5s
        watch:
          api:
            port: 8000
            every: 2s
          redis:
            redis: 127.0.0.1:6379
            password: env:REDIS_PASSWORD
          log:
            file: api.log
            count:
              fallback: Redis unavailable
        before: [./backup.sh]
        after:
          - run: ./health.sh
            timeout: 3s
        checks: ./verify.sh
        guards: [failures<50% for 30s]
        gates: [failures<1%, no-leak, restarts(api)<1]
        goals:
          - that: p95<1s
            weight: 3
        verdict:
          pass: APPROVED
          fail: BLOCKED
        score:
          excellent: 95
          good: 85
        scenarios:
          baseline:
            traffic: nested
            phases:
              - sessions: 100
                hold: 5m
                judged: false
                graceful: 1s
              - name: busy
                sessions: 1000
                ramp: 2m
                hold: 30m
                think: 2s
                gates: [mean<1s]
                goals: [p50<1s]
            gates:
              each: [p95<100ms]
              busy: [rps>=300]
          limits:
            phases:
              - name: attack
                traffic:
                  api: 200
                  attack: 9800
                hold: 5m
              - sessions: 50
                passes: 3
            gates:
              attack: [share(429|403)>90%]
              api: [recovery(attack)<10s]
          failure:
            <<: *usual
            traffic: mixed
            ramp: 1m
            faults:
              - stop: redis
                at: 6m
                for: 6m
              - name: noise
                run: ./noise.sh
                undo: ./quiet.sh
                at: 1m
                for: 30s
            gates:
              all: [increase(log.fallback)>=1, outage(redis)<=1s]
              during redis: [failures<1%]
              POST /auth/login: [p95<1s]
          stress:
            traffic: api
            ladder: [5000, 10000]
            ramp: 2m
            hold: 10m
            back: 1000
            back-hold: 1m
            search: 10%
            gates: [p95<500ms, capacity>=10000]
          spike:
            sessions: 100
            for: 10m
            spikes:
              sessions: 500
              for: 2m
              every: 3m
            gates: [recovery(spikes)<30s]
          scale:
            matrix:
              sessions: [10, 50]
              think: [1s, 2s]
            for: 5m
            repeat: 2
        """

    private static func read(_ text: String, set: [String] = []) throws -> ScenarioFile {
        try ScenarioFile(parsing: text, name: "c", overrides: set.map { try ScenarioOverride(parsing: $0) })
    }

    /// The parts of a file that can be compared, with their names.
    private static func parts(_ file: ScenarioFile) -> [(name: String, value: AnyHashable)] {
        var parts: [(name: String, value: AnyHashable)] = [
            ("name", file.name), ("logs", file.logs), ("words", file.verdictWords), ("bands", file.scoreBands),
        ]
        parts += file.traffic.map { ("traffic \($0.name)", $0) }
        parts += file.services.map { ("service \($0.name)", $0) }
        parts += file.watches.map { ("watch \($0.name)", $0) }
        return parts + file.scenarios.map { ("scenario \($0.name)", $0) }
    }

    /// What changed files are compared with: the parts of a file by name, and the fields of those that were needed.
    private struct Base {
        let file: ScenarioFile
        let parts: [String: AnyHashable]
        let names: [String]
        private var fields: [String: Set<String>] = [:]

        init(_ file: ScenarioFile) {
            self.file = file
            let parts = ExactScenarioTests.parts(file)
            names = parts.map(\.name)
            self.parts = Dictionary(parts.map { ($0.name, $0.value) }) { first, _ in first }
        }

        /// The lines of `file` that the base does not have, of the first part that differs.
        mutating func changes(_ file: ScenarioFile) -> String {
            let now = ExactScenarioTests.parts(file)
            let changed = now.filter { parts[$0.name] != $0.value }
            let rest = Set(now.map(\.name))
            var lines = names.filter { !rest.contains($0) }.map { "without \($0)" }
            lines += changed.prefix(9).map { "changed \($0.name)" }
            if let part = changed.first {
                let before = fields[part.name] ?? Set(parts[part.name].map(ExactScenarioTests.fields) ?? [])
                fields[part.name] = before
                let new = ExactScenarioTests.fields(part.value).filter { !before.contains($0) }
                lines += new.prefix(12) + (new.count > 12 ? ["and \(new.count - 12) more"] : [])
            }
            return lines.joined(separator: "\n")
        }

        mutating func outcome(_ text: String, set: [String] = []) -> String {
            do {
                return changes(try ExactScenarioTests.read(text, set: set))
            } catch {
                return "\(error)"
            }
        }
    }

    /// All but the places in the file.
    private static func fields(_ part: AnyHashable) -> [String] {
        fieldLines(part.base, skipping: ["place", "places"])
    }

    @Test func eachFieldOfACampaignIsRead() throws {
        let file = try Self.read(Self.whole)
        var entries = Self.parts(file).map {
            GoldenTable.Entry($0.name, fieldLines($0.value.base).joined(separator: "\n"))
        }
        entries += file.scenarios.map { scenario in
            let curve = LoadCurve(scenario.phases)
            let minutes = stride(from: 0, through: 61, by: 3).map { curve.level(at: .seconds($0 * 60)).rounded() }
            return GoldenTable.Entry(
                "load of \(scenario.name)",
                "\(scenario.phases.map { "\($0.name) \($0.level.text)" })\nlength \(plainText(scenario.length as Any)) "
                    + "curve \(plainText(curve.length)) peak \(curve.peak) \(minutes)\nseries "
                    + plainText(scenario.series) + " criteria \(scenario.criteria.count)")
        }
        entries.append(
            GoldenTable.Entry(
                "shares", file.traffic.map { plainText(file.shares(of: $0.name)) }.joined(separator: "\n")))
        let bands = [0.0, 84.9, 85, 94.9, 95, 100].map { file.band(ofPercent: $0) ?? "none" }
        entries.append(GoldenTable.Entry("bands by percent", bands.joined(separator: " ")))
        entries.append(GoldenTable.Entry("findings", plainText(DryRun(file).findings)))
        let quick = Self.parts(file.quick(dividedBy: 8)).flatMap { part in
            Self.fields(part.value).filter { $0.contains("seconds") }.map { "\(part.name): \($0)" }
        }
        entries.append(GoldenTable.Entry("quick", quick.joined(separator: "\n")))
        let differences = GoldenTable("campaign.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// The file with a single one of its scenarios, the first one that has the line or the first of all.
    private static func short(_ lines: [String], around index: Int) -> [String] {
        let start = (lines.firstIndex(of: "scenarios:") ?? 0) + 1
        let scenarios = lines.indices.filter { $0 >= start && lines[$0].prefix { $0 == " " }.count == 2 }
        let first = scenarios.last { $0 <= index } ?? start
        let end = scenarios.first { $0 > first } ?? lines.count
        // Empty lines keep the places of the others.
        return lines.indices.map { $0 < start || (first..<end).contains($0) ? lines[$0] : "" }
    }

    @Test func eachLineOfACampaignMatters() throws {
        let lines = Self.whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var bases: [[String]: Base] = [:]
        var entries: [GoldenTable.Entry] = []
        for (index, line) in lines.enumerated() {
            var changed = Self.short(lines, around: index)
            let whole = changed
            var known = try bases[whole] ?? Base(Self.read(whole.joined(separator: "\n")))
            defer { bases[whole] = known }
            let name = "\(index + 1) \(line.drop { $0 == " " })"
            let colon = line.firstRange(of: ": ")
            for value in colon == nil ? [""] : ["", "x", "7", "{a: 1}"] {
                changed[index] = colon.map { line[..<$0.upperBound] + value } ?? ""
                entries.append(
                    GoldenTable.Entry("\(name) = \(value)", known.outcome(changed.joined(separator: "\n"))))
            }
        }
        for change in [
            "name=other", "spike.sessions=101", "spike.sessions=500", "spike.spikes.every=121s",
            "spike.spikes.for=179s",
            "spike.spikes.for=180s", "limits.phases.0.hold=1s", "limits.phases.2.hold=1s", "limits.phases.-1.hold=1s",
            "scenarios.spike.for=1m", "scenarios.spke.for=1m", "scenarios.new.sessions=1", "new.sessions=1",
            "scenarios={a: {sessions: 1, hold: 1s}}", "traffic.api.speed=2", "traffic.api.speed.x=2", "a", "=1",
            "a..b=1",
            "name=", "name=\"\"", "name=[1", "log.0=z.rlog", "log.2=z.rlog", "gates.0=failures<2%",
            "stress.ladder=[1, 2, 3]", "stress.search=0.5%", "stress.search=0.4%", "stress.search=50%",
            "stress.search=51%", "watch.api.every=100ms", "watch.api.every=99ms", "watch.api.every=1h",
            "watch.api.every=3601s", "watch.api.port=65535", "watch.api.port=65536", "spike.sessions=10000000",
            "spike.sessions=10000001", "spike.sessions=1_0", "score.good=100", "score.good=101", "score.good=0",
            "scale.repeat=100", "scale.repeat=101", "scale.matrix.seed=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]",
            "scale.matrix.sessions=[1, 2, 3]", "limits.phases.0.hold=8784h", "limits.phases.0.hold=8785h",
            "traffic.mixed.mix.api=1000000",
            "traffic.mixed.mix.api=1000001", "limits.phases.1.sessions=1000000", "limits.phases.1.sessions=10000001",
            "limits.phases.1.passes=1000000",
            "limits.phases.1.passes=1000001", "goals.0.weight=1000", "goals.0.weight=1001", "failure.faults.0.for=15m",
            "failure.faults.0.for=901s", "failure.faults.1.stop=redis",
            "failure.faults.1={kill: redis, at: 12m, for: 1s}",
            "failure.faults.1={kill: api, at: 7m, for: 1s}", "failure.faults.1={pause: redis, at: 7m, for: 1s}",
            "failure.faults.1={run: x, at: 7m}", "failure.faults.1={run: x, undo: y, at: 7m}",
            "failure.faults.1={name: redis, run: x, at: 7m}",
            "failure.faults.1={pause: redis, at: 7m, undo: x, for: 1s}",
            "watch.redis={postgres: 'postgres://u@h/d'}", "watch.redis={postgres: 'postgres://u:p@h/d'}",
            "watch.redis={postgres: 'h/d@u:p'}", "watch.redis={pid: 1}", "watch.redis={workers: w}",
            "watch.redis={cgroup: /a}", "watch.redis={disk: /a}", "watch.redis={network: lo}",
            "watch.redis={metrics: 'http://h'}", "watch.redis={command: c}", "watch.redis={pid: 1, port: 2}",
        ] {
            let scenario = "  \(change.prefix { $0 != "." }):"
            let whole = Self.short(lines, around: lines.lastIndex(of: scenario) ?? 0)
            var known = try bases[whole] ?? Base(Self.read(whole.joined(separator: "\n")))
            let outcome = known.outcome(whole.joined(separator: "\n"), set: [change])
            bases[whole] = known
            entries.append(GoldenTable.Entry("set \(change)", outcome))
        }
        let differences = GoldenTable("changes.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// Each figure with each relation, just below, at and above the limit that a load allows.
    @Test func dryRunsJudgeEachCriterion() throws {
        let figures: [(figure: String, limits: [String])] = [
            ("p95", ["0s", "1ms"]), ("mean", ["0s", "1s"]), ("max", ["0s"]), ("failures", ["0%", "1%", "0", "1"]),
            ("answered", ["0%", "99%", "100%"]), ("rps", ["0", "5", "6", "9.9", "10", "10.1"]),
            ("share(429)", ["0%", "1%", "100%"]), ("before(429)", ["0", "1"]), ("sessions", ["9", "10", "11"]),
            ("capacity", ["9", "10", "11"]), ("outage(r)", ["0s", "1s", "30s", "31s", "1m", "61s"]),
            ("recovery(r)", ["0s", "1s"]), ("restarts(r)", ["0", "1"]),
        ]
        let loads = [
            "sessions: 10\nhold: 20m\nthink: 1s\nfaults: [{kill: r, at: 1m, for: 1m}]",
            "ladder: [5, 10]\nhold: 14m\nthink: 1s",
            "traffic: {a: 4, b: 6}\nhold: 1m\nthink: 1s",
            "phases: [{name: low, sessions: 10, ramp: 2m, hold: 1m}, {name: high, rate: 7/s, hold: 1m, judged: false}]",
        ]
        var entries: [GoldenTable.Entry] = []
        for (index, load) in loads.enumerated() {
            let traffic = load.contains("traffic") ? "" : "\n    traffic: m"
            let head =
                "traffic: {a: {endpoint: GET /a}, b: {think: 2s, source: 127.0.0.2}, m: {mix: {a: 60%, b: 40%}}}\n"
                + "watch: {r: {port: 1}}\nscenarios:\n  c:\(traffic)\n    "
                + load.replacing("\n", with: "\n    ")
            for (figure, limits) in figures {
                for limit in limits {
                    for relation in ["<", "<=", ">", ">="] {
                        let criterion = "\(figure)\(relation)\(limit)"
                        let text =
                            "\(head)\n    gates: [\(criterion)]\n    goals: {a: [\(criterion)], low: [\(criterion)]}"
                        let both = index == 3 ? text : text.replacing(", low: [\(criterion)]", with: "")
                        entries.append(GoldenTable.Entry("\(index) \(criterion)", Self.findings(both)))
                    }
                }
            }
            for lines in [
                "gates: [no-leak]", "gates: [no-regression]", "gates: [no-regression]\nbaseline: last",
                "goals: {low: [no-leak]}",
                "guards: [failures>50% for 30s, rps<5]", "gates: [share(403)<1%]", "timeout: 1s", "source: 127.0.0.9",
            ] {
                let text = "\(head)\n    \(lines.replacing("\n", with: "\n    "))"
                entries.append(GoldenTable.Entry("\(index) \(lines.replacing("\n", with: "; "))", Self.findings(text)))
            }
        }
        let differences = GoldenTable("findings.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func findings(_ text: String) -> String {
        do {
            let file = try read(text)
            let most = DryRun.mostRequestsPerSecond(of: file.scenarios[0], in: file).map { "\($0)" } ?? "no bound"
            return DryRun(file).findings.map { "\($0.kind) \($0.scenario): \($0.text)" }.joined(separator: "\n")
                + "\n\(most)"
        } catch {
            return "\(error)"
        }
    }
}
