public import ArgumentParser
public import SessionLog

/// Whether `inspect` lists exchanges, which of them, and in which order.
struct ListArguments: ParsableArguments {
    @Flag(help: "List the exchanges, one per line: number, time, session, method, status, ms, bytes, path.")
    var list = false

    @Option(
        help: ArgumentHelp(
            "List the exchanges in this order: the slowest, largest or highest status first, else the lowest.",
            valueName: "column"))
    var sort: ListOrder?

    @Option(help: ArgumentHelp("List the N slowest exchanges.", valueName: "n"))
    var slowest: Int?

    @Flag(
        help: ArgumentHelp(
            "List only failed exchanges: no response, status 400 or more, a gRPC or GraphQL error."))
    var failed = false

    @Option(
        help: ArgumentHelp("List at most N exchanges (with --sort: 100000 unless given).", valueName: "n"))
    var limit: Int?

    /// Whether exchanges are listed.
    var isList: Bool { list || sort != nil || slowest != nil || failed || limit != nil }

    /// The order, and the number of rows to keep; nil to list exchanges as they are read.
    var ranking: (order: ListOrder, limit: Int)? {
        if let slowest { return (.ms, slowest) }
        guard let sort, sort != .number, sort != .time else { return nil }
        return (sort, limit ?? ListArguments.usualLimit)
    }

    private static let usualLimit = 100_000
    private static let limitRange = 1...10_000_000

    func validate() throws {
        if slowest != nil, sort != nil || limit != nil {
            throw ValidationError("--slowest N is --sort ms --limit N: give one of them.")
        }
        for (name, number) in [("--slowest", slowest), ("--limit", limit)] {
            guard let number, !ListArguments.limitRange.contains(number) else { continue }
            throw ValidationError("\(name) takes a number from 1 to \(ListArguments.limitRange.upperBound).")
        }
    }
}

extension ListOrder: ExpressibleByArgument {}
