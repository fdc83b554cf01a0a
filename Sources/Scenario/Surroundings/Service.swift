/// A program that a scenario starts, stops and waits for.
public struct ServiceDefinition: Hashable, Sendable {
    /// The service's name.
    public var name: String
    /// The command that starts it.
    public var start: String
    /// nil for a service that is stopped by SIGTERM to the process that `start` leaves in the foreground.
    public var stop: String?
    /// A command that exits with 0 once the service answers.
    public var ready: String?
    /// How long it may take to become ready, and to stop.
    public var timeout: Duration
    /// Its place in the file.
    public var place: ScenarioError.Place

    /// A service; see the properties for the meaning of each.
    public init(
        name: String, start: String, stop: String?, ready: String?, timeout: Duration, place: ScenarioError.Place
    ) {
        self.name = name
        self.start = start
        self.stop = stop
        self.ready = ready
        self.timeout = timeout
        self.place = place
    }
}

extension ServiceDefinition {

    init(_ entry: ScenarioNode.Entry) throws(ScenarioError) {
        var map = try MapReader(entry.value, "service '\(entry.key)'")
        name = entry.key
        place = entry.keyPlace
        start = try map.requiredText("start", "the command that starts it")
        stop = try map.take("stop")?.filledText("stop")
        ready = try map.take("ready")?.filledText("ready")
        timeout = try map.timeLimit("timeout") ?? .seconds(30)
        try map.finish()
    }
}

/// A command that is run before or after a scenario, or as a check.
public struct ScenarioCommand: Hashable, Sendable {
    /// The command, for a shell.
    public var command: String
    /// How long it may take.
    public var timeout: Duration
    /// Its place in the file.
    public var place: ScenarioError.Place

    static func read(_ node: ScenarioNode?) throws(ScenarioError) -> [ScenarioCommand] {
        var commands: [ScenarioCommand] = []
        for item in node?.items ?? [] {
            if case .scalar = item.value {
                let text = try item.filledText("command")
                commands.append(ScenarioCommand(command: text, timeout: .seconds(60), place: item.place))
                continue
            }
            var map = try MapReader(item, "command")
            let text = try map.requiredText("run", "the command itself")
            commands.append(
                ScenarioCommand(command: text, timeout: try map.timeLimit("timeout") ?? .seconds(60), place: item.place)
            )
            try map.finish()
        }
        return commands
    }
}
