import HeapModule

/// The first rows of a sorted list: keeps only the first of all offered exchanges in memory.
public struct FirstExchanges: Sendable {
    private struct Place: Comparable {
        let row: ListedExchange
        let order: ListOrder

        static func < (left: Place, right: Place) -> Bool { left.order.lists(left.row, before: right.row) }
        static func == (left: Place, right: Place) -> Bool { left.row.number == right.row.number }
    }

    private let order: ListOrder
    private let limit: Int
    private var heap = Heap<Place>()
    /// The number of exchanges offered.
    public private(set) var offered: UInt64 = 0

    /// A table without rows.
    ///
    /// - Parameter limit: the maximum number of rows, above 0.
    public init(by order: ListOrder, limit: Int) {
        precondition(limit > 0, "a list has rows")
        self.order = order
        self.limit = limit
    }

    /// Keeps an exchange if it is among the first so far.
    ///
    /// - Parameter finished: completes a row that is kept; must not change its position in the order.
    public mutating func offer(_ row: ListedExchange, finished: (ListedExchange) -> ListedExchange = { $0 }) {
        offered += 1
        let place = Place(row: row, order: order)
        if heap.count < limit {
            heap.insert(Place(row: finished(row), order: order))
        } else if let last = heap.max, place < last {
            heap.replaceMax(with: Place(row: finished(row), order: order))
        }
    }

    /// The first of all offered exchanges, in order.
    public var rows: [ListedExchange] { heap.unordered.sorted().map(\.row) }
}
