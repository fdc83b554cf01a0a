import Formats
import TestSupport
import Testing
import Traffic

@testable import Plan

/// When each clone begins and what a plan is foretold to need, exactly, for each kind of load.
@Suite struct ExactScheduleTests {
    private static func sessions(_ count: Int) -> [RecordedSession] {
        (0..<count).map { index in
            var recording = Recording(session: UInt32(index), startMs: Int64(index * index) * 300)
            recording.connection = UInt32(index)
            recording.add("GET", "/first", gapMs: 0, serviceMs: 10)
            recording.add(
                "POST", "/second", body: "{\"a\":1}", answer: "{\"b\":\"cdefgh\"}", gapMs: 70,
                serviceMs: Int64(30 + index))
            recording.connection += 100
            recording.add("GET", "/last", gapMs: Int64(index + 1) * 400, serviceMs: 10)
            return recording.recorded
        }
    }

    private static func text(_ plan: ReplayPlan) -> String {
        var lines: [String] = []
        for slot in 0..<min(plan.slotCount, 12) {
            var texts: [String] = []
            var next = plan.firstTurn(ofSlot: slot)
            while let turn = next, texts.count < 6 {
                let leave = plan.leave(ofSlot: slot, from: turn.due).map { ", leaves \($0.nanoseconds)" } ?? ""
                texts.append(
                    "\(turn.turn) \(turn.clone):\(turn.script)@\(turn.due.nanoseconds)…\(plan.plannedEnd(of: turn).nanoseconds)\(leave)"
                )
                if texts.count == 1 {
                    texts.append(
                        "dues \(plan.scripts[turn.script].requests.map { plan.due($0, in: turn).nanoseconds })")
                    texts.append("thinks \(plan.scripts[turn.script].requests.map { plan.think(before: $0) })")
                }
                next = plan.turn(
                    after: turn, notBefore: texts.count == 4 ? turn.due.advanced(byNs: 2_345_678_901) : nil)
            }
            lines.append("slot \(slot): \(texts.joined(separator: ", "))")
        }
        lines.append(
            "\(plan.slotCount) slots, \(plan.plannedClones ?? -1) clones, ramp \(plan.ramp), falls \(plan.levelsFall), "
                + "\(plan.connectionsPerClone) connections")
        lines.append(plainText(plan.outline()))
        lines.append(plainText(plan.outline(workLimit: 20)))
        return lines.joined(separator: "\n")
    }

    @Test func loadsAreExact() throws {
        var entries: [GoldenTable.Entry] = []
        let populations: [Population] = [.asRecorded, .slots(1), .slots(3), .slots(7), .copies(1), .copies(3)]
        let ramps: [Duration?] = [nil, .zero, .milliseconds(1500)]
        for (index, population) in populations.enumerated() {
            for (place, ramp) in ramps.enumerated() {
                for (number, duration) in [nil, Duration.milliseconds(4321)].enumerated() {
                    var options = PlanOptions()
                    options.population = population
                    options.ramp = ramp
                    options.duration = duration
                    options.speed = [.factor(1), .factor(3), .factor(0.7), .max][(index + place + number) % 4]
                    options.pacing = (index + number) % 2 == 0 ? .timeline : .think
                    options.connections = place == 1 ? .one : .recorded
                    options.seed = UInt64(index)
                    if index == 0 {
                        options.arrivals = [.recorded, .rate(perSecond: 2.5), .poisson(perSecond: 2)][place]
                    }
                    let name =
                        "\(population), ramp \(ramp.map { "\($0)" } ?? "none"), \(duration.map { "\($0)" } ?? "to the end")"
                    do throws(PlanError) {
                        let plan = try ReplayPlan(sessions: Self.sessions(4), options: options)
                        entries.append(GoldenTable.Entry(name, Self.text(plan)))
                    } catch {
                        entries.append(GoldenTable.Entry(name, "\(error)"))
                    }
                }
            }
        }
        let differences = GoldenTable("loads.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func levels(_ segments: [(Int64, Int64, Double, Double, Int64)]) -> LevelSchedule {
        LevelSchedule(
            segments.map { begin, end, from, to, grace in
                LevelSchedule.Segment(
                    begin: begin * 100_000_000, end: end * 100_000_000, from: from, to: to, grace: grace * 100_000_000)
            })
    }

    @Test func poolsAreExact() throws {
        let courses: [(String, LoadPool.Course)] = [
            (
                "levels",
                .sessions(
                    Self.levels([
                        (0, 10, 0, 4, 0), (10, 20, 4, 4, 0), (20, 25, 4, 1, 3), (25, 40, 1, 1, 0), (40, 50, 6, 2, 1),
                    ]))
            ),
            ("a level", .sessions(Self.levels([(0, 30, 2.5, 2.5, 0)]))),
            ("a fall", .sessions(Self.levels([(0, 10, 3, 3, 2), (10, 20, 0, 3, 0)]))),
            (
                "arrivals",
                .arrivals(ArrivalSchedule(Self.levels([(0, 20, 1, 5, 0), (20, 40, 5, 5, 0), (40, 50, 2, 0, 0)])))
            ),
            ("passes", .passes(2, slots: 3, rampNs: 1_000_000_000)), ("a pass", .passes(1, slots: 5, rampNs: 0)),
        ]
        var entries: [GoldenTable.Entry] = []
        for (name, course) in courses {
            for shares in [[1.0], [1, 3], [0.2, 0.2, 0.6]] {
                let parts = try shares.indices.map { part -> (String, ReplayPlan) in
                    var options = PlanOptions()
                    options.speed = .factor(Double(part + 1))
                    return ("part\(part)", try ReplayPlan(sessions: Self.sessions(2 + part), options: options))
                }
                let pool = LoadPool(course, shares: shares.enumerated().map { .init(part: $0, weight: $1) })
                let second = LoadPool(.passes(1, slots: 2, rampNs: 0), shares: [.init(part: 0, weight: 1)])
                let pools = shares.count == 3 ? [pool, second] : [pool]
                let plan = try ReplayPlan(combining: parts, into: pools, duration: .seconds(5))
                entries.append(GoldenTable.Entry("\(name) of \(shares)", Self.text(plan)))
            }
            if case .sessions(let schedule) = course {
                let times = stride(from: Int64(0), through: 5_100_000_000, by: 300_000_000)
                entries.append(
                    GoldenTable.Entry(
                        "\(name) over time",
                        "\(schedule.slotCount) \(schedule.end) \(schedule.canFall) \(times.map { schedule.level(at: $0) })\n"
                            + (0..<4).map { slot in
                                times.map {
                                    "\(schedule.begin(ofSlot: slot, from: $0) ?? -1)/\(schedule.leave(ofSlot: slot, from: $0) ?? -1)"
                                }
                                .joined(separator: " ")
                            }.joined(separator: "\n")))
            }
            if case .arrivals(let schedule) = course {
                entries.append(
                    GoldenTable.Entry(
                        "\(name) over time",
                        "\(schedule.count) \(schedule.most(within: 1_000_000_000)) \((0...schedule.count).map { schedule.time(ofArrival: $0) ?? -1 })"
                    ))
            }
        }
        let differences = GoldenTable("pools.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
