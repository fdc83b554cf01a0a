import Traffic

/// The exchanges of a log in the order in which they began.
///
/// Blocks are in the order in which exchanges ended, so neighbours overlap: each is opened when the first of its exchanges is
/// due and merged with those still open. Decoded blocks take at most 32 MiB at once (or an exchange a block, if that is more);
/// when long exchanges keep more open than that, blocks are decoded several times.
struct MergedBlocks: ~Copyable {
    /// What was found damaged so far; all that concerns exchanges once the end was reached.
    private(set) var damages: LogDamages
    /// How the log ends.
    let ending: LogEnding
    /// What the blocks opened so far say beside their exchanges, until it is taken.
    private var notes = BlockNotes()
    /// Blocks that were left out and may name connections of exchanges in others.
    private var passed: [BlockEntry]
    /// The blocks with exchanges that are not open yet, the first to open last.
    private var waiting: [BlockEntry]
    private let choice: ExchangeChoice
    /// How often a block was decoded.
    private(set) var decodedBlocks = 0
    private var open: BlockMerger
    private var loader: BlockLoader

    /// Opens the log at `path` and reads its index.
    ///
    /// - Parameter key: opens a sealed log; others need none.
    /// - Throws: ``SessionLogError`` when it cannot be read, is no log, is of another version or sealed with another key.
    init(path: String, key: LogKey? = nil) throws(SessionLogError) {
        try self.init(path: path, key: key, cacheBytes: LogFormat.orderedCacheBytes)
    }

    init(path: String, key: LogKey? = nil, cacheBytes: Int) throws(SessionLogError) {
        try self.init(
            path: path, key: key, index: BlockIndex(path: path, key: key), choice: ExchangeChoice(),
            cacheBytes: cacheBytes)
    }

    /// The exchanges of `choice` in a log whose index was read.
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

    /// The next exchange; nil at the end. Those in damaged blocks are passed and noted in ``damages``.
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

    /// The connections that blocks opened since the last call were the first to name. Those of an exchange's connection are
    /// taken with it or before it, unless their block is damaged.
    mutating func takeConnections() -> [RecordedConnection] {
        // Blocks that were passed over are asked only when someone wants to know.
        takePassed()
        return takeReadConnections()
    }

    /// The same without those that only blocks passed over name.
    mutating func takeReadConnections() -> [RecordedConnection] { notes.takeConnections() }

    /// What capture lost, as the blocks opened since the last call have it; all of it once the end was reached.
    mutating func takeLosses() -> [CaptureLoss] { notes.takeLosses() }

    /// Servers whose connections could not be read, as the blocks opened since the last call name them.
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
            // It was whole when it was opened: the file changed under the reader.
            damages.add(damage)
            open.dropFirst()
        } else {
            choice.apply(to: &batch)
            open.restoreFirst(batch)
        }
    }
}
