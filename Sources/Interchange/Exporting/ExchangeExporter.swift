public import Traffic

/// Writes exchanges in a format that other programs read. The output accumulates in ``bytes`` until the owner removes
/// it.
public protocol ExchangeExporter {
    /// The bytes written since the last ``removeAll()``.
    var bytes: [UInt8] { get }
    /// Counts of what was left out because the format cannot represent it.
    var leftOut: [ExportProblem: UInt64] { get }

    /// Removes the bytes and keeps their storage.
    mutating func removeAll()
    /// Notes connections, whose addresses are written with later exchanges.
    mutating func note(_ connections: [RecordedConnection])
    /// Notes capture losses.
    mutating func note(_ losses: [CaptureLoss])
    /// Writes `exchange`. Exchanges come in the order in which they began.
    mutating func append(_ exchange: Exchange)
    /// Writes what follows the last exchange.
    mutating func finish()
}

/// Why an exchange is missing from an export.
public enum ExportProblem: String, Sendable, CaseIterable {
    /// HAR and `.gor` cannot represent a response without its request.
    case withoutRequest = "exchange without a readable request"
    /// It contains the separator of `.gor` records.
    case holdsSeparator = "exchange that contains the separator of .gor records"
}
