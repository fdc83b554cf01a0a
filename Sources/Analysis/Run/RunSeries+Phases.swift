import Formats
import Measurement

extension RunSeries {
    /// A phase of a run, or the ramp to its level.
    public struct Phase: Hashable, Sendable {
        /// The phase's name.
        public var name: String
        /// Whether the load is still ramping to the phase's level.
        public var isRamp: Bool
        /// Its start, in seconds since the run's start.
        public var from: Double
        /// Its end.
        public var to: Double

        /// See the properties for the meaning of each parameter.
        public init(name: String, isRamp: Bool, from: Double, to: Double) {
            self.name = name
            self.isRamp = isRamp
            self.from = from
            self.to = to
        }
    }

    /// An injected fault.
    public struct Fault: Hashable, Sendable {
        /// The fault's name.
        public var name: String
        /// When it began, in seconds since the run's start.
        public var from: Double
        /// When it was undone; nil if it was not.
        public var to: Double?

        /// See the properties for the meaning of each parameter.
        public init(name: String, from: Double, to: Double?) {
            self.name = name
            self.from = from
            self.to = to
        }
    }

    /// The phases of a run with stretches, as far as it got; empty for any other run.
    static func phases(of record: RunRecord) -> [Phase] {
        var phases: [Phase] = []
        for (stretch, end) in begun(in: record) {
            let (from, to) = (Nanoseconds.inSeconds(stretch.beginNs), Nanoseconds.inSeconds(end))
            if let last = phases.last, last.name == stretch.phase, last.isRamp == stretch.isRamp {
                phases[phases.count - 1].to = to
            } else {
                phases.append(Phase(name: stretch.phase, isRamp: stretch.isRamp, from: from, to: to))
            }
        }
        return phases
    }

    /// The planned faults of a run, by when they begin.
    static func faults(of record: RunRecord) -> [Fault] {
        var open: [String: Fault] = [:]
        var faults: [Fault] = []
        for (stretch, end) in begun(in: record) {
            for (name, fault) in open where !stretch.during.contains(name) {
                faults.append(fault)
                open[name] = nil
            }
            for name in stretch.during {
                open[name, default: Fault(name: name, from: Nanoseconds.inSeconds(stretch.beginNs), to: nil)].to =
                    Nanoseconds.inSeconds(end)
            }
        }
        return (faults + open.values).sorted { ($0.from, $0.name) < ($1.from, $1.name) }
    }

    /// The stretches that began before the run's end, with their ends.
    private static func begun(in record: RunRecord) -> [(RunStretches.Stretch, endNs: Int64)] {
        (record.description.stretches?.stretches ?? []).filter { $0.beginNs < record.durationNs }
            .map { ($0, min($0.endNs, record.durationNs)) }
    }
}
