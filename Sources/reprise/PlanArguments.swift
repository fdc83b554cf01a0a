public import ArgumentParser
public import Plan
import Traffic

/// What `plan` and `replay` share: the arguments that decide what is sent, and when.
struct PlanArguments: ParsableArguments {
    @Option(help: "Divide recorded gaps by N; 'max' leaves no gaps (closed loop).")
    var speed = Speed.factor(1)

    @Option(
        help: ArgumentHelp(
            "Run N slots at once and deal the recorded sessions to them in turn; each recorded session runs at least once.",
            discussion: "Without --sessions or --copies each recorded session runs once, when it did in the recording.",
            valueName: "N"))
    var sessions: Int?

    @Option(
        help: ArgumentHelp(
            "Run K clones of each recorded session at once: K times the recorded rate.", valueName: "K"))
    var copies: Int?

    @Option(
        help:
            "'timeline' keeps the recorded times (open loop); 'think' keeps the pauses after each response (closed loop)."
    )
    var pacing = Pacing.timeline

    @Option(
        help: ArgumentHelp(
            "Spread the starts of the slots, or of the copies of one session, over D; 0 starts them together.",
            discussion: "Default: one mean session (the mean gap between sessions with --copies) / speed, at most 10s.",
            valueName: "D"),
        transform: PlanArguments.ramp)
    var ramp: Duration?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Go on dealing sessions until D has passed, ramp included; without it, one pass.", valueName: "D"))
    var duration: Duration?

    @Option(help: "Seed of everything random in the plan.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "What the user names of logins and registrations become, with {clone} for the clone's number; 'recorded' keeps them.",
            valueName: "template"))
    var identity = "user_{clone}@example.com"

    @Option(
        help: ArgumentHelp(
            "Sign tokens that no recorded response has anew, with the key in FILE (HS256, HS384, HS512).",
            discussion: "The key is the file's bytes, all of them.", valueName: "file"))
    var mintKey: String?

    mutating func validate() throws {
        if sessions != nil, copies != nil { throw ValidationError("--sessions and --copies exclude each other.") }
        for (name, count) in [("--sessions", sessions), ("--copies", copies)] {
            guard let count, !(1...ReplayPlan.slotLimit).contains(count) else { continue }
            throw ValidationError("\(name) takes a number from 1 to \(ReplayPlan.slotLimit).")
        }
        if ramp != nil, sessions == nil, copies == nil {
            throw ValidationError("--ramp needs --sessions or --copies.")
        }
        if let duration, duration <= .zero { throw ValidationError("--for takes a time above 0.") }
        if identity != PlanArguments.recorded, !identity.contains(IdentityTemplate.placeholder) {
            throw ValidationError("--identity needs {clone} in it, or all clones would be one person.")
        }
    }

    /// The options that the arguments name; reads the key's file.
    func options() throws -> PlanOptions {
        var options = PlanOptions()
        options.speed = speed
        options.pacing = pacing
        if let sessions { options.population = .slots(sessions) }
        if let copies { options.population = .copies(copies) }
        options.ramp = ramp
        options.duration = duration
        options.seed = seed
        options.identityTemplate = identity == PlanArguments.recorded ? nil : identity
        options.mintKey = try mintKey.map(KeyFile.read)
        return options
    }

    private static let recorded = "recorded"

    private static func ramp(_ text: String) throws -> Duration {
        if text == "0" { return .zero }
        guard let duration = Duration(text: text) else {
            throw ValidationError("'\(text)' is no time such as 500ms, 10s or 5m.")
        }
        return duration
    }
}

extension Speed: ExpressibleByArgument {
    /// A speed on the command line: `10`, `0.5`, `max`.
    public init?(argument: String) { self.init(text: argument) }

    public var defaultValueDescription: String { description }
}

extension Pacing: ExpressibleByArgument {}

extension PlanError: ReportedError {
    var exitStatus: ExitStatus {
        switch self {
        case .nothingToSend: .badInput
        case .speedOutOfRange, .populationOutOfRange, .spanOutOfRange, .identityTemplateWithoutClone: .usage
        case .emptyMintKey: .failure
        }
    }
}
