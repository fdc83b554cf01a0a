/// Connections to handle at a later time, earliest first: a ring buffer that grows as needed.
struct ClosingQueue {
    struct Entry {
        var connection: UnsafeMutablePointer<TCPConnection>
        /// The generation that the entry is for; a later use of the record is left alone.
        var generation: UInt32
        /// When it is due, in nanoseconds since the Unix epoch.
        var due: Int64
    }

    private var entries: [Entry?] = Array(repeating: nil, count: 64)
    private var head = 0
    private(set) var count = 0

    /// The entry that is due first.
    var first: Entry? { count == 0 ? nil : entries[head] }

    /// Adds an entry, which must not be due before the entries already in the queue.
    mutating func append(_ entry: Entry) {
        if count == entries.count {
            let ordered = (0..<count).map { entries[(head + $0) & (entries.count - 1)] }
            entries = ordered + Array(repeating: nil, count: count)
            head = 0
        }
        entries[(head + count) & (entries.count - 1)] = entry
        count += 1
    }

    mutating func removeFirst() {
        entries[head] = nil
        head = (head + 1) & (entries.count - 1)
        count -= 1
    }
}
