import ArgumentParser
import Foundation
import Scenario
import Testing

@testable import reprise

@Suite("Help: every option is described, once, and briefly")
struct HelpTests {
    private let catalog: CommandCatalog

    init() throws { catalog = try #require(CommandCatalog.ofThisProgram()) }

    @Test("Every option that a command's help leaves out is on a page of 'reprise help', and the page names no other")
    func topicsHaveHiddenOptions() throws {
        let filters = Set(HelpTopic.filters.options)
        // Former names, and those that two pages would repeat.
        let aliases: Set = ["key", "sessions", "pairs", "to"]
        // ArgumentParser's own command `help` hides `--help`.
        for command in catalog.commands where command.commandName != "help" {
            let described = Set(HelpTopic.all.filter { $0.command == command.commandName }.flatMap(\.options))
            for option in command.options where !option.shouldDisplay {
                let name = try #require(option.longNames.first)
                let isKnown =
                    described.contains(name) || filters.contains(name) || aliases.contains(name)
                    || (command.commandName == "plan" && catalog.command("replay")?.option(name) != nil)
                #expect(isKnown, "\(command.commandName) --\(name) is on no page")
            }
        }
        for topic in HelpTopic.all {
            guard let command = topic.command else { continue }
            for name in topic.options {
                #expect(catalog.command(command)?.option(name) != nil, "\(topic.name): \(command) has no --\(name)")
            }
        }
    }

    @Test(
        "Help fits: replay on two screens, every command on three", arguments: ["replay", "plan", "capture", "inspect"])
    func helpIsShort(name: String) throws {
        let command = try #require(Reprise.configuration.subcommands.first { $0._commandName == name })
        let lines = Reprise.helpMessage(for: command, columns: 80).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= (name == "replay" ? 115 : 150), "\(name): \(lines.count) lines")
        let longest = lines.map(\.count).max() ?? 0
        #expect(longest <= 110, "\(name): a line of \(longest)")
    }

