public import Measurement
public import Traffic

/// Someone who follows a run while it lasts. Called on the run's thread; must not make it wait.
public protocol RunFollower: AnyObject {
    /// What requests are told apart by for it.
    var stretches: RunStretches { get }
    /// Why the run is to end before its time; nil while it is not.
    var stopReason: String? { get }
    /// What was asked of the run meanwhile, a sentence each: kept with what a reader of the run must know.
    var events: [String] { get }
    /// Whether it wants to be told what was measured up to a time.
    func isDue(at time: RunTime) -> Bool
    /// Told what was measured since the last time.
    func take(_ moment: RunMoment)
    /// Nothing new begins from now on; may be told more than once.
    func drain()
    /// Told what was measured last: the run is over.
    func finish(_ moment: RunMoment)
}
