/// The distinct byte strings of a block, in order of first occurrence, with a lookup for repeats.
///
/// A hash table over strings stored one after the other. It forgets nothing within a block, compares at most one
/// candidate per string, and has a random seed, so that crafted traffic cannot slow it down.
struct RepeatTable: ~Copyable {
    /// A string of the block.
    private struct Entry {
        var hash: UInt64
        var offset: Int
        var count: Int
    }

    /// How much of a string is hashed.
    enum Sampling {
        /// All of it: for short strings with small differences.
        case whole
        /// Its length and a few samples: for long strings. Strings with equal samples are still distinguished.
        case places
    }

    /// Maximum strings in the lookup; later strings of a block count as new each time.
    private static let maximumEntries = 1 << 17

    /// Random, so that nobody can craft strings with equal hashes.
    private let keys = (start: UInt64.random(in: .min ... .max), factor: UInt64.random(in: .min ... .max))
    private let sampling: Sampling
    private var storage = GrowingBuffer()
    private var entries: [Entry] = []
    /// Entry numbers + 1; 0 is free. At least twice as many slots as entries.
    private var slots = [UInt32](repeating: 0, count: 1024)
    /// Distinct strings so far.
    private(set) var count = 0

    init(_ sampling: Sampling) { self.sampling = sampling }

    /// The distinct strings, one after the other; valid until the next change.
    var bytes: UnsafeRawBufferPointer { storage.bytes }

    /// Bytes of the distinct strings.
    var byteCount: Int { storage.count }

    /// Looks up `string` and appends it if it is new.
    ///
    /// - Returns: the ``Reference`` to it.
    @inline(__always)
    mutating func reference(to string: UnsafeRawBufferPointer) -> UInt64 {
        let hash = sampling == .whole ? hash(string) : sampledHash(string)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.hash == hash {
                guard entry.count == string.count, storage.holds(string, at: entry.offset) else { break }
                return UInt64(slots[slot] - 1) + Reference.firstKnown
            }
            slot = (slot + 1) & mask
        }
        // If a different string has the same hash, the new string is not entered in the lookup.
        append(string, hash, slots[slot] == 0 ? slot : nil)
        return Reference.new
    }

    /// Removes all strings and keeps the storage, unless it is unusually large.
    mutating func removeAll() {
        storage.removeAll(keepingAtMost: LogFormat.keptBufferBytes)
        entries.removeAll(keepingCapacity: true)
        count = 0
        if slots.count > 1 << 14 {
            slots = [UInt32](repeating: 0, count: 1024)
        } else {
            slots.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        }
    }

    private mutating func append(_ string: UnsafeRawBufferPointer, _ hash: UInt64, _ slot: Int?) {
        // Entries have the numbers of their strings; once the table is full, further strings are not entered.
        if count == entries.count, entries.count < RepeatTable.maximumEntries {
            entries.append(Entry(hash: hash, offset: storage.count, count: string.count))
            if let slot { slots[slot] = UInt32(entries.count) }
            if entries.count * 2 > slots.count { rehash() }
        }
        storage.append(string)
        count += 1
    }

    private mutating func rehash() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        for number in slots where number != 0 {
            var slot = Int(truncatingIfNeeded: entries[Int(number) - 1].hash) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = number
        }
        slots = larger
    }
}

extension RepeatTable {
    /// Multiply and fold, sixteen bytes at a time, as in wyhash.
    @inline(__always)
    private func mix(_ hash: UInt64, _ first: UInt64, _ second: UInt64) -> UInt64 {
        let product = (hash ^ first).multipliedFullWidth(by: keys.factor ^ second)
        return product.high ^ product.low
    }

    @inline(__always)
    private func word(_ string: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        string.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    @inline(__always)
    private func hash(_ string: UnsafeRawBufferPointer) -> UInt64 {
        let count = string.count
        var hash = keys.start
        guard count >= 8 else {
            var short: UInt64 = 0
            for byte in string { short = short << 8 | UInt64(byte) }
            return mix(hash, short, UInt64(count))
        }
        var offset = 0
        if count > 64 {
            // Two chains, so that one multiplication does not wait for the other.
            var other = keys.factor
            while offset + 32 < count {
                hash = mix(hash, word(string, offset), word(string, offset + 8))
                other = mix(other, word(string, offset + 16), word(string, offset + 24))
                offset += 32
            }
            hash = mix(hash, other, 0)
        }
        while offset + 16 < count {
            hash = mix(hash, word(string, offset), word(string, offset + 8))
            offset += 16
        }
        hash = mix(hash, word(string, max(0, count - 16)), word(string, count - 8))
        return mix(hash, 0, UInt64(count))
    }

    /// The hash of the first and last 64 bytes and of eight words between them.
    @inline(__always)
    private func sampledHash(_ string: UnsafeRawBufferPointer) -> UInt64 {
        let count = string.count
        guard count > 192 else { return hash(string) }
        var hash = keys.start
        for offset in stride(from: 0, to: 64, by: 16) {
            hash = mix(hash, word(string, offset), word(string, offset + 8))
        }
        let step = (count - 128) / 8
        for offset in stride(from: 64, to: 64 + 8 * step, by: 2 * step) {
            hash = mix(hash, word(string, offset), word(string, offset + step))
        }
        for offset in stride(from: count - 64, to: count, by: 16) {
            hash = mix(hash, word(string, offset), word(string, offset + 8))
        }
        return mix(hash, 0, UInt64(count))
    }
}
