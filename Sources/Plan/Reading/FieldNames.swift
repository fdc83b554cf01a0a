import Formats

/// A set of header field names with fast lookup, for checks on every message.
struct FieldNames {
    /// In lowercase, grouped by length.
    private let names: [[[UInt8]]]

    /// - Parameter names: in lowercase.
    init(_ names: [String]) {
        let longest = names.map(\.utf8.count).max() ?? 0
        var byLength: [[[UInt8]]] = Array(repeating: [], count: longest + 1)
        for name in names { byLength[name.utf8.count].append(Array(name.utf8)) }
        self.names = byLength
    }

    /// Whether the name in `range` of a head is in the set, ignoring case.
    func contain(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count < names.count else { return false }
        for name in names[range.count] {
            var index = 0
            while index < name.count, ASCII.lowercased(head[range.lowerBound + index]) == name[index] { index += 1 }
            if index == name.count { return true }
        }
        return false
    }
}
