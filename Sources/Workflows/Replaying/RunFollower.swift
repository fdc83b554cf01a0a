public import Measurement
public import Traffic

/// Receives the measurements of a run in progress. Called on the run's thread; must not block it.
public protocol RunFollower: AnyObject {
    /// The stretches into which it needs requests to be grouped.
    var stretches: RunStretches { get }
    /// Why the run must end early; nil if it continues.
    var stopReason: String? { get }
    /// The orders given to the run so far, one sentence each; stored with the run's warnings.
    var events: [String] { get }
    /// Whether it wants the measurements up to a time.
    func isDue(at time: RunTime) -> Bool
    /// Takes the measurements since the last call.
    func take(_ update: RunUpdate)
    /// No new requests begin from now on; may be called more than once.
    func drain()
    /// Takes the last measurements: the run is over.
    func finish(_ update: RunUpdate)
}
