public import Traffic

/// Writes exchanges in a format that other programs read. Bytes gather in ``bytes`` until the owner takes them away.
public protocol ExchangeExporter {
    /// What was written since the last ``removeAll()``.
    var bytes: [UInt8] { get }
    /// What the format could not carry, so that it was left out.
    var leftOut: [ExportProblem: UInt64] { get }

    /// Forgets the bytes and keeps their storage.
    mutating func removeAll()
    /// Notes connections whose addresses later exchanges are written with.
    mutating func note(_ connections: [RecordedConnection])
    /// Notes what capture lost.
    mutating func note(_ losses: [CaptureLoss])
    /// Writes `exchange`. Exchanges come in the order in which they began.
    mutating func append(_ exchange: Exchange)
    /// Writes what is behind the last exchange.
    mutating func finish()
}

/// Why an exchange is not in an export.
public enum ExportProblem: String, Sendable, CaseIterable {
    /// HAR and `.gor` have no place for a response alone.
    case withoutRequest = "exchange without a readable request"
    /// The bytes that end a `.gor` record are inside it.
    case holdsSeparator = "exchange that holds the separator of .gor records"
}
