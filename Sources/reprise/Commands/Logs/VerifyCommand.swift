import ArgumentParser
import SessionLog
import Traffic

/// `reprise verify`: checks every checksum of a log.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a log for damage.",
        discussion: """
            Checks every checksum, decodes every block and compares the index with the blocks. Prints a line for each damaged \
            place, with its bytes and what was lost. Exit code 0: the log is whole; 2: it is damaged. Losses during \
            the capture, before the log was written, are listed; they are not damage.

            Without its key, only the checksums of an encrypted log are checked.

            Example: reprise verify shop.rlog
            """)

    @Argument(
        help: ArgumentHelp("Session logs (.rlog).", valueName: "log"), completion: .file(extensions: ["rlog"]))
    var logs: [String]

    @OptionGroup var sealing: LogKeyArgument

    func run() throws {
        let key = try sealing.logKey()
        var faults: [String] = []
        for log in logs {
            if let fault = try verify(log, key) { faults.append(fault) }
        }
        guard faults.isEmpty else { throw CommandFailure(faults.joined(separator: "\n"), .badInput) }
    }

    /// Checks a log and prints the result; returns what is wrong with it.
    private func verify(_ log: String, _ key: LogKey?) throws -> String? {
        var progress = ProgressLine()
        let size = (try? LogReader(LogSelection(paths: [log], key: key)).fileBytes) ?? 0
        let result = try LogVerification(path: log, key: key) { done in
            if size > 0 { progress.update("\(done * 100 / size)% of \(ByteCount(size)) checked") }
        }
        progress.clear()
        for damage in result.damages.first { try ResultOutput.print(damage.description) }
        let unlisted = result.damages.count - result.damages.first.count
        if unlisted > 0 { try ResultOutput.print("\(unlisted) more damaged places") }
        let readable =
            "\(result.exchanges) exchanges in \(result.blocks) blocks, \(ByteCount(result.fileBytes))"
        guard result.isWhole else { return "\(log) is \(fault(result)); readable: \(readable)" }
        var state = result.ending == .beingWritten ? "whole so far and still being written" : "whole"
        if result.isSealed { state += " by its checksums (encrypted; --decrypt-key FILE checks the content too)" }
        let losses = result.losses.descriptions
        let lost = losses.isEmpty ? "" : "; lost in capture: " + losses.joined(separator: ", ")
        try ResultOutput.print("\(log) is \(state): \(readable)\(lost)")
        return nil
    }

    private func fault(_ result: LogVerification) -> String {
        guard !result.damages.isEmpty else { return "not finished: it has no end and no index" }
        let lost = result.damages.lostExchanges
        return "damaged in \(result.damages.count) place\(result.damages.count == 1 ? "" : "s")"
            + (lost > 0 ? ", at least \(lost) exchanges lost" : "")
    }
}
