/// How a campaign was run: what is needed to repeat it, and to distinguish it from others.
public struct CampaignProvenance: Codable, Hashable, Sendable {
    /// A file and its digest.
    public struct File: Codable, Hashable, Sendable {
        /// The path as the user gave it.
        public var path: String
        /// SHA-256 of its content in hexadecimal; nil if it could not be read.
        public var sha256: String?

        /// See the properties for the meaning of each parameter.
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
    /// Overrides of the file given on the command line.
    public var overrides: [String]
    /// The seed of random choices.
    public var seed: String?
    /// The machine that generated the load.
    public var host: Host

    /// A machine.
    public struct Host: Codable, Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its system: `Linux 6.1.0 x86_64`.
        public var system: String
        /// Processors available to the program.
        public var processors: Int
        /// Memory in bytes; nil if it is unknown.
        public var memoryBytes: UInt64?

        /// See the properties for the meaning of each parameter.
        public init(name: String, system: String, processors: Int, memoryBytes: UInt64?) {
            self.name = name
            self.system = system
            self.processors = processors
            self.memoryBytes = memoryBytes
        }
    }

    /// See the properties for the meaning of each parameter.
    public init(file: File, logs: [File], version: String, overrides: [String], seed: String?, host: Host) {
        self.file = file
        self.logs = logs
        self.version = version
        self.overrides = overrides
        self.seed = seed
        self.host = host
    }
}
