import HeapModule

/// The exchanges that a sorted list begins with: of all that are offered, those that come first, in memory for no more than these.
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
    /// Exchanges that were offered.
    public private(set) var offered: UInt64 = 0

    /// - Parameter limit: rows kept at most, above 0.
    public init(by order: ListOrder, limit: Int) {
        precondition(limit > 0, "a list has rows")
        self.order = order
        self.limit = limit
    }

    /// Takes an exchange in if it is among the first so far.
    ///
    /// - Parameter finished: the row as it is kept, asked for only when it is: in the same place in the order.
    public mutating func offer(_ row: ListedExchange, finished: (ListedExchange) -> ListedExchange = { $0 }) {
        offered += 1
        let place = Place(row: row, order: order)
        if heap.count < limit {
            heap.insert(Place(row: finished(row), order: order))
        } else if let last = heap.max, place < last {
            heap.replaceMax(with: Place(row: finished(row), order: order))
        }
    }

    /// The first of all that were offered, in order.
    public var rows: [ListedExchange] { heap.unordered.sorted().map(\.row) }
}
