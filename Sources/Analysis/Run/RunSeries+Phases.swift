import Formats
import Measurement

extension RunSeries {
    /// A phase of a run, or the way to its level.
    public struct Phase: Hashable, Sendable {
        /// The phase's name.
        public var name: String
        /// Whether the load is on its way to the phase's level.
        public var isRamp: Bool
        /// Its begin, in seconds since the run's start.
        public var from: Double
        /// Its end.
        public var to: Double

        /// A phase from one instant to another.
        public init(name: String, isRamp: Bool, from: Double, to: Double) {
            self.name = name
            self.isRamp = isRamp
            self.from = from
            self.to = to
        }
    }

    /// Something that was broken on purpose.
    public struct Fault: Hashable, Sendable {
        /// The fault's name.
        public var name: String
        /// When it began, in seconds since the run's start.
        public var from: Double
        /// When it was undone; nil where it was not.
        public var to: Double?

        /// A fault from one instant to another.
        public init(name: String, from: Double, to: Double?) {
            self.name = name
            self.from = from
            self.to = to
        }
    }

    /// The phases of a run that is cut into stretches, as far as it came; none of any other.
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

    /// The faults of a run as its plan has them, by when they begin.
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

    /// The stretches that began before the run's end, and where each ended.
    private static func begun(in record: RunRecord) -> [(RunStretches.Stretch, endNs: Int64)] {
        (record.description.stretches?.stretches ?? []).filter { $0.beginNs < record.durationNs }
            .map { ($0, min($0.endNs, record.durationNs)) }
    }
}
