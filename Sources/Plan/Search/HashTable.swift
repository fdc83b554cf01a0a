/// Values by hashes that are spread already, as those of ``ValueHash`` are: to hash them once more would cost more than the rest.
/// What is in it stays.
struct HashTable<Value> {
    private var entries: [(key: UInt64, value: Value)] = []
    /// Open addressing: places in `entries`, counted from 1; 0 where there is none. As many as a power of two.
    private var slots: [UInt32] = Array(repeating: 0, count: 16)

    /// How many there are.
    var count: Int { entries.count }

    /// The value of `key`; nil where there is none.
    subscript(key: UInt64) -> Value? {
        let slot = slots[self.slot(of: key)]
        return slot == 0 ? nil : entries[Int(slot) - 1].value
    }

    /// The value of `key`, which is `value` from now on where there was none.
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

    /// Where `key` is, or is to be.
    private func slot(of key: UInt64) -> Int {
        let mask = slots.count - 1
        // The lower half of a product depends on the lower half of the key alone.
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
