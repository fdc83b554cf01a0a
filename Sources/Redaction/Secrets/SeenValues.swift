/// Hashes of values that passed unchanged, so that an equal claim of a later token stays unchanged too: an identifier
/// must be the same where it is issued and where it is used.
///
/// Only values that can be claims are noted. Bounded: at ``maximumCount``, all are forgotten.
struct SeenValues: Sendable {
    let maximumCount: Int
    private var hashes: Set<Int> = []
    /// The values of the current exchange, which do not count for the tokens in it.
    private var pending: [Int] = []

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// Longer values are not identifiers.
    private static let longest = 128

    /// Notes an unchanged value with its name.
    mutating func note(_ value: Bytes, named name: Bytes?) {
        guard value.count >= 3, value.count <= SeenValues.longest else { return }
        let isName = name.map(People.isField) ?? false
        guard isName || value.count >= ValueStrength.shortest && ValueStrength(Array(value)) == .strong else { return }
        pending.append(SeenValues.hash(UnsafeRawBufferPointer(value)))
    }

    func contains(_ value: [UInt8]) -> Bool {
        !hashes.isEmpty && value.withUnsafeBytes { hashes.contains(SeenValues.hash($0)) }
    }

    /// Drops the values of an exchange that is processed again.
    mutating func forgetPending() { pending.removeAll(keepingCapacity: true) }

    /// Ends the exchange: its values count for the exchanges that follow.
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
