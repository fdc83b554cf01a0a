/// The TLS connections that are being decrypted or wait for a secret.
struct TLSTable {
    struct Entry {
        var conversation = TLSConversation()
        var connection: UnsafeMutablePointer<Connection>
        /// Since when it waits for a secret, in nanoseconds since the Unix epoch; nil if it does not wait.
        var waitingSince: Int64?
        /// Whether its packets have ended.
        var isParked = false
        /// Bytes counted in ``TLSTable/heldBytes``.
        var countedBytes = 0
    }

    private(set) var entries: [Entry?] = []
    private var free: [Int32] = []
    /// Bytes held by all conversations together.
    private(set) var heldBytes = 0
    /// Indexes of waiting conversations, and of some that no longer wait.
    private(set) var waiting: Set<Int32> = []

    var isAnyoneWaiting: Bool { !waiting.isEmpty }

    mutating func insert(_ entry: Entry) -> Int32 {
        if let index = free.popLast() {
            entries[Int(index)] = entry
            return index
        }
        entries.append(entry)
        return Int32(entries.count - 1)
    }

    mutating func remove(_ index: Int32) {
        guard let entry = entries[Int(index)] else { return }
        heldBytes -= entry.countedBytes
        waiting.remove(index)
        entries[Int(index)] = nil
        free.append(index)
    }

    /// Updates a conversation, and the count of held bytes.
    mutating func update(_ index: Int32, _ change: (inout TLSConversation) -> Void) {
        guard entries[Int(index)] != nil else { return }
        change(&entries[Int(index)]!.conversation)
        let held = entries[Int(index)]!.conversation.heldBytes
        heldBytes += held - entries[Int(index)]!.countedBytes
        entries[Int(index)]!.countedBytes = held
    }

    /// Takes the number of records of a conversation that could not be read.
    mutating func takeUnreadable(_ index: Int32) -> UInt64 {
        defer { entries[Int(index)]?.conversation.unreadable = 0 }
        return entries[Int(index)]?.conversation.unreadable ?? 0
    }

    /// Notes that a conversation waits, or no longer does.
    mutating func setWaiting(_ index: Int32, since time: Int64?) {
        entries[Int(index)]?.waitingSince = time
        if time == nil { waiting.remove(index) } else { waiting.insert(index) }
    }

    /// Notes that the packets of a conversation have ended.
    mutating func park(_ index: Int32) { entries[Int(index)]?.isParked = true }
}
