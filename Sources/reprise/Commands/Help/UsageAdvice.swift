import Formats
import Traffic

/// Guesses what invalid arguments were meant to be.
struct UsageAdvice {
    let catalog: CommandCatalog
    /// The topics of `reprise help`.
    let topics: [String]

    /// What other programs call a command.
    private static let commandsElsewhere = [
        "record": "capture", "sniff": "capture", "dump": "capture", "tap": "capture", "convert": "import",
        "load": "replay", "attack": "replay", "bench": "replay", "play": "replay", "test": "replay", "send": "replay",
        "show": "inspect", "list": "inspect", "ls": "inspect", "view": "inspect", "stats": "inspect", "info": "inspect",
        "diff": "compare", "check": "verify", "judge": "analyze", "analyse": "analyze", "slice": "cut",
        "filter": "cut", "anonymize": "redact", "mask": "redact", "dry-run": "plan", "sessionize": "regroup",
        "html": "report", "man": "help", "version": "--version",
    ]

    /// What other programs call an option.
    private static let optionsElsewhere = [
        "users": ["sessions"], "user": ["sessions"], "vus": ["sessions"], "clients": ["sessions"],
        "concurrency": ["sessions"], "threads": ["workers"], "processes": ["workers"],
        "duration": ["for"], "run-time": ["for"], "time": ["for"], "length": ["for"],
        "url": ["target"], "host": ["target"], "base-url": ["target"], "server": ["target"], "to-url": ["target"],
        "rps": ["rate"], "qps": ["rate"], "throughput": ["rate"], "max-rps": ["rate"],
        "spawn-rate": ["ramp"], "ramp-up": ["ramp"], "rampup": ["ramp"], "warmup": ["ramp"],
        "threshold": ["gate"], "thresholds": ["gate"], "fail-on": ["gate"], "assert": ["gate"], "slo": ["gate"],
        "out": ["output"], "outfile": ["output"], "file": ["read", "output"], "write": ["output"],
        "format": ["to", "json"], "output-format": ["json", "to"],
        "iface": ["interface"], "device": ["interface"], "dev": ["interface"], "pcap": ["read"], "input": ["read"],
        "header": ["where"], "headers": ["where"], "path": ["endpoint"], "url-filter": ["endpoint"],
        "start": ["from"], "since": ["from"], "after": ["from"], "end": ["until"], "before": ["until"],
        "ca": ["cacert"], "ca-file": ["cacert"], "skip-verify": ["insecure"], "no-verify": ["insecure"],
        "think-time": ["pacing"], "top": ["slowest"], "errors": ["failed"], "failures": ["failed"],
        "monitor": ["watch-target"], "pid": ["watch-pid"], "metrics": ["watch-metrics"], "overwrite": ["force"],
        "multiplier": ["copies", "speed"], "copies": ["sessions"], "iterations": ["copies"], "loops": ["copies"],
    ]

    /// Names of single-hyphen options in other programs.
    private static let lettersElsewhere = [
        "u": "sessions", "c": "sessions", "d": "for", "t": "for", "R": "rate", "q": "rate", "n": "copies",
        "H": "where", "f": "force",
    ]

    /// What a guessed option does, if its name does not say so.
    private static let meanings = [
        "where": "which chooses requests by a header? Headers are sent as recorded"
    ]

    /// What is wrong, and what was probably meant; nil if unknown.
    ///
    /// - Parameter arguments: the command line without the program's name.
    func advice(for arguments: [String]) -> String? {
        guard let first = arguments.first else { return nil }
        if first == "help", arguments.count > 1 { return topic(arguments[1]) }
        if first.hasPrefix("-") { return rootOption(first) }
        guard let command = catalog.command(first) else { return self.command(first) }
        return option(arguments.dropFirst(), of: command)
    }

    private func topic(_ name: String) -> String? {
        let known = topics + catalog.commands.map(\.commandName)
        guard !known.contains(name) else { return nil }
        let nearest = UsageAdvice.commandsElsewhere[name] ?? NearestName.of(name, among: known)
        return "There is no command or topic '\(name)'"
            + (nearest.map { "; did you mean 'reprise help \($0)'?" } ?? ".")
    }

    private func command(_ name: String) -> String {
        let nearest =
            UsageAdvice.commandsElsewhere[name] ?? NearestName.of(name, among: catalog.commands.map(\.commandName))
        if let nearest { return "There is no command '\(name)'; did you mean 'reprise \(nearest)'?" }
        if topics.contains(name) { return "There is no command '\(name)'; did you mean 'reprise help \(name)'?" }
        if name.contains(".") || name.contains("/") {
            return "Give a command first, such as 'reprise inspect \(name)' or 'reprise import \(name)'."
        }
        return "There is no command '\(name)'; 'reprise --help' lists the commands."
    }

