import ArgumentParser
import FoundationEssentials

/// The commands and their options, as ArgumentParser describes them: the source of help topics and of advice on
/// misspelt names.
struct CommandCatalog: Decodable, Sendable {
    /// A command.
    struct Command: Decodable, Sendable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var shouldDisplay: Bool?
        var subcommands: [Command]?
        var arguments: [Argument]?

        /// The options and flags, without the positional arguments.
        var options: [Argument] { (arguments ?? []).filter { $0.kind != "positional" } }

        /// The option called `name`, without its hyphens.
        func option(_ name: String) -> Argument? {
            options.first { $0.names?.contains { $0.name == name } ?? false }
        }
    }

    /// An option, a flag or a positional argument.
    struct Argument: Decodable, Sendable {
        struct Name: Decodable, Sendable {
            var kind: String
            var name: String
        }

        var kind: String
        /// False for options that only a help topic shows.
        var shouldDisplay: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
        var discussion: String?

        /// The long names, without hyphens.
        var longNames: [String] { (names ?? []).filter { $0.kind == "long" }.map(\.name) }

        /// `-o, --output <file>`.
        var synopsis: String {
            let names = (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }.joined(separator: ", ")
            return kind == "option" ? "\(names) <\(valueName ?? "value")>" : names
        }
    }

    var command: Command

    /// The commands of this program.
    static func ofThisProgram() -> CommandCatalog? {
        try? JSONDecoder().decode(CommandCatalog.self, from: Data(Reprise._dumpHelp().utf8))
    }

    /// The commands.
    var commands: [Command] { command.subcommands ?? [] }

    /// The command called `name`.
    func command(_ name: String) -> Command? { commands.first { $0.commandName == name } }
}
