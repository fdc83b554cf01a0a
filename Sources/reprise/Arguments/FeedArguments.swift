public import ArgumentParser
public import Plan

/// Values from files, one row for each replayed session.
struct FeedArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "File with users: each session logs in or registers as one of them.",
            discussion: """
                CSV with column names in the first line, or JSON Lines (.jsonl). Columns match recorded fields by name \
                (username, email, password, …); 'reprise plan --bindings' shows the matches, and a bindings file changes \
                them. Other templates can use columns as {name}; values can contain {clone}, {counter}, {uuid} and {now}.
                """,
            valueName: "file", visibility: .hidden), completion: .file())
    var identities: String?

    @Option(
        help: ArgumentHelp(
            "When all rows are used: 'stop' starting sessions, 'reuse' or 'wrap'.",
            discussion: """
                'reuse' gives a session the row of the session that ran before it in the same slot; 'wrap' starts again at the \
                first row, even while it is in use. Also applies to --feed.
                """,
            valueName: "rule", visibility: .hidden))
    var identitiesWhenUsedUp = Feeds.WhenUsedUp.stop

    @Option(
        help: ArgumentHelp(
            "File with a value per line for {NAME} in --claim, --identity or a bindings file; one per session. Repeatable.",
            valueName: "name=file", visibility: .hidden))
    var feed: [String] = []

    func validate() throws {
        if identities == nil, feed.isEmpty, identitiesWhenUsedUp != .stop {
            throw ValidationError("--identities-when-used-up needs --identities or --feed.")
        }
        for text in feed where parts(of: text) == nil {
            throw ValidationError("--feed takes NAME=FILE, such as apikey=keys.txt, not '\(text)'.")
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
        throw CommandFailure("\(source): {\(taken)} already has a meaning: choose a different name", .usage)
    }
}

extension Feeds.WhenUsedUp: ExpressibleByArgument {}
