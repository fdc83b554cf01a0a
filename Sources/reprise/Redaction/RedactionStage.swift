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
    /// Tells on standard error what was left out, or may be left in.
    func warn() {
        if counts.unreadableBodies > 0 {
            Console.warn(
                "\(counts.unreadableBodies) bodies are left out: their coding is unknown, damaged or too long to search"
            )
        }
        if forgottenSecrets > 0 {
            Console.warn(
                "\(forgottenSecrets) redacted values were forgotten to stay within memory; where no rule names them they "
                    + "may stand in exchanges that came later")
        }
    }
}
