public import Redaction
public import Traffic

/// Redacts a capture's batches before they reach the log.
public struct RedactionStage {
    private var redactor: Redactor
    private var output = ExchangeBatch()

    /// A stage with the policy and the key of `redactor`.
    public init(_ redactor: Redactor) { self.redactor = redactor }

    /// `batch`, redacted; the next call reuses its storage.
    public mutating func redacted(_ batch: ExchangeBatch) -> ExchangeBatch {
        output.removeAll()
        redactor.redact(batch, into: &output)
        return output
    }

    /// Notes for the user about the limits of redaction; see `Redaction.Redactor.notices`.
    public var notices: [String] { redactor.notices }
}
