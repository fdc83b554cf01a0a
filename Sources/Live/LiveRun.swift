public import Analysis
public import Measurement
public import Report

/// What is known about a run before it begins, and how it is judged while it runs.
public struct LiveRun: Sendable {
    /// The scenario's name, or the log's.
    public var title: String
    /// The settings of the run.
    public var description: RunDescription
    /// The parts of the run, for the page: phases, with their ramps as separate parts.
    public var phases: [LiveView.Phase]
    /// Faults that are planned.
    public var faults: [LiveView.Fault] = []
    /// Sessions planned over time, as the corners of a line; empty if no number is planned.
    public var plan: [LiveView.Course.Corner] = []
    /// Requests per second that are due over time; empty if the target's speed decides the rate.
    public var due: [LiveView.Course.Corner] = []
    /// The gates, as the page shows them before there is any data.
    public var gates: [String] = []
    /// The gates that can only be judged at the end of the run.
    public var gatesAtEnd: Set<String> = []
    /// Lines of gates across charts, by the gate's text.
    public var lines: [String: LiveView.Gate.Line] = [:]
    /// Judges the gates on the record so far, without those that can only be judged at the end.
    public var judge: @Sendable (RunRecord) -> [GateResult] = { _ in [] }
    /// The levels of the ladder up to this one; empty if the run is not part of a ladder.
    public var levels: [LiveView.Level] = []
    /// Whether another phase follows when a phase is ended early.
    public var canEndPhase = false

    /// A run without gates.
    public init(title: String, description: RunDescription, phases: [LiveView.Phase]) {
        self.title = title
        self.description = description
        self.phases = phases
    }

    /// The stretches that separate its requests: those of the description, or a single one.
    public var stretches: RunStretches {
        if let own = description.stretches { return own }
        let whole = RunStretches.Stretch(phase: title, isRamp: false, beginNs: 0, endNs: .max)
        guard let stretches = RunStretches([whole], parts: [""]) else {
            preconditionFailure("a stretch of some length")
        }
        return stretches
    }
}
