import Credentials
public import Traffic

/// Limits on a redactor's memory and on what it decodes.
public struct RedactionLimits: Hashable, Sendable {
    /// Redacted values remembered so that they are found elsewhere.
    public var maxSecrets = 100_000
    /// Bytes of these values in all the forms that are searched for.
    public var maxSecretBytes = 256 << 20
    /// Maximum bytes of a decoded body; a longer one is not kept.
    public var maxDecodedBytes = 64 << 20
    /// Maximum depth of nested encodings: base64 in JSON in a form is three.
    public var maxDepth = 6
    /// Names of people that are too common to search for, remembered for the fields that contain names.
    public var maxPeople = 100_000
    /// Hashes of identifiers that passed unchanged.
    public var maxSeenValues = 1_000_000

    /// The defaults.
    public init() {}
}

/// The counts of a redactor.
public struct RedactionCounts: Hashable, Sendable {
    /// Exchanges processed.
    public var exchanges: UInt64 = 0
    /// Exchanges with changes.
    public var changedExchanges: UInt64 = 0
    /// Bodies left out by the policy.
    public var droppedBodies: UInt64 = 0
    /// Bodies left out because their coding is unknown, damaged or longer than the limit.
    public var unreadableBodies: UInt64 = 0
}

/// Redacts exchanges according to a policy: exchanges in, exchanges out.
///
/// A value that a rule names is replaced there and remembered. From its exchange on, or in everything redacted after
/// ``collect(_:)`` has seen it, it is also replaced wherever else it occurs, including percent-encoded, escaped, in
/// base64 and in encoded bodies. Values that can occur by chance (short ones, words, dates) are replaced only where a
/// rule names them.
///
/// Without ``collect(_:)``, as during a capture, a token's claim stays unchanged if the same value passed unchanged in
/// an earlier exchange: the identifier of a user who registers must be the same before and after their first token.
///
/// Used by one thread at a time.
public struct Redactor: Sendable {
    /// The counts so far.
    public internal(set) var counts = RedactionCounts()
    /// Values learned so far.
    public var learnedSecrets: UInt64 { book.learned }
    /// Values forgotten because of the limits; where no rule names them, they may remain in exchanges redacted later.
    public var forgottenSecrets: UInt64 { book.forgotten }

    let limits: RedactionLimits
    let pseudonyms: Pseudonyms
    let unparsable: RedactionPolicy.Unparsable
    /// The mark shown instead of secrets if they are masked for display; nil otherwise.
    let mark: SecretMark?
    var tables: PolicyTables
    var book: ReplacementTable
    var people: People
    /// Nil once values were collected, as everything is then known from the start.
    var seen: SeenValues?
    /// Whether values are only learned, without searching for them.
    var isCollecting = false

    /// Creates a redactor that has seen nothing.
    ///
    /// - Parameter key: the key of pseudonyms; with the same key, the same value has the same pseudonym everywhere.
    public init(policy: RedactionPolicy, key: [UInt8], limits: RedactionLimits = RedactionLimits()) {
        self.init(policy: policy, key: key, limits: limits, mark: nil)
    }

    /// Creates a redactor that replaces what the built-in policy names with marks.
    init(showing mark: SecretMark) {
        self.init(policy: .default, key: [0], limits: RedactionLimits(), mark: mark)
        seen = nil
    }

    private init(policy: RedactionPolicy, key: [UInt8], limits: RedactionLimits, mark: SecretMark?) {
        self.limits = limits
        self.mark = mark
        pseudonyms = Pseudonyms(key: key)
        unparsable = policy.unparsable
        tables = PolicyTables(policy)
        book = ReplacementTable(maximumCount: limits.maxSecrets, maximumBytes: limits.maxSecretBytes)
        people = People(maximumCount: limits.maxPeople)
        seen = SeenValues(maximumCount: limits.maxSeenValues)
    }

    /// Learns the values that rules name in `batch`, so that they are replaced in everything redacted afterwards,
    /// independently of the order.
    public mutating func collect(_ batch: ExchangeBatch) {
        isCollecting = true
        seen = nil
        defer { isCollecting = false }
        let before = counts
        batch.bytes.withUnsafeBufferPointer { bytes in
            for record in batch.records { _ = outcome(of: ExchangeView(record, bytes)) }
        }
        counts = before
    }

    /// Appends the redacted contents of `batch` to `output`.
    public mutating func redact(_ batch: ExchangeBatch, into output: inout ExchangeBatch) {
        output.connections += batch.connections
        output.losses += batch.losses
        output.opaqueServers += batch.opaqueServers
        batch.bytes.withUnsafeBufferPointer { bytes in
            for record in batch.records {
                let view = ExchangeView(record, bytes)
                let outcome = settledOutcome(of: view)
                var redacted = record
                redacted.request = store(outcome.request, of: record.request, view.request, in: &output)
                redacted.response = store(outcome.response, of: record.response, view.response, in: &output)
                output.records.append(redacted)
            }
        }
    }

    /// The redacted `exchange`.
    public mutating func redacted(_ exchange: Exchange) -> Exchange {
        var (batch, output) = (ExchangeBatch(), ExchangeBatch())
        batch.append(exchange)
        redact(batch, into: &output)
        return output.exchange(at: 0)
    }

    /// The outcome for an exchange. It is processed again if a value was learned, which may occur in a part processed
    /// before.
    private mutating func settledOutcome(of view: ExchangeView) -> ExchangeOutcome {
        let before = counts
        var outcome: ExchangeOutcome
        var attempts = 0
        repeat {
            counts = before
            let known = book.learned
            seen?.forgetPending()
            outcome = self.outcome(of: view)
            attempts += 1
            if book.learned == known { break }
        } while attempts < 4
        seen?.keepPending()
        counts.exchanges += 1
        if !outcome.isUnchanged { counts.changedExchanges += 1 }
        return outcome
    }

    private mutating func outcome(of view: ExchangeView) -> ExchangeOutcome {
        func path() -> [UInt8] { view.request.map { HeadFacts($0.head).path(in: $0.head) } ?? [] }
        return ExchangeOutcome(
            request: view.request.map { outcome(of: $0, .request, path: path()) },
            response: view.response.map { outcome(of: $0, .response, path: path()) })
    }

    private func store(
        _ outcome: MessageOutcome?, of message: ExchangeBatch.Message?, _ view: MessageView?,
        in output: inout ExchangeBatch
    ) -> ExchangeBatch.Message? {
        guard let outcome, let view, var message else { return nil }
        func stored(_ changed: [UInt8]?, _ original: Bytes) -> ExchangeBatch.ByteRange {
            let range =
                changed?.withUnsafeBytes { output.store($0) } ?? output.store(UnsafeRawBufferPointer(original))
            guard let range else { preconditionFailure("a batch, redacted, holds less than 4 GiB") }
            return range
        }
        message.head = stored(outcome.head, view.head)
        message.body = stored(outcome.body, view.body)
        message.trailers = stored(outcome.trailers, view.trailers)
        message.bodyBytes = outcome.bodyBytes
        return message
    }
}
