import Traffic

/// The exchanges of a log in the order in which they began.
///
/// Blocks are in the order in which exchanges ended, so neighbours overlap: each block is opened when its first
/// exchange is due, and merged with the open ones. Decoded blocks take at most 32 MiB at once (or one exchange per
/// block, if that is more); when long exchanges keep more blocks open, blocks are decoded several times.
struct MergedBlocks: ~Copyable {
    /// The damage found so far; at the end, all damage that affects exchanges.
    private(set) var damages: LogDamages
    /// How the log ends.
    let ending: LogEnding
    /// What the opened blocks contain in addition to exchanges, until it is taken.
    private var notes = BlockNotes()
    /// Skipped blocks, which may name connections of exchanges in other blocks.
    private var passed: [BlockEntry]
    /// The blocks with exchanges that are not open yet, in reverse order of opening.
    private var waiting: [BlockEntry]
    private let choice: ExchangeChoice
    /// How often a block was decoded.
    private(set) var decodedBlocks = 0
    private var open: BlockMerger
    private var loader: BlockLoader

    /// Opens the log at `path` and reads its index.
    ///
    /// - Parameter key: opens a sealed log; other logs do not need one.
    /// - Throws: ``SessionLogError`` if it cannot be read, is not a log, has another version or is sealed with another
    ///   key.
    init(path: String, key: LogKey? = nil) throws(SessionLogError) {
        try self.init(path: path, key: key, cacheBytes: LogFormat.orderedCacheBytes)
    }

    init(path: String, key: LogKey? = nil, cacheBytes: Int) throws(SessionLogError) {
        try self.init(
            path: path, key: key, index: BlockIndex(path: path, key: key), choice: ExchangeChoice(),
            cacheBytes: cacheBytes)
    }

    /// The exchanges of `choice` in a log whose index is already read.
    init(
        path: String, key: LogKey?, index: BlockIndex, choice: ExchangeChoice, cacheBytes: Int
    ) throws(SessionLogError) {
        let loader = try BlockLoader(path: path, key: key)
        damages = index.damages
        ending = index.ending
        waiting = index.entries.filter { choice.mayBeIn($0, index) }
        passed = choice.isEverything ? [] : index.entries.filter { !choice.mayBeIn($0, index) }
        waiting.sort { ($0.earliest, $0.offset) > ($1.earliest, $1.offset) }
        open = BlockMerger(cacheBytes: cacheBytes)
        self.choice = choice
        self.loader = loader
    }

    /// The next exchange; nil at the end. Damaged blocks are skipped and noted in ``damages``.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    mutating func next() throws(SessionLogError) -> Exchange? {
        while true {
            while let entry = waiting.last, open.nextBegan.map({ entry.earliest <= $0 }) ?? true {
                waiting.removeLast()
                try openBlock(entry)
            }
            guard let entry = open.firstToReload else { return open.next() }
            try reload(entry)
        }
    }

    /// Takes the connections first named by blocks that were opened since the last call. The connection of an exchange
    /// is taken with the exchange or before it, unless its block is damaged.
    mutating func takeConnections() -> [RecordedConnection] {
        // Skipped blocks are read only on request.
        takePassed()
        return takeReadConnections()
    }

    /// The same without connections that only skipped blocks name.
    mutating func takeReadConnections() -> [RecordedConnection] { notes.takeConnections() }

    /// Takes the capture losses in the blocks opened since the last call; at the end, all of them.
    mutating func takeLosses() -> [CaptureLoss] { notes.takeLosses() }

    /// Takes the servers with unreadable connections named by the blocks opened since the last call.
    mutating func takeOpaqueServers() -> [OpaqueServer] { notes.takeServers() }

    private mutating func takePassed() {
        for entry in passed {
            if let named = try? loader.connections(of: entry) { notes.add(connections: named) }
        }
        passed.removeAll()
    }

    private mutating func openBlock(_ entry: BlockEntry) throws(SessionLogError) {
        var batch = open.takeSpareBatch()
        decodedBlocks += 1
        if let damage = try loader.load(entry, into: &batch) {
            damages.add(damage)
            return
        }
        notes.add(connections: batch.connections, losses: batch.losses, servers: batch.opaqueServers)
        choice.apply(to: &batch)
        if !batch.records.isEmpty { open.insert(entry, batch) }
    }

    private mutating func reload(_ entry: BlockEntry) throws(SessionLogError) {
        var batch = open.takeSpareBatch()
        decodedBlocks += 1
        if let damage = try loader.load(entry, into: &batch) {
            // The block was intact when it was opened: the file changed while it was read.
            damages.add(damage)
            open.dropFirst()
        } else {
            choice.apply(to: &batch)
            open.restoreFirst(batch)
        }
    }
}
