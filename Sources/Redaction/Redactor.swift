import Credentials
public import Traffic

/// Bounds on what a redactor keeps in memory, and on what it looks into.
public struct RedactionLimits: Hashable, Sendable {
    /// Redacted values remembered to be found elsewhere.
    public var maxSecrets = 100_000
    /// Bytes of those values in all the forms that are searched for.
    public var maxSecretBytes = 256 << 20
    /// Bytes a body may decode to; a longer one is not kept.
    public var maxDecodedBytes = 64 << 20
    /// Codings within codings that are followed: base64 in JSON in a form is three.
    public var maxDepth = 6
    /// Names of people, too common to be searched for, remembered for the fields that hold such names.
    public var maxPeople = 100_000
    /// Hashes of identifiers that passed as they are.
    public var maxSeenValues = 1_000_000

    /// The defaults.
    public init() {}
}

/// What a redactor did.
public struct RedactionCounts: Hashable, Sendable {
    /// Exchanges that came through.
    public var exchanges: UInt64 = 0
    /// Exchanges in which something was changed.
    public var changedExchanges: UInt64 = 0
    /// Bodies left out because the policy says so.
    public var droppedBodies: UInt64 = 0
    /// Bodies left out because their coding is unknown, damaged or longer than the limit.
    public var unreadableBodies: UInt64 = 0
}

/// Takes out of exchanges what a policy says must not be kept: exchanges in, exchanges out.
///
/// A value that a rule names is replaced there, and remembered: from its exchange on, or in everything that is redacted after
/// ``collect(_:)`` has seen it, it is replaced wherever else it occurs, also percent-encoded, escaped, in base64 and in
/// coded bodies. Values that can be somewhere by chance (short ones, words, dates) are replaced only where a rule names
/// them.
///
/// Without ``collect(_:)``, as at capture, what a token's claims say stays when it has been somewhere as it is in an
/// earlier exchange: the identifier of someone who registered has to be the same before and after their first token.
///
/// Used by one thread at a time.
public struct Redactor: Sendable {
    /// What was done so far.
    public internal(set) var counts = RedactionCounts()
    /// Values learned so far.
    public var learnedSecrets: UInt64 { book.learned }
    /// Values forgotten to stay within the bounds; where no rule names them they may be in what was redacted
    /// afterwards.
    public var forgottenSecrets: UInt64 { book.forgotten }

    let limits: RedactionLimits
    let pseudonyms: Pseudonyms
    let unparsable: RedactionPolicy.Unparsable
    /// What is shown instead of secrets, where they are masked for a page and not for keeping.
    let mark: SecretMark?
    var tables: PolicyTables
    var book: SecretBook
    var people: People
    /// Nil once values were collected: then everything is known from the start.
    var seen: SeenValues?
    /// Whether values are only learned, and nothing is searched for them yet.
    var isCollecting = false

    /// A redactor that has seen nothing.
    ///
    /// - Parameter key: what pseudonyms are made under; under the same key the same value has the same pseudonym everywhere.
    public init(policy: RedactionPolicy, key: [UInt8], limits: RedactionLimits = RedactionLimits()) {
        self.init(policy: policy, key: key, limits: limits, mark: nil)
    }

    /// A redactor that puts marks in the place of what the built-in policy names.
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
        book = SecretBook(maximumCount: limits.maxSecrets, maximumBytes: limits.maxSecretBytes)
        people = People(maximumCount: limits.maxPeople)
        seen = SeenValues(maximumCount: limits.maxSeenValues)
    }

    /// Learns the values that rules name in `batch`, so that what is redacted afterwards has none of them, whichever came first.
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

    /// Appends what `batch` holds to `output`, redacted.
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

    /// `exchange`, redacted.
    public mutating func redacted(_ exchange: Exchange) -> Exchange {
        var (batch, output) = (ExchangeBatch(), ExchangeBatch())
        batch.append(exchange)
        redact(batch, into: &output)
        return output.exchange(at: 0)
    }

    /// What becomes of an exchange; looked at again when it taught something, for that may be in what was looked at
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
