/// How a worker has tokens made away from its thread.
struct WorkerMinting {
    let table: MintTable
    /// Nil when the plan has no such tokens.
    let minter: TokenMinter?
    let inbox: MintInbox
    /// Tokens made before the run began; slots are those of the plan.
    var made: [MintAnswer] = []
}
