/// A table keyed by hashes that are already well distributed, such as those of ``ValueHash``: hashing them again would
/// cost more than the rest. Entries are never removed.
struct HashTable<Value> {
    private var entries: [(key: UInt64, value: Value)] = []
    /// Open addressing: indices into `entries`, counted from 1, or 0 for an empty slot. The size is a power of two.
    private var slots: [UInt32] = Array(repeating: 0, count: 16)

    /// The number of entries.
    var count: Int { entries.count }

    /// The keys, in the order in which they were added.
    var keys: some Collection<UInt64> { entries.lazy.map(\.key) }

    /// The value of `key`; nil if there is none.
    subscript(key: UInt64) -> Value? {
        let slot = slots[self.slot(of: key)]
        return slot == 0 ? nil : entries[Int(slot) - 1].value
    }

    /// The value of `key`; stores and returns `value` if there is none.
    subscript(key: UInt64, default value: @autoclosure () -> Value) -> Value {
        get { self[key] ?? value() }
        _modify {
            let index = index(of: key, default: value)
            yield &entries[index].value
        }
    }

    /// Adds `value` unless `key` has one.
    mutating func insert(_ value: Value, for key: UInt64) { _ = index(of: key) { value } }

    private mutating func index(of key: UInt64, default value: () -> Value) -> Int {
        let slot = slot(of: key)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        entries.append((key, value()))
        slots[slot] = UInt32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return entries.count - 1
    }

    /// The slot of `key`, or the empty one where it belongs.
    private func slot(of key: UInt64) -> Int {
        let mask = slots.count - 1
        // The lower half of a product depends only on the lower half of the key.
        var slot = Int(truncatingIfNeeded: key ^ key >> 32) & mask
        while slots[slot] != 0, entries[Int(slots[slot]) - 1].key != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 4)
        for (index, entry) in entries.enumerated() { slots[slot(of: entry.key)] = UInt32(index + 1) }
    }
}

extension HashTable: Sendable where Value: Sendable {}
