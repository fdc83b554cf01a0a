import ArgumentParser

/// `reprise generate-manual`: writes the manual's pages as files, for `tools/install`.
///
/// ArgumentParser's manual plugin leaves out the topics, and the options that only they show.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-manual", abstract: "Write the pages of the manual into a folder.", shouldDisplay: false)

    @Argument(help: "An existing folder.")
    var folder: String

    func run() throws {
        guard let catalog = CommandCatalog.ofThisProgram() else { throw CommandFailure("cannot describe the commands") }
        for page in ManualPages(catalog: catalog, version: Reprise.version).pages {
            try ResultOutput.replace("\(folder)/\(page.name)", with: page.text)
            try ResultOutput.print(page.name)
        }
    }
}
