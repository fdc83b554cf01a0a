/// Finds connections by their endpoints: a hash table with open addressing whose slots hold a pointer and a part of the hash.
///
/// Owns the slots, not the connections. The hash is seeded, so that a sender cannot choose addresses that collide.
struct ConnectionTable: ~Copyable {
    private struct Slot {
        var connection: UnsafeMutablePointer<Connection>?
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

    /// The endpoints of a segment, the lower first.
    struct Key {
        var lowHigh: UInt64
        var lowLow: UInt64
        var highHigh: UInt64
        var highLow: UInt64
        var lowPort: UInt16
        var highPort: UInt16
        /// 0 when the segment goes from the lower endpoint to the higher, else 1.
        var direction: Int

        @inline(__always)
        init(_ segment: TCPSegment) {
            let isForward: Bool
            if segment.sourceLow != segment.destinationLow {
                isForward = segment.sourceLow < segment.destinationLow
            } else if segment.sourceHigh != segment.destinationHigh {
                isForward = segment.sourceHigh < segment.destinationHigh
            } else {
                isForward = segment.sourcePort <= segment.destinationPort
            }
            lowHigh = isForward ? segment.sourceHigh : segment.destinationHigh
            lowLow = isForward ? segment.sourceLow : segment.destinationLow
            highHigh = isForward ? segment.destinationHigh : segment.sourceHigh
            highLow = isForward ? segment.destinationLow : segment.sourceLow
            lowPort = isForward ? segment.sourcePort : segment.destinationPort
            highPort = isForward ? segment.destinationPort : segment.sourcePort
            direction = isForward ? 0 : 1
        }
    }

    /// The hash of `key` in this table.
    @inline(__always)
    func hash(_ key: Key) -> UInt64 {
        var hash = mix(seed, key.lowLow ^ key.highLow.byteSwapped)
        hash = mix(hash, UInt64(key.lowPort) << 16 | UInt64(key.highPort))
        if key.lowHigh | key.highHigh != 0 { hash = mix(mix(hash, key.lowHigh), key.highHigh ^ key.lowLow) }
        return hash
    }

    @inline(__always)
    private func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93 ^ seed)
        return product.high ^ product.low
    }

    /// The connection with the endpoints of `key`.
    @inline(__always)
    func find(_ key: Key, hash: UInt64) -> UnsafeMutablePointer<Connection>? {
        var index = Int(truncatingIfNeeded: hash) & mask
        while let connection = slots[index].connection {
            if slots[index].hash == hash, connection.pointee.isBetween(key) { return connection }
            index = (index + 1) & mask
        }
        return nil
    }

    /// Adds a connection whose `hash` is set and whose endpoints are not in the table.
    mutating func insert(_ connection: UnsafeMutablePointer<Connection>) {
        if (count + 1) * 3 > (mask + 1) * 2 { grow() }
        place(Slot(connection: connection, hash: connection.pointee.hash))
        count += 1
    }

    /// Removes a connection; those behind it move up, so that no grave is left.
    mutating func remove(_ connection: UnsafeMutablePointer<Connection>) {
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

    /// Number of slots, for going round them with ``connection(atSlot:)``.
    var slotCount: Int { mask + 1 }

    /// The connection in a slot, if any.
    func connection(atSlot index: Int) -> UnsafeMutablePointer<Connection>? { slots[index & mask].connection }

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

extension Connection {
    /// Whether its endpoints are those of `key`.
    @inline(__always)
    func isBetween(_ key: ConnectionTable.Key) -> Bool {
        lowLow == key.lowLow && highLow == key.highLow && lowPort == key.lowPort && highPort == key.highPort
            && lowHigh == key.lowHigh && highHigh == key.highHigh
    }
}
