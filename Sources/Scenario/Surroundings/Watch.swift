/// A series of measurements on the target's side.
public struct WatchDefinition: Hashable, Sendable {

    /// What is measured.
    public enum Source: Hashable, Sendable {
        case process(id: Int)
        /// The processes that listen on a local port, with their children.
        case port(Int)
        case processes(command: String)
        case cgroup(path: String)
        case disk(path: String)
        case network(interface: String)
        case metrics(url: String)
        case redis(address: String)
        case postgres(url: String)
        /// Lines of a log file that contain a text, counted by name.
        case file(path: String, patterns: [Pattern])
        /// A command that prints `name value` lines.
        case command(String)
    }

    /// A series of a log file: the lines that contain a text.
    public struct Pattern: Hashable, Sendable {
        /// The name.
        public var name: String
        /// What a line must contain to be counted.
        public var text: String
    }

    /// The name.
    public var name: String
    /// What is measured.
    public var source: Source
    /// Where a password is read from: `env:NAME` or `file:PATH`, never the password itself.
    public var password: String?
    /// The time between two measurements.
    public var interval: Duration
    /// Its place in the file.
    public var place: ScenarioError.Place

    /// Whether it measures processes, which faults can stop and which can restart.
    public var isOfProcesses: Bool {
        switch source {
        case .process, .port, .processes: true
        default: false
        }
    }
}

extension WatchDefinition {

    init(_ entry: ScenarioNode.Entry) throws(ScenarioError) {
        var map = try MapReader(entry.value, "watch '\(entry.key)'")
        name = entry.key
        place = entry.keyPlace
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "_-".contains($0) }) else {
            throw ScenarioError(
                "a watch is named by letters, digits, '-' and '_', as criteria name its figures: not '\(name)'",
                at: place)
        }
        var sources: [Source] = []
        if let pid = try map.count("pid", 1...Int(Int32.max)) { sources.append(.process(id: pid)) }
        if let port = try map.count("port", 1...65535) { sources.append(.port(port)) }
        if let command = try map.filledText("process") { sources.append(.processes(command: command)) }
        if let command = try map.filledText("workers") { sources.append(.processes(command: command)) }
        if let path = try map.filledText("cgroup") { sources.append(.cgroup(path: path)) }
        if let path = try map.filledText("disk") { sources.append(.disk(path: path)) }
        if let interface = try map.filledText("network") { sources.append(.network(interface: interface)) }
        if let url = try map.filledText("metrics") { sources.append(.metrics(url: url)) }
        if let address = try map.filledText("redis") { sources.append(.redis(address: address)) }
        if let url = try map.filledText("postgres") { sources.append(.postgres(url: url)) }
        if let command = try map.filledText("command") { sources.append(.command(command)) }
        if let path = try map.filledText("file") {
            sources.append(.file(path: path, patterns: try Self.patterns(map.take("count"))))
        }
        guard let source = sources.first, sources.count == 1 else {
            if sources.isEmpty { try map.checkOtherNames(of: Self.kinds) }
            throw ScenarioError(
                "watch '\(name)' must be one of \(Self.kinds.dropLast().joined(separator: ", ")) and command",
                at: entry.keyPlace)
        }
        self.source = source
        let passwordPlace = map.peek("password")?.place ?? entry.value.place
        password = try map.text("password")
        if let password, !password.hasPrefix("env:"), !password.hasPrefix("file:") {
            throw ScenarioError(
                "a password must not be in the file: use env:NAME or file:PATH", at: passwordPlace)
        }
        if password != nil {
            switch source {
            case .redis, .postgres: break
            default: throw ScenarioError("'password' is for 'redis' and 'postgres'", at: passwordPlace)
            }
        }
        if case .redis(let address) = source, address.contains("@") {
            throw ScenarioError(
                "the address of a Redis is HOST:PORT: give its password as 'password: env:NAME' or file:PATH",
                at: entry.value.place)
        }
        interval = try map.duration("every") ?? .seconds(1)
        guard interval >= .milliseconds(100), interval <= .seconds(3600) else {
            throw ScenarioError("'every' must be 100ms to 1h", at: entry.value.place)
        }
        if case .postgres(let url) = source, Self.holdsPassword(url) {
            throw ScenarioError("the address contains a password: use env:NAME or file:PATH", at: entry.value.place)
        }
        try map.finish()
    }

    private static let kinds = [
        "pid", "port", "process", "cgroup", "disk", "network", "metrics", "redis", "postgres", "file", "command",
    ]

    private static func patterns(_ node: ScenarioNode?) throws(ScenarioError) -> [Pattern] {
        guard let node else { return [] }
        var map = try MapReader(node, "count")
        var patterns: [Pattern] = []
        for entry in map.takeAll() {
            patterns.append(Pattern(name: entry.key, text: try entry.value.text(entry.key)))
        }
        return patterns
    }

    /// Whether the address of a database has `user:password@`, or `password=` among its words or parameters.
    private static func holdsPassword(_ url: String) -> Bool {
        let words = url.lowercased().split { "&? \t".contains($0) || $0.isNewline }
        if words.contains(where: { $0.hasPrefix("password") || $0.hasPrefix("sslpassword") }) { return true }
        guard let scheme = url.firstRange(of: "://") else { return false }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }
}
