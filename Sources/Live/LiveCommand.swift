/// A command to a run, given on its live page.
public enum LiveCommand: Hashable, Sendable {
    /// End the run; requests in flight may finish.
    case stop
    /// End the phase and continue with the next.
    case endPhase
    /// Undo a fault now.
    case undo(fault: String)

    /// The event that is stored with the run.
    public var event: String {
        switch self {
        case .stop: "Stop was requested on the live page."
        case .endPhase: "The end of the phase was requested on the live page."
        case .undo(let fault): "The undo of fault \(fault) was requested on the live page."
        }
    }
}
