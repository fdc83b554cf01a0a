import Formats

/// The manual as files for man(1), in roff with the man(7) macros: a page for the program, for each command, and for
/// each topic.
struct ManualPages {
    let catalog: CommandCatalog
    let version: String

    /// A file of the manual.
    struct Page {
        /// Such as `reprise-capture.1`.
        let name: String
        let text: String
    }

    /// All pages.
    var pages: [Page] { [root] + commands.map(page) + HelpTopic.all.map(page) }

    private var commands: [CommandCatalog.Command] {
        catalog.commands.filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
    }

    private var root: Page {
        var roff = Roff(title: "REPRISE", section: 1, version: version)
        roff.section("NAME", text: "reprise \\- \(Roff.escaped(catalog.command.abstract ?? ""))")
        roff.section("SYNOPSIS", text: ".B reprise\n.I command\n[options]")
        roff.section("DESCRIPTION", paragraphs: catalog.command.discussion ?? "")
        roff.section("COMMANDS")
        for command in commands { roff.entry("reprise-\(command.commandName)(1)", command.abstract ?? "") }
        roff.section("TOPICS")
        for topic in HelpTopic.all { roff.entry("reprise-\(topic.name)(7)", topic.abstract) }
        return Page(name: "reprise.1", text: roff.text)
    }

    private func page(_ command: CommandCatalog.Command) -> Page {
        let name = "reprise-\(command.commandName)"
        var roff = Roff(title: name.uppercased(), section: 1, version: version)
        roff.section("NAME", text: "\(Roff.escaped(name)) \\- \(Roff.escaped(command.abstract ?? ""))")
        let arguments = (command.arguments ?? []).filter { $0.kind == "positional" }
        let names = arguments.map { ".I \(Roff.escaped($0.valueName ?? "argument"))…" }.joined(separator: "\n")
        roff.section(
            "SYNOPSIS", text: ".B reprise \(command.commandName)\n[options]" + (names.isEmpty ? "" : "\n\(names)"))
        roff.section("DESCRIPTION", paragraphs: command.discussion ?? "")
        if !arguments.isEmpty { roff.section("ARGUMENTS") }
        for argument in arguments { roff.entry(argument.valueName ?? "argument", argument.description) }
        roff.section("OPTIONS")
        for option in command.options { roff.entry(option.synopsis, option.description) }
        roff.section("SEE ALSO", text: ".BR reprise (1)")
        return Page(name: "\(name).1", text: roff.text)
    }

    private func page(_ topic: HelpTopic) -> Page {
        let name = "reprise-\(topic.name)"
        var roff = Roff(title: name.uppercased(), section: 7, version: version)
        roff.section("NAME", text: "\(Roff.escaped(name)) \\- \(Roff.escaped(topic.abstract))")
        roff.section("DESCRIPTION", paragraphs: topic.text)
        if let command = topic.command.flatMap(catalog.command), !topic.options.isEmpty {
            roff.section("OPTIONS OF REPRISE \(command.commandName.uppercased())")
            for option in topic.options.compactMap(command.option) { roff.entry(option.synopsis, option.description) }
        }
        roff.section("SEE ALSO", text: ".BR reprise (1)")
        return Page(name: "\(name).7", text: roff.text)
    }
}

extension CommandCatalog.Argument {
    /// What the option does, its values and its default.
    fileprivate var description: String {
        var text = abstract ?? ""
        if let allValues, !allValues.isEmpty { text += " Values: \(allValues.joined(separator: ", "))." }
        if let defaultValue, !defaultValue.isEmpty { text += " Default: \(defaultValue)." }
        if let discussion, !discussion.isEmpty { text += "\n\(discussion)" }
        return text
    }
}

/// A text for man(7).
private struct Roff {
    private(set) var text: String

    init(title: String, section: Int, version: String) {
        text = ".TH \(title) \(section) \"\" \"Reprise \(version)\"\n.nh\n"
    }

    mutating func section(_ title: String) { text += ".SH \(title)\n" }

    /// - Parameter ready: text that is already roff.
    mutating func section(_ title: String, text ready: String) { text += ".SH \(title)\n\(ready)\n" }

    /// - Parameter plain: paragraphs, which are filled; lines that begin with a space stay as they are.
    mutating func section(_ title: String, paragraphs plain: String) {
        guard !plain.isEmpty else { return }
        section(title)
        var isLiteral = false
        for line in plain.split(separator: "\n", omittingEmptySubsequences: false) {
            let wantsLiteral = line.hasPrefix(" ") || (line.isEmpty && isLiteral)
            if wantsLiteral != isLiteral { text += wantsLiteral ? ".nf\n" : ".fi\n" }
            isLiteral = wantsLiteral
            text += line.isEmpty ? ".PP\n" : Roff.escaped(String(line)) + "\n"
        }
        if isLiteral { text += ".fi\n" }
    }

    /// A term and its meaning.
    mutating func entry(_ term: String, _ meaning: String) {
        text += ".TP\n.B \(Roff.escaped(term))\n"
        text += meaning.split(separator: "\n").map { Roff.escaped(String($0)) }.joined(separator: "\n.br\n") + "\n"
    }

    /// `text` escaped so that roff shows it literally: no escapes, no requests at the start of a line, hyphens that can
    /// be copied.
    static func escaped(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
