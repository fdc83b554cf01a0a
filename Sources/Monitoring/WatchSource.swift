public import Measurement

/// Something of the target's side that is asked again and again while a run lasts. One thread at a time uses it.
public protocol WatchSource: AnyObject {
    /// What it says now.
    ///
    /// - Throws: why it says nothing this time; the run continues, and its series have a gap
    func read() throws(WatchGap) -> [WatchFigure]

    /// How many questions it has put to the service it watches: its part of that service's load.
    var questions: Int { get }
}

extension WatchSource {
    /// None, unless the source asks a server.
    public var questions: Int { 0 }
}

/// One figure of a reading.
public struct WatchFigure: Hashable, Sendable {
    /// The series' name in criteria, after the watch's: `used_memory`.
    public var name: String
    /// Finite.
    public var value: Double
    /// Whether it goes up and down, or only counts up.
    public var kind: MetricKind

    /// A figure.
    public init(_ name: String, _ value: Double, _ kind: MetricKind = .level) {
        self.name = name
        self.value = value
        self.kind = kind
    }
}

/// Why a watch said nothing, in a few words; never with a secret.
public struct WatchGap: Error, Hashable, Sendable, CustomStringConvertible {
    /// Words after the watch's name and a colon.
    public var description: String

    /// A gap for a reason.
    public init(_ description: String) { self.description = description }
}
