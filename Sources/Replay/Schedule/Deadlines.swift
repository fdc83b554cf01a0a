internal import HeapModule
internal import Traffic

/// Deadlines in order of time. Entries that are already due when added are not sorted: at full speed, all are.
struct Deadlines {
    /// A time when a slot has something to do.
    struct Entry: Comparable {
        var time: RunTime
        /// The clone that it belongs to: deadlines of ended clones are ignored.
        var clone: Int
        var slot: Int32
        /// Index of the request, or ``begin``, ``release`` or ``leave``.
        var request: Int32

        /// The slot's clone begins.
        static let begin: Int32 = -1
        /// The clone's next request has to be released.
        static let release: Int32 = -2
        /// The level falls below the slot: the clone that runs in it then ends.
        static let leave: Int32 = -3

        @inline(__always)
        static func < (left: Entry, right: Entry) -> Bool {
            if left.time != right.time { return left.time < right.time }
            return (left.clone, left.request) < (right.clone, right.request)
        }
    }

    private var later = Heap<Entry>()
    private var now: [Entry] = []
    private var first = 0

    /// Adds a deadline; `isDue` when it is already due.
    @inline(__always)
    mutating func add(_ entry: Entry, isDue: Bool) {
        if isDue { now.append(entry) } else { later.insert(entry) }
    }

    /// The time of the first deadline.
    var next: RunTime? {
        guard first < now.count else { return later.min?.time }
        guard let least = later.min?.time else { return now[first].time }
        return min(least, now[first].time)
    }

    /// The number of deadlines.
    var count: Int { now.count - first + later.count }

    /// Removes and returns the first deadline that is not after `time`.
    mutating func take(until time: RunTime) -> Entry? {
        let least = later.min
        if first < now.count, least.map({ now[first] <= $0 }) ?? true {
            let due = now[first]
            guard due.time <= time else { return nil }
            first += 1
            if first == now.count {
                now.removeAll(keepingCapacity: true)
                first = 0
            }
            return due
        }
        guard let least, least.time <= time else { return nil }
        return later.removeMin()
    }

    mutating func removeAll() { self = Deadlines() }
}
