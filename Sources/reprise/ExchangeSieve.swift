import SessionLog
import Traffic

/// A filter that counts what it takes out.
struct ExchangeSieve {
    private let filter: ExchangeFilter
    /// Exchanges taken out.
    private(set) var leftOut: UInt64 = 0

    init(_ filter: ExchangeFilter) { self.filter = filter }

    /// Whether everything passes.
    var isOpen: Bool { filter.isEmpty }

    /// `batch` without the exchanges that do not pass.
    mutating func sieved(_ batch: consuming ExchangeBatch) -> ExchangeBatch {
        var batch = batch
        leftOut += UInt64(filter.apply(to: &batch))
        return batch
    }
}
