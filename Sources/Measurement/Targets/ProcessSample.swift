public import Traffic

/// A sample of a watched process.
public struct ProcessSample: Hashable, Sendable {
    /// When it was read.
    public var time: RunTime
    /// Resident memory.
    public var rssBytes: UInt64
    /// Resident memory with shared pages divided among the processes that share them; nil if not permitted, or not
    /// read this time.
    public var pssBytes: UInt64?
    /// CPU time used since the process started, user and system, in nanoseconds.
    public var cpuNs: UInt64
    /// Threads.
    public var threads: Int
    /// Nil if not permitted, or not read this time.
    public var openFiles: Int?

    /// See the properties for the meaning of each parameter.
    public init(
        time: RunTime, rssBytes: UInt64, pssBytes: UInt64?, cpuNs: UInt64, threads: Int, openFiles: Int?
    ) {
        self.time = time
        self.rssBytes = rssBytes
        self.pssBytes = pssBytes
        self.cpuNs = cpuNs
        self.threads = threads
        self.openFiles = openFiles
    }
}

/// Identifies a process: its ID may be reused, so the start time is included.
public struct ProcessIdentity: Hashable, Sendable {
    /// The process ID.
    public var pid: Int32
    /// When it started, in clock ticks since boot (proc(5), `starttime`).
    public var startTicks: UInt64
    /// The kernel's name for it, at most 15 bytes.
    public var name: String

    /// See the properties for the meaning of each parameter.
    public init(pid: Int32, startTicks: UInt64, name: String) {
        self.pid = pid
        self.startTicks = startTicks
        self.name = name
    }

    /// `pid 4711 (sample-api)`.
    public var label: String { "pid \(pid) (\(name))" }
}

/// A reading of a watched process.
public enum ProcessReading: Hashable, Sendable {
    case sample(ProcessIdentity, ProcessSample)
    /// It was found to have ended at this time; reported once.
    case vanished(ProcessIdentity, RunTime)
}

/// The samples of one process over a run.
public struct ProcessTrack: Hashable, Sendable {
    /// The process.
    public var identity: ProcessIdentity
    /// In time order; a long run keeps only some of them.
    public var samples: [ProcessSample] { kept.samples }
    private var kept = ThinnedSamples<ProcessSample>()
    /// When it was found to have ended; nil when it outlived the run.
    public var vanished: RunTime?

    /// A process without samples.
    public init(identity: ProcessIdentity) { self.identity = identity }

    /// Appends the next sample.
    public mutating func append(_ sample: ProcessSample) { kept.append(sample) }
}

extension [ProcessTrack] {
    /// Adds a reading to the track of its process, which is created if necessary.
    public mutating func add(_ reading: ProcessReading) {
        switch reading {
        case .sample(let identity, let sample): self[place(of: identity)].append(sample)
        case .vanished(let identity, let time): self[place(of: identity)].vanished = time
        }
    }

    private mutating func place(of identity: ProcessIdentity) -> Int {
        if let found = lastIndex(where: {
            $0.identity.pid == identity.pid && $0.identity.startTicks == identity.startTicks
        }) {
            return found
        }
        append(ProcessTrack(identity: identity))
        return count - 1
    }
}
