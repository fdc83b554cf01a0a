import Foundation

/// Columns of text with a header.
struct Table {
    private var rows: [[String]]

    init(_ names: [String]) { rows = [names] }

    mutating func append(_ fields: [String]) { rows.append(fields) }

    func printed() {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        for row in rows {
            let fields = row.enumerated().map { column, field in
                let blank = String(repeating: " ", count: widths[column] - field.count)
                return column == 0 ? field + blank : blank + field
            }
            say(fields.joined(separator: "  "))
        }
    }
}

/// A share of cases.
struct Share {
    var count = 0
    var all = 0

    mutating func add(_ holds: Bool) {
        all += 1
        if holds { count += 1 }
    }

    static func + (left: Share, right: Share) -> Share {
        Share(count: left.count + right.count, all: left.all + right.all)
    }

    var ratio: Double { all == 0 ? 0 : Double(count) / Double(all) }

    var text: String { all == 0 ? "-" : String(format: "%.1f", 100 * ratio) }
}

/// Processes independent items on all processors; the results are in the order of the items.
func parallelMap<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ work: @Sendable @escaping (Item) -> Result
) -> [Result] {
    let results = Results<Result>(count: items.count)
    DispatchQueue.concurrentPerform(iterations: items.count) { results.set($0, work(items[$0])) }
    return results.all
}

private final class Results<Value: Sendable>: @unchecked Sendable {
    private var values: [Value?]
    private let lock = NSLock()

    init(count: Int) { values = Array(repeating: nil, count: count) }

    func set(_ place: Int, _ value: Value) { lock.withLock { values[place] = value } }

    var all: [Value] { lock.withLock { values.compactMap { $0 } } }
}

/// Prints a line without buffering.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
