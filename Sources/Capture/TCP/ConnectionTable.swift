/// Finds connections by their endpoints: a hash table with open addressing whose slots hold a pointer and the hash.
///
/// Owns the slots, not the connections. The hash is seeded, so that a sender cannot choose colliding addresses.
struct ConnectionTable: ~Copyable {
    private struct Slot {
        var connection: UnsafeMutablePointer<TCPConnection>?
        var hash: UInt64
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private(set) var count = 0
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed | 1
        mask = 1023
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Slot(connection: nil, hash: 0), count: mask + 1)
    }

    deinit { slots.deallocate() }

    /// The hash of `endpoints` in this table.
    @inline(__always)
    func hash(_ key: EndpointPair) -> UInt64 {
        var hash = mix(seed, key.lowLow ^ key.highLow.byteSwapped)
        hash = mix(hash, UInt64(key.lowPort) << 16 | UInt64(key.highPort))
        if key.lowHigh | key.highHigh != 0 {
            hash = mix(mix(hash, key.lowHigh), key.highHigh ^ key.lowLow)
        }
        return hash
    }

    @inline(__always)
    private func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(
            by: 0xd6e8_feb8_6659_fd93 ^ seed)
        return product.high ^ product.low
    }

    /// The connection between these endpoints, or one of several.
    @inline(__always)
    func find(_ key: EndpointPair, hash: UInt64) -> UnsafeMutablePointer<TCPConnection>? {
        var index = Int(truncatingIfNeeded: hash) & mask
        while let connection = slots[index].connection {
            if slots[index].hash == hash, connection.pointee.endpoints == key { return connection }
            index = (index + 1) & mask
        }
        return nil
    }

    /// All connections between these endpoints.
    func all(_ key: EndpointPair, hash: UInt64) -> [UnsafeMutablePointer<TCPConnection>] {
        var found: [UnsafeMutablePointer<TCPConnection>] = []
        var index = Int(truncatingIfNeeded: hash) & mask
        while let connection = slots[index].connection {
            if slots[index].hash == hash, connection.pointee.endpoints == key { found.append(connection) }
            index = (index + 1) & mask
        }
        return found
    }

    /// Adds a connection whose `hash` is set; others may have the same endpoints.
    mutating func insert(_ connection: UnsafeMutablePointer<TCPConnection>) {
        if (count + 1) * 3 > (mask + 1) * 2 { grow() }
        place(Slot(connection: connection, hash: connection.pointee.hash))
        count += 1
    }

    /// Removes a connection; the entries after it move up, so that no tombstone is needed.
    mutating func remove(_ connection: UnsafeMutablePointer<TCPConnection>) {
        var index = Int(truncatingIfNeeded: connection.pointee.hash) & mask
        while slots[index].connection != connection {
            guard slots[index].connection != nil else { return }
            index = (index + 1) & mask
        }
        count -= 1
        var hole = index
        var next = (hole + 1) & mask
        while slots[next].connection != nil {
            let home = Int(truncatingIfNeeded: slots[next].hash) & mask
            if (next - home) & mask >= (next - hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = Slot(connection: nil, hash: 0)
    }

    /// Number of slots, for iterating over them with ``connection(atSlot:)``.
    var slotCount: Int { mask + 1 }

    /// The connection in a slot, if any.
    func connection(atSlot index: Int) -> UnsafeMutablePointer<TCPConnection>? {
        slots[index & mask].connection
    }

    private mutating func place(_ slot: Slot) {
        var index = Int(truncatingIfNeeded: slot.hash) & mask
        while slots[index].connection != nil { index = (index + 1) & mask }
        slots[index] = slot
    }

    private mutating func grow() {
        let (old, oldCount) = (slots, mask + 1)
        mask = oldCount * 2 - 1
        slots = .allocate(capacity: oldCount * 2)
        slots.initialize(repeating: Slot(connection: nil, hash: 0), count: oldCount * 2)
        for index in 0..<oldCount where old[index].connection != nil { place(old[index]) }
        old.deallocate()
    }
}
