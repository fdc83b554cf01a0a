import Formats

/// A page of `reprise help NAME` that is not a command: a subject, or the less common options of a command.
struct HelpTopic: Sendable {
    /// The name as typed: `gates`, `replay.tokens`.
    let name: String
    /// One line, for lists of topics.
    let abstract: String
    /// Paragraphs and indented lines, `\n` between them; paragraphs are wrapped.
    let text: String
    /// The command whose options the page describes; nil for none.
    var command: String?
    /// The long names of these options.
    var options: [String] = []

    /// The page.
    ///
    /// - Parameters:
    ///   - catalog: the descriptions of the options.
    ///   - width: columns of a line.
    func page(_ catalog: CommandCatalog, width: Int) -> String {
        var lines = ["\(abstract)."]
        if !text.isEmpty { lines += [""] + HelpTopic.wrapped(text, width) }
        if let command = command.flatMap(catalog.command), !options.isEmpty {
            lines += ["", "OPTIONS OF '\(command.commandName)':"]
            for name in options {
                if let option = command.option(name) { lines += HelpTopic.lines(of: option, width) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Lines that begin with a blank stay as they are.
    private static func wrapped(_ text: String, _ width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            line.hasPrefix(" ") || line.isEmpty ? [String(line)] : String(line).wrapped(to: width)
        }
    }

    /// Columns before the text of an option.
    private static let indent = 26

    private static func lines(of option: CommandCatalog.Argument, _ width: Int) -> [String] {
        let label = "  " + option.synopsis
        var notes: [String] = []
        if let values = option.allValues, !values.isEmpty { notes.append("values: \(values.joined(separator: ", "))") }
        if let value = option.defaultValue, !value.isEmpty { notes.append("default: \(value)") }
        let abstract = (option.abstract ?? "") + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
        var lines = abstract.wrapped(to: max(20, width - indent)).map { String(repeating: " ", count: indent) + $0 }
        if label.count < indent, let first = lines.first {
            lines[0] = label + first.dropFirst(label.count)
        } else {
            lines.insert(label, at: 0)
        }
        if let discussion = option.discussion, !discussion.isEmpty {
            lines += discussion.wrapped(to: max(20, width - 8)).map { "        " + $0 }
        }
        return lines
    }

    /// The topic called `name`.
    static func named(_ name: String) -> HelpTopic? { all.first { $0.name == name } }

    /// All topics, in the order in which they are listed.
    static let all: [HelpTopic] =
        [gates, scenarios, times, sessions, filters, units, exitCodes] + replayTopics + [captureLimits]
}
