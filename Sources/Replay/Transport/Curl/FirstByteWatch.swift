internal import HeapModule
internal import Traffic

/// Finds transfers whose response has not begun in time: libcurl has no such limit.
///
/// A transfer has at most one entry, however often its handle is reused. The entry is checked no later than the
/// transfer's deadline.
struct FirstByteWatch {
    private struct Entry: Comparable {
        var time: RunTime
        var lane: Int
        var transfer: CurlTransfer

        static func == (left: Entry, right: Entry) -> Bool { left.time == right.time }
        static func < (left: Entry, right: Entry) -> Bool { left.time < right.time }
    }

    private let limitNs: Int64
    private var entries = Heap<Entry>()

    /// - Parameter limitNs: the time limit from a request's first byte to its response's.
    init(limitNs: Int64) { self.limitNs = limitNs }

    /// When the next check is due.
    var next: RunTime? { entries.min?.time }

    /// Watches a transfer that was started at `now`.
    mutating func watch(_ transfer: CurlTransfer, lane: Int, at now: RunTime) {
        guard !transfer.isWatched else { return }
        transfer.isWatched = true
        entries.insert(Entry(time: now.advanced(byNs: limitNs), lane: lane, transfer: transfer))
    }

    /// Removes and returns a transfer that is overdue at `now`; nil if there is none.
    mutating func takeOverdue(at now: RunTime) -> (transfer: CurlTransfer, lane: Int)? {
        while let first = entries.min, first.time <= now {
            let entry = entries.removeMin()
            guard let due = entry.transfer.firstByteDue(limitNs: limitNs, at: now) else {
                entry.transfer.isWatched = false
                continue
            }
            guard due > now else {
                entry.transfer.isWatched = false
                return (entry.transfer, entry.lane)
            }
            entries.insert(Entry(time: due, lane: entry.lane, transfer: entry.transfer))
        }
        return nil
    }
}
