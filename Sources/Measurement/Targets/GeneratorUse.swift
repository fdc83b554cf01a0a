import Formats
import Glibc

/// The resources that this process, the generator, used over a run.
public struct GeneratorUse: Codable, Hashable, Sendable {
    /// CPU time, user and system, in nanoseconds.
    public var cpuNs: UInt64
    /// Its peak resident memory.
    public var peakRSSBytes: UInt64
    /// Processors it may use.
    public var processors: Int

    private enum CodingKeys: String, CodingKey {
        case cpuNs = "cpuNanoseconds"
        case peakRSSBytes, processors
    }

    /// See the properties for the meaning of each parameter.
    public init(cpuNs: UInt64, peakRSSBytes: UInt64, processors: Int) {
        self.cpuNs = cpuNs
        self.peakRSSBytes = peakRSSBytes
        self.processors = processors
    }

    /// The resources used so far (getrusage(2)).
    public static func now(processors: Int) -> GeneratorUse {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let nanoseconds = [usage.ru_utime, usage.ru_stime].reduce(UInt64(0)) { sum, time in
            sum
                + UInt64(
                    clamping: Nanoseconds.from(
                        seconds: Int64(time.tv_sec), ticks: Int64(time.tv_usec), nsPerTick: Nanoseconds.perMicrosecond))
        }
        return GeneratorUse(
            cpuNs: nanoseconds, peakRSSBytes: UInt64(clamping: usage.ru_maxrss) * 1024,
            processors: processors)
    }

    /// The resources used since an earlier measurement; the memory peak is unchanged.
    public func since(_ earlier: GeneratorUse) -> GeneratorUse {
        GeneratorUse(
            cpuNs: cpuNs &- earlier.cpuNs, peakRSSBytes: peakRSSBytes,
            processors: processors)
    }
}
