/// What a person asks of a run through its page.
public enum LiveOrder: Hashable, Sendable {
    /// End the run; what is under way may finish.
    case stop
    /// End the phase, and go on with the next.
    case endPhase
    /// Undo a fault now.
    case undo(fault: String)

    /// What is kept of it with the run.
    public var event: String {
        switch self {
        case .stop: "Stop was asked for on the live page."
        case .endPhase: "The end of the phase was asked for on the live page."
        case .undo(let fault): "The undo of fault \(fault) was asked for on the live page."
        }
    }
}
