import ArgumentParser

/// What a target is compared with, by alternating replays.
struct BaselineArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also replay to this target, alternating with --target, and compare the two. Repeatable.",
            discussion: "The run folder then has a run for each turn, and the comparison of the two targets.",
            valueName: "[host=]url", visibility: .hidden))
    var baselineTarget: [String] = []

    @Option(
        help: ArgumentHelp("Number of turns of baseline and target.", valueName: "n", visibility: .hidden))
    var pairs = 3

    @Option(
        help: ArgumentHelp(
            "Differences up to this many percent do not matter.", valueName: "percent", visibility: .hidden))
    var margin = 5.0

    func validate() throws {
        guard (1...100).contains(pairs) else { throw ValidationError("--pairs must be 1 to 100.") }
        guard margin > 0, margin <= 100 else {
            throw ValidationError("--margin takes a percentage above 0, up to 100.")
        }
    }
}
