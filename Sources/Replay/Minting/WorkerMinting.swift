/// A worker's access to tokens made on other threads.
struct WorkerMinting {
    let table: MintTable
    /// Nil when the plan has no such tokens.
    let minter: TokenMinter?
    let inbox: MintInbox
    /// Tokens made before the run began; slots are those of the plan.
    var made: [MintAnswer] = []
}
