internal import Plan
internal import Traffic

/// What a worker keeps of tokens that are made away from it.
struct WorkerMinting {
    let table: MintTable
    /// Nil when the plan has no such tokens.
    let minter: TokenMinter?
    let inbox: MintInbox
    /// Whether the plan has requests that a command signs.
    let hasSignatures: Bool
    var agenda: TokenAgenda
    /// The clone that began last in each slot; -1 before the first.
    var begun: [Int]
    /// Requests that wait for a token, by slot.
    var parked: [Int: [CloneScheduler.Dispatch]] = [:]
    /// What was refused of a slot's clone, where anything was.
    var refusals: [Int: MintedRefusals] = [:]
    /// Tokens made before the run began, to be counted as it begins.
    var made: [MintAnswer] = []
    private let number: UInt64
    private var orders: UInt64 = 0

    /// - Parameters:
    ///   - number: the worker's, from 0.
    ///   - slotCount: how many slots it has.
    init(table: MintTable, minter: TokenMinter?, inbox: MintInbox, number: Int, slotCount: Int) {
        begun = Array(repeating: -1, count: slotCount)
        hasSignatures = table.hasSignatures
        self.table = table
        self.minter = minter
        self.inbox = inbox
        self.number = UInt64(number)
        agenda = TokenAgenda(table: table)
    }

    /// What makes the next token of this worker unlike its others.
    mutating func nextUniquifier(seed: UInt64) -> UInt64 {
        orders += 1
        return CloneValues.uniquifier(seed: seed, minted: number << 40 | orders)
    }
}
