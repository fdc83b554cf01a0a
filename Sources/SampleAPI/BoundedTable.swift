/// A table of at most `capacity` entries by key; if it is full, the oldest entry is evicted for the newest.
///
/// All its memory is allocated and touched at the start, so that filling it does not change the size of the process: a
/// test for leaks must see only the injected leaks. Entries are in a ring in insertion order; an index with linear
/// probing, at most half full, finds them by key. Removing an entry leaves a hole that the ring overwrites on its next
/// round.
struct BoundedTable<Value: BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
    private struct Entry: BitwiseCopyable {
        var key: Key128
        var value: Value
    }

    private let entries: UnsafeMutableBufferPointer<Entry>
    /// Entry numbers plus one; 0 is an empty slot. Its count is a power of two, at least twice the capacity.
    private let index: UnsafeMutableBufferPointer<UInt32>
    private var next = 0

    /// The current number of entries.
    private(set) var count = 0

    /// An empty table; `filler` can be any value, only its size matters.
    ///
    /// - Parameter capacity: 1 to 2^30 entries.
    init(capacity: Int, filler: Value) {
        precondition((1...(1 << 30)).contains(capacity), "a table holds 1 to 2^30 entries")
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry(key: .zero, value: filler))
        var places = 2
        while places < capacity * 2 { places *= 2 }
        index = .allocate(capacity: places)
        index.initialize(repeating: 0)
    }

    deinit {
        entries.deallocate()
        index.deallocate()
    }

    var capacity: Int { entries.count }

    /// The value of `key`; nil if it was never inserted, was removed or was evicted.
    subscript(key: Key128) -> Value? {
        guard let place = place(of: key) else { return nil }
        return entries[Int(index[place]) - 1].value
    }

    /// The entry inserted `age` insertions before the newest; nil for a hole or past the oldest.
    func entry(age: Int) -> (key: Key128, value: Value)? {
        guard age >= 0, age < capacity else { return nil }
        let entry = entries[(next + capacity - 1 - age) % capacity]
        return entry.key == .zero ? nil : (entry.key, entry.value)
    }

    /// Inserts a key that is not in the table.
    ///
    /// - Returns: the evicted value, if any.
    @discardableResult
    mutating func insert(_ value: Value, for key: Key128) -> Value? {
        precondition(key != .zero && place(of: key) == nil, "a key is put in once, and is not zero")
        var evicted: Value?
        let oldest = entries[next]
        if oldest.key != .zero { evicted = remove(oldest.key) }
        entries[next] = Entry(key: key, value: value)
        var place = home(of: key)
        while index[place] != 0 { place = following(place) }
        index[place] = UInt32(next + 1)
        next = (next + 1) % capacity
        count += 1
        return evicted
    }

    /// Changes the value of a key in place.
    ///
    /// - Returns: false if the key is not in the table.
    mutating func replace(_ value: Value, for key: Key128) -> Bool {
        guard let place = place(of: key) else { return false }
        entries[Int(index[place]) - 1].value = value
        return true
    }

    /// Removes a key.
    @discardableResult
    mutating func remove(_ key: Key128) -> Value? {
        guard let place = place(of: key) else { return nil }
        let number = Int(index[place]) - 1
        let value = entries[number].value
        entries[number].key = .zero
        closeGap(at: place)
        count -= 1
        return value
    }

    private func home(of key: Key128) -> Int { Int(truncatingIfNeeded: key.low) & (index.count - 1) }

    private func following(_ place: Int) -> Int { (place + 1) & (index.count - 1) }

    private func place(of key: Key128) -> Int? {
        var place = home(of: key)
        while index[place] != 0 {
            if entries[Int(index[place]) - 1].key == key { return place }
            place = following(place)
        }
        return nil
    }

    /// Moves later slots of the same run back, so that probing needs no tombstones (Knuth, The Art of Computer
    /// Programming 3, algorithm 6.4 R).
    private func closeGap(at gap: Int) {
        var gap = gap
        var place = gap
        while true {
            place = following(place)
            guard index[place] != 0 else { break }
            let home = home(of: entries[Int(index[place]) - 1].key)
            let distanceFromHome = (place - home) & (index.count - 1)
            let distanceFromGap = (place - gap) & (index.count - 1)
            if distanceFromHome >= distanceFromGap {
                index[gap] = index[place]
                gap = place
            }
        }
        index[gap] = 0
    }
}
