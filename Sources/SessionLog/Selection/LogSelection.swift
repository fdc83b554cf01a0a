public import Traffic

/// Which exchanges of which logs to read.
public struct LogSelection: Sendable {
    /// The logs. Exchanges of several logs are merged by time, and connections and sessions are renumbered so that
    /// different logs do not collide: number × logs + index in this list. Logs of one series (a rotated capture) count
    /// as one.
    public var paths: [String]
    /// Opens sealed logs; other logs do not need one.
    public var key: LogKey?
    /// Exchanges that began at or after this time.
    public var from: LogTime?
    /// Exchanges that began before this time.
    public var to: LogTime?
    /// Exchanges of these sessions, by their numbers after renumbering; nil for all.
    public var sessions: Set<UInt32>?
    /// A further condition on single exchanges of a batch, as stored in the log; nil for none. May be called more than
    /// once per exchange, on the reading thread.
    public var includes: (@Sendable (_ batch: ExchangeBatch, _ index: Int) -> Bool)?

    /// Everything in the logs at `paths`.
    public init(paths: [String], key: LogKey? = nil) {
        self.paths = paths
        self.key = key
    }

    /// Whether all exchanges are read.
    public var isEverything: Bool { from == nil && to == nil && sessions == nil && includes == nil }
}

/// The status of one log of a selection.
public struct LogStatus: Sendable {
    /// The path of the log, as given.
    public var path: String
    /// The damage found so far.
    public var damages: LogDamages
    /// How the log ends.
    public var ending: LogEnding
    /// Bytes of the file.
    public var fileBytes: UInt64

    /// The status of the log at `path`.
    public init(path: String, damages: LogDamages, ending: LogEnding, fileBytes: UInt64) {
        self.path = path
        self.damages = damages
        self.ending = ending
        self.fileBytes = fileBytes
    }
}
