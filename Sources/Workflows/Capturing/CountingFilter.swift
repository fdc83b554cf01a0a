public import SessionLog
public import Traffic

/// A filter that counts the exchanges it removes.
public struct CountingFilter {
    private let filter: ExchangeFilter
    /// The number of removed exchanges.
    public private(set) var leftOut: UInt64 = 0

    /// A filter that has not removed any exchange.
    public init(_ filter: ExchangeFilter) { self.filter = filter }

    /// Whether everything passes.
    public var isOpen: Bool { filter.isEmpty }

    /// `batch` without the exchanges that do not pass.
    public mutating func passing(_ batch: consuming ExchangeBatch) -> ExchangeBatch {
        var batch = batch
        leftOut += UInt64(filter.apply(to: &batch))
        return batch
    }
}