    @Test("Examples of help can be copied: on 80 columns none is broken within a line")
    func examplesFit() throws {
        for command in Reprise.configuration.subcommands {
            let lines = Reprise.helpMessage(for: command, columns: 80).split(
                separator: "\n", omittingEmptySubsequences: false)
            guard let start = lines.firstIndex(of: "Examples:") else { continue }
            let examples = lines[(start + 1)...].prefix { !$0.isEmpty }
            #expect(!examples.isEmpty)
            for line in examples { #expect(line.hasPrefix("  "), "\(command._commandName): \(line)") }
        }
    }

    @Test("Manual pages: literal parts begin and end in turns, and every line of a topic is there")
    func manualPages() {
        let pages = ManualPages(catalog: catalog, version: "1.2").pages
        #expect(Set(pages.map(\.name)).count == pages.count && pages.count > HelpTopic.all.count)
        for page in pages {
            let lines = page.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.first?.hasPrefix(".TH ") == true && page.text.contains("Reprise 1.2"), "\(page.name)")
            let marks = lines.filter { [".nf", ".fi"].contains($0) }
            #expect(marks == marks.indices.map { $0 % 2 == 0 ? ".nf" : ".fi" }, "\(page.name)")
            #expect(marks.count % 2 == 0, "\(page.name)")
            var isLiteral = false
            for line in lines {
                if line == ".nf" { isLiteral = true } else if line == ".fi" { isLiteral = false }
                if line.hasPrefix(" ") { #expect(isLiteral, "\(page.name): \(line)") }
            }
        }
        for topic in HelpTopic.all {
            let page = pages.first { $0.name == "reprise-\(topic.name).7" }
            let text = page?.text.replacing("\\-", with: "-").replacing("\\e", with: "\\") ?? ""
            for line in topic.text.split(separator: "\n") { #expect(text.contains(line), "\(topic.name): \(line)") }
        }
    }

    @Test("An option has one meaning in all commands")
    func namesHaveOneMeaning() {
        var meanings: [String: Set<String>] = [:]
        for command in catalog.commands {
            for option in command.options where option.shouldDisplay {
                for name in option.longNames {
                    meanings[name, default: []].insert("\(option.kind) <\(option.valueName ?? "")>")
                }
            }
        }
        // `-o` is a log, a folder or a file.
        let known: Set = ["output"]
        for (name, meanings) in meanings where !known.contains(name) {
            #expect(meanings.count == 1, "--\(name): \(meanings.sorted())")
        }
    }

    @Test("Pages of 'reprise help' fit the width", arguments: HelpTopic.all.map(\.name))
    func pagesFit(name: String) throws {
        let page = try #require(HelpTopic.named(name)).page(catalog, width: 100)
        for line in page.split(separator: "\n") { #expect(line.count <= 120, "\(name): \(line)") }
        #expect(page.contains("\n") && page.hasSuffix("\n"))
    }

    @Test("The example of the page on scenario files is a scenario file")
    func scenarioExample() throws {
        let lines = HelpTopic.scenarios.text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "EXAMPLE"))
        let example = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.joined(separator: "\n")
        let file = try ScenarioFile(parsing: example, name: "shop")
        #expect(file.scenarios.map(\.name) == ["smoke", "peak", "limit"])
        #expect(file.traffic.map(\.name) == ["login", "browse", "mixed"])
    }

    @Test("Every long option of replay may be in a scenario file, or the file has other words for it")
    func scenarioOptions() throws {
        let replay = try #require(catalog.command("replay"))
        let options = Set(replay.options.flatMap(\.longNames)).subtracting(["help", "version"])
        // Levels, phases and lengths; watches; gates and guards; baselines; and what is about the run folder or the
        // terminal.
        let others: Set = [
            "sessions", "copies", "rate", "arrivals", "ramp", "for", "warm-up", "watch-pid", "watch-target",
            "watch-metric",
            "watch-metrics", "watch-interval", "control", "gate", "strict", "margin", "max-failure-ratio",
            "stop-when-sure", "baseline-target", "pairs", "output", "force", "json", "live", "live-token", "linger",
            "remote-write", "to",
        ]
        #expect(ReplayOptionValues.names.isDisjoint(with: others))
        #expect(options.subtracting(others).subtracting(ReplayOptionValues.names).sorted() == [])
        #expect(ReplayOptionValues.names.subtracting(options).sorted() == [])
    }

    @Test(
        "Files in a scenario's options are looked for beside the scenario file",
        arguments: [
            ("identities", "people.csv", "suite/people.csv"), ("feed", "key=keys.txt", "key=suite/keys.txt"),
            ("oauth-password", "env:SECRET", "env:SECRET"), ("proxy-password-file", "/run/p", "/run/p"),
            ("think", "1s..3s", "1s..3s"),
        ])
    func files(option: String, value: String, expected: String) {
        #expect(TrafficArguments.located(value, of: option, in: "suite") == expected)
    }

    @Test("The page of gates has only gates that are understood")
    func gatesAreGates() throws {
        let page = HelpTopic.gates.text
        for line in page.split(separator: "\n") {
            var rest = line[...]
            while let start = rest.range(of: "--gate ") {
                rest = rest[start.upperBound...]
                let isQuoted = rest.first == "'"
                let text = isQuoted ? rest.dropFirst().prefix { $0 != "'" } : rest.prefix { $0 != " " }
                guard !text.hasPrefix("@") else { continue }
                #expect(throws: Never.self, "\(text)") { try GateArguments.parse(["--gate", String(text)]) }
            }
        }
    }
}

@Suite("Advice on arguments that make no sense")
struct UsageAdviceTests {
    private let advice: UsageAdvice

