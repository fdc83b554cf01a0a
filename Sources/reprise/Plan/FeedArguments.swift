public import ArgumentParser
public import Plan

/// Values from files, for each clone its own.
struct FeedArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Make each clone a person of FILE: its user name, password and whatever else a login or registration has.",
            discussion: """
                CSV whose first line names the columns, or .jsonl with an object a line. Columns are matched with the \
                recorded fields by name (username, email, password, …); 'reprise plan --bindings' shows which, and a \
                file of bindings changes it. Columns may stand in other templates too, as {name}, and values may hold \
                {clone}, {counter}, {uuid} and {now}.
                """,
            valueName: "file"))
    var identities: String?

    @Option(
        help: ArgumentHelp(
            "When more clones run than FILE has people: 'stop', 'reuse' or 'wrap'.",
            discussion: """
                'stop' starts no more of them; 'reuse' gives each next clone of a slot the person of the one before it; \
                'wrap' begins at the first again, even while that is in use. Goes for --feed too.
                """,
            valueName: "rule"))
    var identitiesWhenUsedUp = Feeds.WhenUsedUp.stop

    @Option(
        help: ArgumentHelp(
            "Values from FILE, one a line and clone, for {NAME} in --claim, --identity or a file of bindings. Repeatable.",
            valueName: "name=file"))
    var feed: [String] = []

    func validate() throws {
        if identities == nil, feed.isEmpty, identitiesWhenUsedUp != .stop {
            throw ValidationError("--identities-when-used-up needs --identities or --feed.")
        }
        for text in feed where parts(of: text) == nil {
            throw ValidationError("'\(text)' is no feed such as apikey=keys.txt.")
        }
    }

    /// The files that are read.
    var files: [String] { [identities].compactMap { $0 } + feed.compactMap { parts(of: $0)?.path } }

    /// The files, read.
    func feeds() throws -> Feeds {
        var feeds = Feeds()
        feeds.whenUsedUp = identitiesWhenUsedUp
        if let identities {
            let isJSON = [".jsonl", ".ndjson", ".json"].contains { identities.lowercased().hasSuffix($0) }
            let table = try table(identities, "identities") { bytes throws(FeedTable.Problem) in
                isJSON ? try FeedTable(jsonLines: bytes) : try FeedTable(csv: bytes)
            }
            try check(feeds.add(people: table), identities)
        }
        for (name, path) in feed.compactMap(parts) {
            let table = try table(path, "values") { bytes throws(FeedTable.Problem) in try FeedTable(lines: bytes) }
            try check(feeds.add(table, named: name), "--feed \(name)")
        }
        return feeds
    }

    private func parts(of text: String) -> (name: String, path: String)? {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex, text.index(after: equals) < text.endIndex
        else { return nil }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    private func table(
        _ path: String, _ what: String, read: ([UInt8]) throws(FeedTable.Problem) -> FeedTable
    ) throws -> FeedTable {
        let bytes = try InputFile.read(path, limit: FeedTable.byteLimit, what: what)
        do throws(FeedTable.Problem) {
            return try read(bytes)
        } catch {
            throw CommandFailure("cannot use the \(what) in \(path): \(error.description)", .badInput)
        }
    }

    private func check(_ taken: String?, _ source: String) throws {
        guard let taken else { return }
        throw CommandFailure("\(source): the name '\(taken)' is taken: {\(taken)} stands for something else", .usage)
    }
}

extension Feeds.WhenUsedUp: ExpressibleByArgument {}
