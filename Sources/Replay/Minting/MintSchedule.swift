internal import HeapModule
internal import Plan
internal import Traffic

/// When the tokens of clones have to be made, or made again. Pure: time comes in, orders come out.
struct MintSchedule {
    /// A token of a clone.
    struct Key: Hashable {
        var clone: Int
        var value: Int
    }

    /// A token to be made now.
    struct Item {
        var slot: Int
        var script: Int
        var key: Key
        /// When it is needed.
        var needed: RunTime
        /// Whether it replaces an existing token that expires.
        var isRenewal: Bool
    }

    private struct Entry: Comparable {
        var time: RunTime
        var number: UInt64
        var item: Item

        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.number) < (right.time, right.number)
        }
    }

    private let table: MintTable
    private var entries = Heap<Entry>()
    private var number: UInt64 = 0
    /// Tokens in the making.
    private var ordered: Set<Key> = []
    /// Tokens of clones that have not begun yet.
    private var ready: [Key: TokenRecipe.Token] = [:]

    init(table: MintTable) { self.table = table }

    /// When the next token has to be made.
    var next: RunTime? { entries.min?.time }

    /// Schedules the tokens of a clone that begins at `turn`; `slot` is the worker's number of the slot.
    mutating func expect(_ turn: CloneTurn, slot: Int) {
        for entry in table[turn.script] {
            let needed = turn.due.advanced(byNs: entry.firstDueNs)
            let lead = MintLead.aheadNs(lifetimeSeconds: entry.lifetimeSeconds)
            let item = Item(
                slot: slot, script: turn.script, key: Key(clone: turn.clone, value: entry.value),
                needed: needed, isRenewal: false)
            guard ready[item.key] == nil else { continue }
            add(item, at: needed.advanced(byNs: -lead))
        }
    }

    /// The next token to be made at `now`; nil if there is none. It then counts as ordered.
    mutating func take(until now: RunTime) -> Item? {
        while let first = entries.min, first.time <= now {
            let item = entries.removeMin().item
            if order(item.key) { return item }
        }
        return nil
    }

    /// Notes that a token is being made; false if it already is.
    mutating func order(_ key: Key) -> Bool { ordered.insert(key).inserted }

    /// Notes that a token was made, or that making it failed.
    ///
    /// - Parameters:
    ///   - token: the token.
    ///   - isKept: whether its clone has not begun yet.
    ///   - item: when it has to be made again; nil if it never expires, or is not needed afterwards.
    mutating func made(_ key: Key, _ token: TokenRecipe.Token?, isKept: Bool, again item: (Item, at: RunTime)?) {
        ordered.remove(key)
        if isKept { ready[key] = token }
        if let item { add(item.0, at: item.at) }
    }

    /// The tokens of a clone that begins now.
    mutating func begin(_ clone: Int, script: Int) -> [(value: Int, token: TokenRecipe.Token)] {
        table[script].compactMap { entry in
            ready.removeValue(forKey: Key(clone: clone, value: entry.value)).map { (entry.value, $0) }
        }
    }

    private mutating func add(_ item: Item, at time: RunTime) {
        number += 1
        entries.insert(Entry(time: time, number: number, item: item))
    }
}
