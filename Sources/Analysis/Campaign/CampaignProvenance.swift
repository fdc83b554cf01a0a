/// How a campaign was run: what is needed to run it again, and to tell two campaigns apart.
public struct CampaignProvenance: Codable, Hashable, Sendable {
    /// A file, and what was in it.
    public struct File: Codable, Hashable, Sendable {
        /// As the user named it.
        public var path: String
        /// SHA-256 of its bytes, in hex; nil where it could not be read.
        public var sha256: String?

        /// A file and its digest.
        public init(path: String, sha256: String?) {
            self.path = path
            self.sha256 = sha256
        }
    }

    /// The scenario file.
    public var file: File
    /// The recordings.
    public var logs: [File]
    /// The program's version.
    public var version: String
    /// What the command line changed in the file.
    public var overrides: [String]
    /// The seed that random choices come from.
    public var seed: String?
    /// The machine's name, system, processors and memory, where the load came from.
    public var host: Host

    /// A machine.
    public struct Host: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its system: `Linux 6.1.0 x86_64`.
        public var system: String
        /// Processors that the program may use.
        public var processors: Int
        /// Bytes of memory; nil where it is not known.
        public var memoryBytes: UInt64?

        /// A machine.
        public init(name: String, system: String, processors: Int, memoryBytes: UInt64?) {
            self.name = name
            self.system = system
            self.processors = processors
            self.memoryBytes = memoryBytes
        }
    }

    /// How a campaign was run.
    public init(file: File, logs: [File], version: String, overrides: [String], seed: String?, host: Host) {
        self.file = file
        self.logs = logs
        self.version = version
        self.overrides = overrides
        self.seed = seed
        self.host = host
    }
}
