import ArgumentParser
import Traffic
import Workflows

/// When a log ends, and whether another one follows it.
struct LogEndArguments: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Start a new log after this time or at this size: LOG-00001, LOG-00002, … Repeatable.",
            discussion: """
                Sessions and connections keep their numbers across logs, and nothing is lost between two logs.
                """, valueName: "1h|1GiB"))
    var rotate: [RotationLimit] = []

    @Option(
        name: .customLong("max-size"),
        help: ArgumentHelp("End the capture when the log, or all logs together, reach this size.", valueName: "size"))
    var maxSize: ByteCount?

    func validate() throws {
        for limit in rotate {
            switch limit {
            case .time(let duration):
                guard duration >= .seconds(1) else { throw ValidationError("--rotate takes 1s or more.") }
            case .size(let size):
                guard size.bytes >= 64 << 10 else { throw ValidationError("--rotate takes 64KiB or more.") }
            }
        }
        if let maxSize, maxSize.bytes < 64 << 10 { throw ValidationError("--max-size must be 64KiB or more.") }
    }

    /// The shortest of the given times and the smallest of the given sizes apply.
    var rotation: RotationClock {
        RotationClock(
            interval: rotate.compactMap { if case .time(let duration) = $0 { duration } else { nil } }.min(),
            logBytes: rotate.compactMap { if case .size(let size) = $0 { size.bytes } else { nil } }.min(),
            totalBytes: maxSize?.bytes)
    }
}

/// The limit at which a capture starts a new log.
enum RotationLimit: Hashable, Sendable {
    case time(Duration)
    case size(ByteCount)
}

extension RotationLimit: ExpressibleByArgument {
    /// A duration (`1h`) or a size (`1GiB`).
    init?(argument: String) {
        if let duration = Duration(text: argument) {
            self = .time(duration)
        } else if let size = ByteCount(text: argument) {
            self = .size(size)
        } else {
            return nil
        }
    }
}
