public import Traffic

/// What a watched process used at one instant.
public struct ProcessSample: Hashable, Sendable {
    /// When it was read.
    public var time: RunTime
    /// Resident memory.
    public var rssBytes: UInt64
    /// Resident memory with shared pages divided among those that share them; nil where not allowed or not read this time.
    public var pssBytes: UInt64?
    /// CPU time used since the process began, user and system, in nanoseconds.
    public var cpuNs: UInt64
    /// Threads.
    public var threads: Int
    /// Nil where not allowed or not read this time.
    public var openFiles: Int?

    /// What was read at an instant.
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

/// One process: a number may be given to another process later, so its start belongs to it.
public struct ProcessIdentity: Hashable, Sendable {
    /// The process's number.
    public var pid: Int32
    /// When it began, in clock ticks since the machine's boot (proc(5), `starttime`).
    public var startTicks: UInt64
    /// The kernel's name of it, at most 15 bytes.
    public var name: String

    /// A process, told from others that have had its number.
    public init(pid: Int32, startTicks: UInt64, name: String) {
        self.pid = pid
        self.startTicks = startTicks
        self.name = name
    }

    /// `pid 4711 (sample-api)`.
    public var label: String { "pid \(pid) (\(name))" }
}

/// What looking at a watched process gave.
public enum ProcessReading: Hashable, Sendable {
    case sample(ProcessIdentity, ProcessSample)
    /// It has ended, noticed at this instant; told once.
    case vanished(ProcessIdentity, RunTime)
}

/// The samples of one process over a run.
public struct ProcessTrack: Hashable, Sendable {
    /// Which process it is.
    public var identity: ProcessIdentity
    /// In time order; of a long run not all of them.
    public var samples: [ProcessSample] { kept.samples }
    private var kept = ThinnedSamples<ProcessSample>()
    /// When it was found to have ended; nil when it outlived the run.
    public var vanished: RunTime?

    /// A process without samples.
    public init(identity: ProcessIdentity) { self.identity = identity }

    /// Adds the sample that follows.
    public mutating func append(_ sample: ProcessSample) { kept.append(sample) }
}

extension [ProcessTrack] {
    /// Adds a reading to the track of its process, which is begun when there is none.
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
