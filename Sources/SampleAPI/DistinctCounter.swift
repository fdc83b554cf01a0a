/// Counts distinct values in bounded memory: exactly up to `capacity`, beyond that as an estimate.
///
/// Adaptive sampling (Flajolet, "On adaptive sampling", Computing 43, 1990): keeps the hashes whose `level` lowest bits
/// are zero, and raises the level if there are too many. The standard error is 1.2/√capacity, 0.5 % at 65,536.
struct DistinctCounter {
    private let capacity: Int
    private var sample: Set<UInt64> = []
    private var level = 0

    init(capacity: Int = 65_536) {
        self.capacity = capacity
        // Filled once and emptied, so that its memory is allocated from the beginning.
        for hash in 0...UInt64(capacity) { sample.insert(hash) }
        sample.removeAll(keepingCapacity: true)
    }

    /// Counts a value with this hash, whose bits must all be uniformly distributed.
    mutating func see(hash: UInt64) {
        guard hash.trailingZeroBitCount >= level else { return }
        sample.insert(hash)
        while sample.count > capacity {
            level += 1
            let kept = sample.filter { $0.trailingZeroBitCount >= level }
            sample.removeAll(keepingCapacity: true)
            sample.formUnion(kept)
        }
    }

    /// The number of distinct hashes.
    var count: Int { sample.count << level }
}
