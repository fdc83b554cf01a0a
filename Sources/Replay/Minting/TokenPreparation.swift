internal import Glibc
internal import Plan
internal import Threads
internal import Traffic

/// Makes the tokens that the first clones need, before the run's clock starts.
struct TokenPreparation {
    let plan: ReplayPlan
    let table: MintTable
    let minter: TokenMinter
    /// The most tokens made before a run.
    static let limit = 50_000

    /// The tokens for the plan's slots.
    ///
    /// - Parameter proceed: called ten times per second; false ends the work.
    func perform(proceed: () throws -> Bool) throws -> [MintAnswer] {
        let inbox = MintInbox(wake: try WakeSignal())
        var count = 0
        for slot in 0..<plan.slotCount {
            guard count < TokenPreparation.limit, let turn = plan.firstTurn(ofSlot: slot) else { continue }
            for entry in table[turn.script] {
                let lead = MintLead.aheadNs(lifetimeSeconds: entry.lifetimeSeconds)
                let needed = turn.due.advanced(byNs: entry.firstDueNs)
                guard needed.nanoseconds <= lead else { continue }
                minter.add(
                    TokenMinter.Order(
                        slot: slot, clone: turn.clone, script: turn.script, value: entry.value, maker: entry.maker,
                        session: plan.scripts[turn.script].sessionNumber,
                        row: plan.row(of: turn), seed: plan.options.seed,
                        uniquifier: CloneValues.uniquifier(seed: plan.options.seed, minted: UInt64.max >> 1)),
                    due: needed, for: inbox)
                count += 1
            }
        }
        var made: [MintAnswer] = []
        while made.count < count, try proceed() {
            usleep(count < 100 ? 1000 : 100_000)
            made += inbox.take()
        }
        return made
    }
}
