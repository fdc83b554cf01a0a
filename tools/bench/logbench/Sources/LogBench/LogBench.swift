import Glibc

/// Measures the session log: speed compared with zstd, memory, and the effects of damage.
@main
enum LogBench {
    static let usage = """
        usage: LogBench speed LOG [LEVEL]     writing and reading, compared with zstd on the same bytes
               LogBench write SIZE LOG        writes a log of made-up traffic of SIZE MiB of messages
               LogBench small LOG             writes a log of many small blocks
               LogBench read LOG              reads a log in time order
               LogBench range LOG             opens a log at times in its midst
               LogBench damage COUNT LOG…     turns bits and cuts, and looks what is lost
        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("speed", 2...3): try SpeedBench(log: arguments[1], level: Int32(arguments.last ?? "") ?? 3).run()
        case ("write", 3): try MemoryBench.write(mebibytes: Int(arguments[1]) ?? 0, to: arguments[2])
        case ("small", 2): try MemoryBench.writeSmall(to: arguments[1])
        case ("read", 2): try MemoryBench.read(arguments[1])
        case ("range", 2): try RangeBench.run(arguments[1])
        case ("damage", 3...):
            var bench = try DamageBench(logs: Array(arguments[2...]))
            try bench.run(count: Int(arguments[1]) ?? 0)
        default:
            print(usage)
            exit(64)
        }
    }

    /// The CPU time of this thread, in seconds.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The peak memory of this process, in MiB.
    static var peakMebibytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss >> 10
    }
}

/// A small generator with a seed (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
