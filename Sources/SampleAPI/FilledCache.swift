import Formats

/// A cache of pages with LRU eviction: it fills quickly at first, then ever more slowly, then stays full.
struct FilledCache: ~Copyable {
    static let entryBytes = 4096
    /// The number of distinct requested entries, as a multiple of the cache's capacity.
    private static let wantedShare = 1.5

    private let memory: MappedMemory
    private let capacity: Int
    private let wanted: UInt64
    private var random: SplitMix64
    /// The slot of each entry; -1 if it is not cached.
    private var places: [Int32]
    private var owners: [Int32] = []
    private var order: RecencyList
    private(set) var heldBytes = 0

    /// - Returns: nil for less than one entry, or if the machine does not have the memory.
    init?(byteCount: Int, seed: UInt64) {
        let capacity = min(byteCount / FilledCache.entryBytes, Int(Int32.max) / 2)
        guard capacity > 0, let memory = MappedMemory(byteCount: capacity * FilledCache.entryBytes) else { return nil }
        self.memory = memory
        self.capacity = capacity
        wanted = UInt64((Double(capacity) * FilledCache.wantedShare).rounded(.up))
        random = SplitMix64(seed: seed)
        places = [Int32](repeating: -1, count: Int(wanted))
        owners = [Int32](repeating: -1, count: capacity)
        order = RecencyList(capacity: capacity)
    }

    /// Looks up one entry, and caches it if it is missing.
    mutating func ask() {
        let thing = Int(random.next() % wanted)
        if places[thing] >= 0 {
            order.use(Int(places[thing]))
            return
        }
        let used = heldBytes / FilledCache.entryBytes
        let place = used < capacity ? used : order.oldest
        if owners[place] >= 0 { places[Int(owners[place])] = -1 }
        owners[place] = Int32(thing)
        places[thing] = Int32(place)
        order.use(place)
        let start = place * FilledCache.entryBytes
        memory.write(start..<start + FilledCache.entryBytes)
        heldBytes = max(heldBytes, start + FilledCache.entryBytes)
    }
}

/// Slots in the order of their last use, in memory allocated at the start.
struct RecencyList {
    private var next: [Int32]
    private var previous: [Int32]
    /// One past the slots: its neighbours are the most and the least recently used ones.
    private let hub: Int

    init(capacity: Int) {
        hub = capacity
        next = (0...capacity).map { Int32($0) }
        previous = next
    }

    /// The least recently used slot; at least one must have been used.
    var oldest: Int { Int(previous[hub]) }

    /// Makes a slot the most recently used one.
    mutating func use(_ place: Int) {
        let (before, after) = (Int(previous[place]), Int(next[place]))
        next[before] = Int32(after)
        previous[after] = Int32(before)
        let first = next[hub]
        next[place] = first
        previous[place] = Int32(hub)
        previous[Int(first)] = Int32(place)
        next[hub] = Int32(place)
    }
}
