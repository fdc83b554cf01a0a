/// A fault that is injected at a time of the run and undone later.
public struct FaultDefinition: Hashable, Sendable {

    /// The kind of fault, and how it is undone.
    public enum Action: Hashable, Sendable {
        /// Stops a service and starts it again.
        case stop(service: String)
        /// Sends SIGKILL to the processes of a service or watch; the undo starts the service.
        case kill(String)
        /// Sends SIGSTOP; the undo sends SIGCONT.
        case pause(String)
        /// Runs the user's commands.
        case run(command: String, undo: String?)
    }

    /// The fault's name.
    public var name: String
    /// What is done.
    public var action: Action
    /// From the start of the scenario.
    public var at: Duration
    /// The time until it is undone; nil for a fault without an undo, such as a command whose effect ends by itself.
    public var length: Duration?
    /// Its place in the file.
    public var place: ScenarioError.Place

    /// The service or watch whose processes it stops; nil for a command.
    var subject: String? {
        switch action {
        case .stop(let name), .kill(let name), .pause(let name): name
        case .run: nil
        }
    }

    /// When it is undone, from the start of the scenario.
    var end: Duration { at + (length ?? .zero) }
}

extension FaultDefinition {

    init(_ node: ScenarioNode, number: Int) throws(ScenarioError) {
        var map = try MapReader(node, "fault")
        place = node.place
        let stop = try map.text("stop")
        let kill = try map.text("kill")
        let pause = try map.text("pause")
        let run = try map.take("run")?.filledText("run")
        let undo = try map.filledText("undo")
        guard [stop, kill, pause, run].count(where: { $0 != nil }) == 1 else {
            try map.checkOtherNames(of: ["stop", "kill", "pause", "run"])
            throw ScenarioError("a fault must be one of 'stop', 'kill', 'pause' and 'run'", at: node.place)
        }
        if undo != nil, run == nil {
            throw ScenarioError("'undo' belongs to 'run'; the other faults have a built-in undo", at: node.place)
        }
        let subject = stop ?? kill ?? pause
        name = try map.text("name") ?? subject ?? "fault-\(number)"
        action =
            if let stop {
                .stop(service: stop)
            } else if let kill {
                .kill(kill)
            } else if let pause {
                .pause(pause)
            } else {
                .run(command: run ?? "", undo: undo)
            }
        guard let at = try map.duration("at") else {
            try map.checkOtherNames(of: ["at"])
            throw ScenarioError("fault '\(name)' lacks 'at': when it begins, from the start", at: node.place)
        }
        self.at = at
        length = try map.timeLimit("for")
        if length == nil, run == nil || undo != nil {
            throw ScenarioError("fault '\(name)' lacks 'for': when it is undone", at: node.place)
        }
        try map.finish()
    }
}
