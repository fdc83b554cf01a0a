public import Analysis
public import Measurement
public import Report

/// What is known of a run before it begins, and how it is judged meanwhile.
public struct LiveRun: Sendable {
    /// The scenario's name, or the log's.
    public var title: String
    /// What the run was asked to do.
    public var description: RunDescription
    /// The parts of the run, for the page: phases with their ramps apart.
    public var phases: [LiveView.Phase]
    /// Faults that are planned.
    public var faults: [LiveView.Fault] = []
    /// Sessions planned over time, as corners of a line; empty where none are planned at once.
    public var plan: [LiveView.Course.Corner] = []
    /// Requests a second that are due over time; empty where the target decides it.
    public var due: [LiveView.Course.Corner] = []
    /// What must hold, as it is on the page before anything is known.
    public var gates: [String] = []
    /// Those of them that only the whole run can tell.
    public var gatesAtEnd: Set<String> = []
    /// Lines of gates across charts, by the gate's text.
    public var lines: [String: LiveView.Gate.Line] = [:]
    /// What the gates come to on a record so far; without those that only the end can tell.
    public var judge: @Sendable (RunRecord) -> [GateResult] = { _ in [] }
    /// Whether something follows when a phase is ended early.
    public var canEndPhase = false

    /// A run that is judged by nothing.
    public init(title: String, description: RunDescription, phases: [LiveView.Phase]) {
        self.title = title
        self.description = description
        self.phases = phases
    }

    /// What its requests are told apart by: the description's stretches, or one for them all.
    public var stretches: RunStretches {
        if let own = description.stretches { return own }
        let whole = RunStretches.Stretch(phase: title, isRamp: false, beginNs: 0, endNs: .max)
        guard let stretches = RunStretches([whole], parts: [""]) else {
            preconditionFailure("a stretch of some length")
        }
        return stretches
    }
}
