import Traffic

/// The selected exchanges of one or several logs, by start time.
///
/// A log is opened when its first selected exchange is due and closed after its last, so that many rotated files take
/// only the memory and descriptors of logs that overlap.
struct MergedLogs {
    private let selected: SelectedLogs
    private var streams: [LogStream] = []
    /// Streams that are not open yet, by the start of their first block, in reverse order of opening.
    private var waiting: [LogStream] = []
    /// Streams with a next exchange.
    private var open: [LogStream] = []
    /// What closed logs contained in addition to exchanges, until it is taken.
    private var notes = BlockNotes()

    /// The exchanges of `logs`, whose indexes are already read.
    init(_ logs: SelectedLogs) {
        selected = logs
        for log in selected.logs { streams.append(LogStream(log, selected.key)) }
        waiting = streams.filter { $0.earliest != nil }.sorted { ($0.earliest ?? 0) > ($1.earliest ?? 0) }
    }

    /// The current status of each log.
    var statuses: [LogStatus] { streams.map(\.status) }

    /// The next exchange; nil at the end. Damaged blocks are skipped and noted in ``statuses``.
    ///
    /// - Throws: ``SessionLogError/readFailed(path:offset:errno:)``.
    mutating func next() throws(SessionLogError) -> Exchange? {
        closeEnded()
        try openDue()
        guard let first = firstOpen else { return nil }
        let exchange = open[first].ahead
        try open[first].advance()
        return exchange
    }

    /// Takes the connections named since the last call. The connection of an exchange is taken with it or before it,
    /// unless its block is damaged.
    mutating func takeConnections() -> [RecordedConnection] {
        for stream in open { notes.add(connections: stream.takeConnections()) }
        return notes.takeConnections()
    }

    /// Takes the capture losses in the blocks opened since the last call; at the end, all of them.
    mutating func takeLosses() -> [CaptureLoss] {
        for stream in open { notes.add(connections: [], losses: stream.takeLosses()) }
        return notes.takeLosses()
    }

    /// Takes the servers with unreadable connections named by the blocks opened since the last call.
    mutating func takeOpaqueServers() -> [OpaqueServer] {
        for stream in open { notes.add(connections: [], servers: stream.takeOpaqueServers()) }
        return notes.takeServers()
    }

    /// The open stream whose exchange began first.
    private var firstOpen: Int? {
        open.indices.min { (open[$0].aheadBegan, $0) < (open[$1].aheadBegan, $1) }
    }

    /// Closes the streams whose last exchange was already returned; until then, their connections can be taken.
    private mutating func closeEnded() {
        for stream in open where stream.ahead == nil {
            let (losses, servers) = (stream.takeLosses(), stream.takeOpaqueServers())
            notes.add(connections: stream.close(), losses: losses, servers: servers)
        }
        open.removeAll { $0.ahead == nil }
    }

    /// Opens every log that may contain an exchange before the current ones.
    private mutating func openDue() throws(SessionLogError) {
        while let stream = waiting.last, let earliest = stream.earliest,
            firstOpen.map({ earliest <= open[$0].aheadBegan }) ?? true
        {
            waiting.removeLast()
            try stream.open(cacheBytes: LogFormat.orderedCacheBytes / (open.count + 1))
            open.append(stream)
        }
    }
}

/// One log of a set, with its next exchange read ahead.
private final class LogStream {
    private let log: SelectedLogs.Log
    private let key: LogKey?
    private var ordered: MergedBlocks?
    private(set) var ahead: Exchange?
    /// When the first block with selected exchanges begins; nil without one.
    let earliest: Int64?

    init(_ log: SelectedLogs.Log, _ key: LogKey?) {
        self.log = log
        self.key = key
        earliest = log.index.entries.filter { log.choice.mayBeIn($0, log.index) }.map(\.earliest).min()
    }

    var aheadBegan: Int64 { ahead?.began.nanoseconds ?? .max }

    /// The damage found when the log was closed.
    private var damages: LogDamages?

    var status: LogStatus {
        let found = damages ?? ordered?.damages ?? log.index.damages
        return LogStatus(path: log.path, damages: found, ending: log.index.ending, fileBytes: log.fileBytes)
    }

    func open(cacheBytes: Int) throws(SessionLogError) {
        ordered = try MergedBlocks(
            path: log.path, key: key, index: log.index, choice: log.choice, cacheBytes: cacheBytes)
        try advance()
    }

    func advance() throws(SessionLogError) {
        ahead = try ordered?.next()
        guard log.numbering != .own, let exchange = ahead else { return }
        ahead?.connection = log.numbering.number(exchange.connection)
        ahead?.session = log.numbering.number(exchange.session)
    }

    /// Takes the connections named so far, including those of skipped blocks.
    func takeConnections() -> [RecordedConnection] { renumbered(ordered?.takeConnections() ?? []) }

    func takeLosses() -> [CaptureLoss] { ordered?.takeLosses() ?? [] }

    func takeOpaqueServers() -> [OpaqueServer] { ordered?.takeOpaqueServers() ?? [] }

    /// Frees the log's resources; returns the connections named by the blocks that were read.
    func close() -> [RecordedConnection] {
        damages = ordered?.damages
        defer { ordered = nil }
        return renumbered(ordered?.takeReadConnections() ?? [])
    }

    private func renumbered(_ connections: [RecordedConnection]) -> [RecordedConnection] {
        var connections = connections
        for index in connections.indices { connections[index].number = log.numbering.number(connections[index].number) }
        return connections
    }
}