    /// Advice for an option before the command: it belongs after it.
    private func rootOption(_ argument: String) -> String? {
        let name = UsageAdvice.name(argument)
        guard !["help", "version", "h", "generate-completion-script", "experimental-dump-help"].contains(name) else {
            return nil
        }
        let owners = catalog.commands.filter { $0.option(name) != nil }.map(\.commandName)
        guard let owner = owners.first else { return nil }
        return "\(argument) is an option of a command: 'reprise \(owner) … \(argument)'."
    }

    private func option(_ arguments: ArraySlice<String>, of command: CommandCatalog.Command) -> String? {
        for (place, argument) in zip(arguments.indices, arguments) {
            if argument == "--" { return nil }
            guard argument.hasPrefix("-"), argument.count > 1, Double(argument) == nil else { continue }
            let name = UsageAdvice.name(argument)
            guard let option = command.option(name) else {
                if argument.hasPrefix("--") { return unknown(name, of: command) }
                guard let meant = UsageAdvice.lettersElsewhere[name], command.option(meant) != nil else { continue }
                return "'\(command.commandName)' has no option -\(name); \(UsageAdvice.guess(meant))"
            }
            let inline = argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) }
            let value = inline ?? (arguments.index(after: place) < arguments.endIndex ? arguments[place + 1] : nil)
            if option.kind == "option", let value, let advice = UsageAdvice.unit(of: value, for: option) {
                return "\(UsageAdvice.typed(argument)) \(value): \(advice)"
            }
        }
        return nil
    }

    private func unknown(_ name: String, of command: CommandCatalog.Command) -> String? {
        guard name != "help", name != "version", name != "help-hidden" else { return nil }
        // Other names of an option are not proposed: they often mean something else in another command.
        let known = command.options.filter { !($0.abstract ?? "").hasPrefix("As --") }.flatMap(\.longNames)
        let start = "'\(command.commandName)' has no option --\(name)"
        if let meant = UsageAdvice.optionsElsewhere[name]?.first(where: known.contains) {
            return "\(start); \(UsageAdvice.guess(meant))"
        }
        let owners = catalog.commands.filter { $0.option(name) != nil }.map { "'\($0.commandName)'" }
        if owners.isEmpty, let nearest = NearestName.of(name, among: known) {
            return "\(start); did you mean --\(nearest)?"
        }
        if !owners.isEmpty {
            return "\(start); it is an option of \(owners.joined(separator: ", "))."
        }
        return "\(start); 'reprise \(command.commandName) --help' lists the options."
    }

    /// `did you mean --sessions?`
    private static func guess(_ option: String) -> String {
        meanings[option].map { "did you mean --\(option), \($0)." } ?? "did you mean --\(option)?"
    }

    /// How other programs write units of time.
    private static let units = [
        "ms": ["msec", "msecs", "millis", "milliseconds"], "s": ["sec", "secs", "second", "seconds"],
        "m": ["min", "mins", "minute", "minutes"], "h": ["hr", "hrs", "hour", "hours"], "d": ["day", "days"],
    ]

    /// Advice for a number that lacks a unit, has another program's unit, or is out of range; nil if it is valid.
    private static func unit(of value: String, for option: CommandCatalog.Argument) -> String? {
        if option.longNames == ["port"], let port = Int(value), !(1...65535).contains(port) {
            return "a port is a number from 1 to 65535"
        }
        let number = value.prefix { $0.isNumber || $0 == "." }
        let word = value.dropFirst(number.count).drop { $0 == " " }.lowercased()
        if option.valueName == "duration", Double(number) != nil,
            let unit = units.first(where: { $0.value.contains(word) })?.key
        {
            return "did you mean \(number)\(unit)?"
        }
        guard Double(value) != nil, !value.hasPrefix("-") else { return nil }
        switch option.valueName {
        case "duration" where option.longNames != ["ramp"] || value != "0":
            return Duration(text: value + "s") == nil
                ? "a duration is a number and a unit, such as 500ms, 10s or 5m"
                : "a duration needs a unit; did you mean \(value)s?"
        case "1h|1GiB": return "did you mean \(value)s or \(value)MiB?"
        default: return nil
        }
    }

    private static func typed(_ argument: String) -> String {
        String(argument.prefix { $0 != "=" })
    }

    private static func name(_ argument: String) -> String {
        String(argument.drop { $0 == "-" }.prefix { $0 != "=" })
    }
}
