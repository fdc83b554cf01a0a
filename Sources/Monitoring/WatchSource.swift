public import Measurement

/// A source of figures on the target's side that is read repeatedly during a run. One thread at a time uses it.
public protocol WatchSource: AnyObject {
    /// Reads the current figures.
    ///
    /// - Throws: why the reading failed; the run continues, and its series have a gap
    func read() throws(WatchGap) -> [WatchFigure]

    /// The number of queries to the watched service: the load caused by watching.
    var questions: Int { get }
}

extension WatchSource {
    /// 0 unless the source queries a server.
    public var questions: Int { 0 }
}

/// One figure of a reading.
public struct WatchFigure: Hashable, Sendable {
    /// The series' name in criteria, after the watch's: `used_memory`.
    public var name: String
    /// Finite.
    public var value: Double
    /// Whether it is a level or a counter.
    public var kind: MetricKind

    /// A figure.
    public init(_ name: String, _ value: Double, _ kind: MetricKind = .level) {
        self.name = name
        self.value = value
        self.kind = kind
    }
}

/// Why a reading failed, in a few words; never contains a secret.
public struct WatchGap: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text after the watch's name and a colon.
    public var description: String

    /// A gap for a reason.
    public init(_ description: String) { self.description = description }
}
