import Formats
import Redaction
import Traffic

/// Takes out of a capture's batches what must not be kept, before they reach the log.
struct RedactionStage {
    private var redactor: Redactor
    private var output = ExchangeBatch()

    init(_ redactor: Redactor) { self.redactor = redactor }

    /// `batch`, redacted; its storage is used again by the next call.
    mutating func redacted(_ batch: ExchangeBatch) -> ExchangeBatch {
        output.removeAll()
        redactor.redact(batch, into: &output)
        return output
    }

    /// Tells on standard error what a person should know about the promise.
    func warn() { redactor.warn() }
}

extension Redactor {
    /// Warns of what was left out, or may be left in.
    func warn() {
        if counts.unreadableBodies > 0 {
            Console.warn(
                "\(Plural.text(counts.unreadableBodies, "body")) left out: the content coding is unknown, damaged or too long to search"
            )
        }
        if forgottenSecrets > 0 {
            Console.warn(
                "\(Plural.text(forgottenSecrets, "redacted value")) dropped from memory (limit reached): where no rule names them, "
                    + "they may remain in later exchanges")
        }
    }
}
