public import ArgumentParser
import Interchange
public import Traffic

/// An instant on the command line: counted from a log's first exchange, or absolute.
public enum TimeArgument: ExpressibleByArgument {
    case afterStart(Duration)
    case absolute(CaptureTime)

    /// `90s`, `1h30m`; `2026-03-01T12:30:00Z`, `2026-03-01T12:30+02:00`; UTC where no zone is given.
    public init?(argument: String) {
        if let duration = Duration(text: argument) {
            self = .afterStart(duration)
        } else if let time = CaptureTime(iso8601: argument) {
            self = .absolute(time)
        } else {
            return nil
        }
    }

    /// The instant since the Unix epoch, in a log that begins at `start`.
    func nanoseconds(start: Int64) -> Int64 {
        switch self {
        case .absolute(let time): return time.nanoseconds
        case .afterStart(let duration):
            let (sum, overflow) = start.addingReportingOverflow(duration.wholeNanoseconds)
            return overflow ? .max : sum
        }
    }
}