    init() throws {
        advice = UsageAdvice(
            catalog: try #require(CommandCatalog.ofThisProgram()), topics: HelpTopic.all.map(\.name))
    }

    @Test(
        arguments: [
            (["reply", "a.rlog"], "did you mean 'reprise replay'?", "a misspelt command"),
            (["record", "-i", "lo"], "did you mean 'reprise capture'?", "another program's command"),
            (["day.har"], "'reprise import day.har'", "a file in the place of the command"),
            (["gates"], "did you mean 'reprise help gates'?", "a topic in the place of the command"),
            (["zzzzzz"], "'reprise --help' lists the commands", "nothing like it"),
            (["replay", "a.rlog", "--users", "5"], "did you mean --sessions?", "another program's option"),
            (["replay", "a.rlog", "--vus=5"], "did you mean --sessions?", "with its value behind an equals sign"),
            (["replay", "a.rlog", "--duration", "5m"], "did you mean --for?", "another program's option"),
            (["replay", "a.rlog", "--targt", "x"], "did you mean --target?", "a misspelt option"),
            (["replay", "a.rlog", "--identites", "x"], "did you mean --identities?", "one that the help leaves out"),
            (["inspect", "a.rlog", "--gate", "p95<1s"], "it is an option of 'replay'", "an option of other commands"),
            (
                ["capture", "--url", "x"], "'reprise capture --help' lists the options",
                "not --target: capture has none"
            ),
            (["replay", "a.rlog", "--target", "x", "--for", "30"], "did you mean 30s?", "a duration without a unit"),
            (["replay", "a.rlog", "--timeout=1.5"], "did you mean 1.5s?", "behind an equals sign"),
            (["replay", "a.rlog", "--timeout=1.5"], "--timeout 1.5: a duration", "the option without its value"),
            (["replay", "a.rlog", "--ramp", "5"], "did you mean 5s?", "only a ramp of 0 needs no unit"),
            (["replay", "a.rlog", "--for", "0"], "did you mean 0s?", "and only a ramp"),
            (["replay", "a.rlog", "--drain", "inf"], "a duration is a number and a unit", "infs is none either"),
            (["replay", "a.rlog", "--for", "1e400"], "a duration is a number and a unit", "nor is 1e400s"),
            (["capture", "-i", "lo", "--rotate", "1"], "did you mean 1s or 1MiB?", "neither time nor size"),
            (["inspect", "a.rlog", "--format", "json"], "did you mean --json?", "--to of inspect is a time"),
            (["replay", "a.rlog", "--header", "A: b"], "Headers are sent as recorded", "--where only chooses"),
            (["replay", "a.rlog", "-u", "5"], "did you mean --sessions?", "a letter of another program"),
            (["replay", "a.rlog", "--for", "30sec"], "did you mean 30s?", "another program's unit"),
            (["replay", "a.rlog", "--ramp=1.5 minutes"], "did you mean 1.5m?", "a unit in full"),
            (["capture", "-i", "lo", "--port", "70000"], "from 1 to 65535", "out of range"),
            (["help", "gate"], "did you mean 'reprise help gates'?", "a misspelt topic"),
            (["--gate", "no-leak"], "an option of a command", "an option in front of the command"),
        ] as [([String], String, String)])
    func advises(_ arguments: [String], _ expected: String, _ reason: String) throws {
        let text = try #require(advice.advice(for: arguments), "\(reason)")
        #expect(text.contains(expected), "\(reason): \(text)")
    }

    @Test(
        "No advice where nothing is misspelt",
        arguments: [
            [], ["--version"], ["replay", "a.rlog"], ["replay", "a.rlog", "--target", "x", "--for", "30s"],
            ["replay", "a.rlog", "--ramp", "0"], ["replay", "a.rlog", "--sessions", "-3"],
            ["inspect", "a", "--", "--users"],
            ["help", "replay.tokens"], ["capture", "-i", "lo"], ["capture", "-i", "lo", "--port", "8080"],
            ["capture", "-r", "a.pcap", "-u"],
        ])
    func staysSilent(_ arguments: [String]) { #expect(advice.advice(for: arguments) == nil) }
}

@Suite("Advice after a capture without exchanges")
struct CaptureAdviceTests {
    @Test func namesWhatToCheck() throws {
        let nothing = CaptureAdvice(packets: 0, exchanges: 0, opaqueConnections: 0)
        let live = try #require(nothing.text(interface: "eth0", ports: [8080], filter: "host 10.0.0.1"))
        for part in ["eth0", "'lo'", "--port", "8080", "host 10.0.0.1"] {
            #expect(live.contains(part), "\(part): \(live)")
        }
        #expect(nothing.text(interface: nil, ports: [], filter: nil) == nil, "an empty file: its own message tells")
        #expect(nothing.text(interface: nil, ports: [81], filter: nil)?.contains("81") == true)
        let sealed = CaptureAdvice(packets: 90, exchanges: 0, opaqueConnections: 3)
        let advice = sealed.text(interface: "lo", ports: [], filter: nil)
        #expect(advice?.contains("--keylog") == true && advice?.contains("another protocol") == true)
        let unread = CaptureAdvice(
            packets: 5, exchanges: 0, opaqueConnections: 0, unread: ["5 packets of link type 220 (USB, Linux)"])
        #expect(unread.text(interface: nil, ports: [], filter: nil)?.contains("5 packets of link type 220") == true)
        let other = CaptureAdvice(packets: 1, exchanges: 0, opaqueConnections: 0)
        #expect(other.text(interface: nil, ports: [], filter: nil)?.contains("in 1 packet.") == true)
        #expect(
            CaptureAdvice(packets: 9, exchanges: 1, opaqueConnections: 3).text(interface: "lo", ports: [], filter: nil)
                == nil)
    }
}
