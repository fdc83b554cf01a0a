/// How fast a session is replayed, relative to the recording.
public enum Speed: Hashable, Sendable {
    /// Recorded gaps divided by a positive, finite number.
    case factor(Double)
    /// No gaps: each request is due when its predecessors have ended (closed loop).
    case max

    /// A speed as users write it: a positive number (`10`, `0.5`) or `max`; nil for anything else.
    public init?(text: String) {
        if text == "max" {
            self = .max
            return
        }
        guard let factor = Double(text), factor.isFinite, factor >= 1e-6, factor <= 1e9 else { return nil }
        self = .factor(factor)
    }

    /// A recorded span at this speed, in nanoseconds; 0 at ``max``.
    public func scaled(_ nanoseconds: Int64) -> Int64 {
        switch self {
        case .max: return 0
        case .factor(1): return nanoseconds
        case .factor(let factor):
            let scaled = (Double(nanoseconds) / factor).rounded()
            return Int64(exactly: scaled) ?? (scaled < 0 ? .min : .max)
        }
    }
}

extension Speed: CustomStringConvertible {
    /// `10`, `0.5` or `max`.
    public var description: String {
        switch self {
        case .max: "max"
        case .factor(let factor): factor == factor.rounded() && factor < 1e9 ? "\(Int64(factor))" : "\(factor)"
        }
    }
}

/// The reference point of a request's scheduled time.
public enum Pacing: String, Sendable, CaseIterable {
    /// The recorded offset from the session's start (open loop).
    case timeline
    /// The end of its predecessors plus the recorded think time (closed loop).
    case think
}
