/// How a leak continues.
enum MemoryLeak: Sendable {
    case even
    case stairs(Int)
    /// From the middle of the run on, at twice the rate.
    case fromTheMiddle
    /// From some time in the first three fifths of the run on.
    case later
    /// Blocks of random size at random times.
    case pieces
    /// At a growing rate.
    case accelerating
    /// In proportion to requests, at a changing load; the requests are known.
    case byRequest

    /// Adds it to a scene; a restart releases leaked memory.
    func add(_ bytes: Double, to scene: inout MemoryScene) {
        let total = scene.seconds
        if case .byRequest = self {
            scene.countRequests(scene.loadRates(.waves))
            guard let requests = scene.requests, let all = requests.last, all > 0 else { return }
            for place in scene.values.indices { scene.values[place] += bytes * requests[place] / all }
            return
        }
        let start = scene.random.between(0.2, 0.6)
        let pieces = (0..<40).map { _ in scene.random.share() }.sorted()
        for place in scene.values.indices {
            let share = scene.age[place] / total
            let part =
                switch self {
                case .even, .byRequest: share
                case .stairs(let count): (share * Double(count)).rounded(.down) / Double(count)
                case .fromTheMiddle: max(0, 2 * share - 1)
                case .later: max(0, (share - start) / (1 - start))
                case .pieces: Double(pieces.count { $0 <= share }) / Double(pieces.count)
                case .accelerating: share * share
                }
            scene.values[place] += bytes * part
        }
    }
}

/// A leak in a service of some kind.
struct LeakingKind: Sendable {
    let name: String
    let kind: MemoryKind
    let leak: MemoryLeak
    let isHeldOut: Bool

    init(_ kind: String, _ leak: MemoryLeak = .even, name: String? = nil, heldOut: Bool = false) {
        guard let found = MemoryKind.all.first(where: { $0.name == kind }) else {
            preconditionFailure("\(kind) is a kind")
        }
        self.kind = found
        self.leak = leak
        self.name = name ?? kind
        isHeldOut = heldOut || found.isHeldOut
    }

    static let all: [LeakingKind] = [
        LeakingKind("white"), LeakingKind("AR(1) .9"), LeakingKind("AR(1) .99"), LeakingKind("OU 60 s"),
        LeakingKind("OU 300 s"), LeakingKind("OU 120 s + white"), LeakingKind("sawtooth 8 s"),
        LeakingKind("sawtooth 45 s"), LeakingKind("sawtooth 400 s"), LeakingKind("sawtooth, noisy trough"),
        LeakingKind("two generations"), LeakingKind("one step"), LeakingKind("two steps"),
        LeakingKind("white", .stairs(12), name: "staircase of 12"),
        LeakingKind("AR(1) .6", .stairs(30), name: "staircase of 30", heldOut: true),
        LeakingKind("pages"), LeakingKind("arenas of 4 MiB"), LeakingKind("warm-up .05"), LeakingKind("warm-up .15"),
        LeakingKind("warm-up .3"), LeakingKind("cache fills by misses"), LeakingKind("load in waves, known"),
        LeakingKind("load steps, known"), LeakingKind("load in bursts"), LeakingKind("periodic job"),
        LeakingKind("cycles"), LeakingKind("restart"), LeakingKind("two restarts"),
        LeakingKind("AR(1) .9", .byRequest, name: "by request"),
        LeakingKind("AR(1) .6", .fromTheMiddle, name: "from the middle"),
        LeakingKind("AR(1) .9", .later, name: "later", heldOut: true),
        LeakingKind("AR(1) .6", .pieces, name: "in pieces", heldOut: true),
        LeakingKind("AR(1) .6", .accelerating, name: "accelerating", heldOut: true),
        LeakingKind("1/f noise"), LeakingKind("stretched warm-up"), LeakingKind("collector that adapts"),
    ]
}
