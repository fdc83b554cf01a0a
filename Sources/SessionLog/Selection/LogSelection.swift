public import Traffic

/// Which exchanges of which logs to read.
public struct LogSelection: Sendable {
    /// The logs. Of several, exchanges are merged by time, and connections and sessions renumbered so that those of different
    /// logs stay apart: number × logs + place in this list. Logs of one series (a rotated capture) count as one.
    public var paths: [String]
    /// Opens sealed logs; others need none.
    public var key: LogKey?
    /// Exchanges that began at or after this time.
    public var from: LogTime?
    /// Exchanges that began before this time.
    public var to: LogTime?
    /// Exchanges of these sessions, by the numbers they are read with; nil for all.
    public var sessions: Set<UInt32>?
    /// A further test of single exchanges of a batch as the log has it; nil for none. May be called more than once for one, from
    /// the thread that reads.
    public var includes: (@Sendable (_ batch: ExchangeBatch, _ index: Int) -> Bool)?

    /// Everything in the logs at `paths`.
    public init(paths: [String], key: LogKey? = nil) {
        self.paths = paths
        self.key = key
    }

    /// Whether all exchanges are read.
    public var isEverything: Bool { from == nil && to == nil && sessions == nil && includes == nil }
}

/// What became of one log of a selection.
public struct LogStatus: Sendable {
    /// The log, as it was named.
    public var path: String
    /// What was found damaged so far.
    public var damages: LogDamages
    /// How the log ends.
    public var ending: LogEnding
    /// Bytes of the file.
    public var fileBytes: UInt64

    /// What became of the log at `path`.
    public init(path: String, damages: LogDamages, ending: LogEnding, fileBytes: UInt64) {
        self.path = path
        self.damages = damages
        self.ending = ending
        self.fileBytes = fileBytes
    }
}
