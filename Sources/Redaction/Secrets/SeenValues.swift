/// Hashes of values that have passed as they are, so that a claim of a later token that says the same stays what it is: else an
/// identifier would be one thing where it was given and another where it is used.
///
/// Only what can be a claim is noted. Bounded: when ``maximumCount`` is reached all are forgotten.
struct SeenValues: Sendable {
    let maximumCount: Int
    private var hashes: Set<Int> = []
    /// Those of the exchange that is looked at, which is one with the tokens in it.
    private var pending: [Int] = []

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// Longer values are no identifiers.
    private static let longest = 128

    /// Notes a value that stays, with the name it has.
    mutating func note(_ value: Bytes, named name: Bytes?) {
        guard value.count >= 3, value.count <= SeenValues.longest else { return }
        let isName = name.map(People.isField) ?? false
        guard isName || value.count >= ValueStrength.shortest && ValueStrength(Array(value)) == .strong else { return }
        pending.append(SeenValues.hash(UnsafeRawBufferPointer(value)))
    }

    func contains(_ value: [UInt8]) -> Bool {
        !hashes.isEmpty && value.withUnsafeBytes { hashes.contains(SeenValues.hash($0)) }
    }

    /// Forgets what was noted of an exchange that is looked at again.
    mutating func forgetPending() { pending.removeAll(keepingCapacity: true) }

    /// The exchange is over: what was noted of it counts for those that follow.
    mutating func keepPending() {
        if hashes.count + pending.count > maximumCount { hashes.removeAll(keepingCapacity: true) }
        hashes.formUnion(pending)
        pending.removeAll(keepingCapacity: true)
    }

    private static func hash(_ value: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: value)
        return hasher.finalize()
    }
}
