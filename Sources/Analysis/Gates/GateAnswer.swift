/// The result of comparing a figure with its limit.
public struct GateAnswer: Hashable, Sendable {
    /// Whether the limit is met.
    public var outcome: GateResult.Outcome
    /// The figure with its unit, or why there is none.
    public var figure: String
    /// The figure and its limit; nil if nothing was measured, and for tests such as `no-leak`.
    public var measured: Measured?

    /// A figure and its limit, both in the figure's unit: milliseconds, a ratio 0…1, a count, or a rate per second.
    public struct Measured: Hashable, Sendable {
        /// The figure.
        public var value: Double
        /// The limit.
        public var limit: Double
        /// The required relation between the two.
        public var relation: Criterion.Relation

        /// The room to the limit as a share of the limit, negative where it is not met; nil if the limit is 0.
        public var margin: Double? {
            guard limit != 0, value.isFinite else { return nil }
            return relation.wantsMore ? (value - limit) / limit.magnitude : (limit - value) / limit.magnitude
        }
    }

    /// A result without a number.
    public init(_ outcome: GateResult.Outcome, _ figure: String) {
        self.outcome = outcome
        self.figure = figure
    }

    /// A result based on a number.
    ///
    /// - Parameters:
    ///   - value: the figure.
    ///   - limit: in the unit of the figure.
    public init(
        _ outcome: GateResult.Outcome, _ figure: String, value: Double, _ relation: Criterion.Relation, limit: Double
    ) {
        self.init(outcome, figure)
        measured = Measured(value: value, limit: limit, relation: relation)
    }

    /// Compares a number with its limit.
    public init(holding value: Double, _ relation: Criterion.Relation, limit: Double, _ figure: String) {
        self.init(relation.holds(value, limit) ? .passed : .failed, figure, value: value, relation, limit: limit)
    }
}

extension GateAnswer {
    /// Compares a number with the limit of a comparison in the same unit.
    public init(holding value: Double, _ comparison: Criterion.Comparison, _ figure: String) {
        self.init(holding: value, comparison.relation, limit: comparison.limit.value, figure)
    }
}

extension [GateAnswer] {
    /// The first failure, else the first inconclusive one, else the last; nil if there are none.
    public var worst: GateAnswer? {
        first { $0.outcome == .failed } ?? first { $0.outcome == .inconclusive } ?? last
    }
}

extension GateResult {
    /// The result of a gate.
    public init(gate: String, _ answer: GateAnswer) {
        self.init(gate: gate, outcome: answer.outcome, figure: answer.figure)
        value = answer.measured?.value
        limit = answer.measured?.limit
        margin = answer.measured?.margin
    }
}
