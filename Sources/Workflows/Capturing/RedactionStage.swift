public import Redaction
public import Traffic

/// Takes out of a capture's batches what must not be kept, before they reach the log.
public struct RedactionStage {
    private var redactor: Redactor
    private var output = ExchangeBatch()

    /// A stage under the policy and the key of `redactor`.
    public init(_ redactor: Redactor) { self.redactor = redactor }

    /// `batch`, redacted; its storage is used again by the next call.
    public mutating func redacted(_ batch: ExchangeBatch) -> ExchangeBatch {
        output.removeAll()
        redactor.redact(batch, into: &output)
        return output
    }

    /// What a person should know about the promise; see ``Redaction/Redactor/notices``.
    public var notices: [String] { redactor.notices }
}
