import ArgumentParser
import SessionLog
import Traffic

/// `reprise verify`: every checksum of a log.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of a log and say what is damaged.",
        discussion: """
            Reads the whole log, checks every checksum, decodes every block and holds the index against the blocks. Each \
            damaged place is a line with its bytes and what it cost. Exit code 0 when the log is whole, 2 when it is not.

            Example: reprise verify shop.rlog
            """)

    @OptionGroup var input: LogArgument

    func run() throws {
        let size = try SessionLogReader(path: input.log).fileBytes
        var progress = ProgressLine()
        let result = try LogVerification(path: input.log) { done in
            progress.update("\(size == 0 ? 100 : done * 100 / size)% of \(ByteCount(size)) checked")
        }
        progress.clear()
        for damage in result.damages.first { try ResultOutput.print(damage.description) }
        let unlisted = result.damages.count - result.damages.first.count
        if unlisted > 0 { try ResultOutput.print("\(unlisted) more damaged places") }
        let readable =
            "\(result.exchanges) exchanges in \(result.blocks) blocks, \(ByteCount(result.fileBytes))"
        guard result.isWhole else {
            throw CommandFailure("\(input.log) is \(fault(result)); readable: \(readable)", .badInput)
        }
        let state = result.ending == .beingWritten ? "whole so far and still being written" : "whole"
        try ResultOutput.print("\(input.log) is \(state): \(readable)")
    }

    private func fault(_ result: LogVerification) -> String {
        guard !result.damages.isEmpty else { return "not finished: it has no end and no index" }
        let lost = result.damages.lostExchanges
        return "damaged in \(result.damages.count) place\(result.damages.count == 1 ? "" : "s")"
            + (lost > 0 ? ", at least \(lost) exchanges lost" : "")
    }
}
