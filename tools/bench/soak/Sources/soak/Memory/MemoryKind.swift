/// A way in which the memory of a service varies without a leak.
struct MemoryKind: Sendable {
    let name: String
    /// Whether the test was not tuned on it; reported separately.
    let isHeldOut: Bool
    /// Shorter runs show only a part of one cycle, which cannot be distinguished from growth.
    let shortestSeconds: Double
    let make: @Sendable (_ scene: inout MemoryScene) -> Void

    init(
        _ name: String, heldOut: Bool = false, from shortestSeconds: Double = 0,
        _ make: @escaping @Sendable (_ scene: inout MemoryScene) -> Void
    ) {
        self.name = name
        isHeldOut = heldOut
        self.shortestSeconds = shortestSeconds
        self.make = make
    }
}

extension MemoryKind {
    static let noises: [MemoryKind] = [
        MemoryKind("white") { $0.addNoise(0) },
        MemoryKind("AR(1) .6") { $0.addNoise(0.6) },
        MemoryKind("AR(1) .9") { $0.addNoise(0.9) },
        MemoryKind("AR(1) .99") { $0.addNoise(0.99) },
        MemoryKind("OU 60 s") { $0.addDrift(seconds: 60) },
        MemoryKind("OU 300 s") { $0.addDrift(seconds: 300) },
        MemoryKind("OU 120 s + white", heldOut: true) {
            $0.addDrift(seconds: 120, scale: 0.7)
            $0.addNoise(0, scale: 0.7)
        },
        MemoryKind("heavy tails", heldOut: true) { $0.addHeavyTails() },
        MemoryKind("bounded walk") { $0.addBoundedWalk() },
        MemoryKind("pages") {
            $0.addNoise(0.9)
            $0.quantise(to: 256 * 1024)
        },
        MemoryKind("arenas of 4 MiB", heldOut: true) {
            $0.addNoise(0.95)
            $0.quantise(to: 4 * MemoryScene.mebibyte)
        },
        MemoryKind("constant") { _ in },
    ]

    static let collected: [MemoryKind] = [
        MemoryKind("sawtooth 8 s") { $0.addSawtooth(period: 8) },
        MemoryKind("sawtooth 45 s") { $0.addSawtooth(period: 45) },
        MemoryKind("sawtooth 400 s", from: 800) { $0.addSawtooth(period: 400) },
        MemoryKind("sawtooth, noisy trough") { $0.addSawtooth(period: 20, trough: 0.15) },
        MemoryKind("two generations", heldOut: true, from: 450) {
            $0.addSawtooth(period: 6, height: 20)
            $0.addSawtooth(period: 150, height: 60)
        },
        MemoryKind("warm-up + sawtooth") {
            $0.addSawtooth(period: 20, height: 40)
            $0.addSaturation(share: 0.1, height: 40)
        },
    ]

    static let settling: [MemoryKind] = [
        MemoryKind("warm-up .05") {
            $0.addNoise(0.6)
            $0.addSaturation(share: 0.05)
        },
        MemoryKind("warm-up .15") {
            $0.addNoise(0.6)
            $0.addSaturation(share: 0.15)
        },
        MemoryKind("warm-up .3") {
            $0.addNoise(0.6)
            $0.addSaturation(share: 0.3)
        },
        MemoryKind("log growth") {
            $0.addNoise(0.6)
            $0.addLogarithm()
        },
        MemoryKind("cache fills by misses", heldOut: true) {
            $0.addNoise(0.6)
            $0.addHyperbola()
        },
        MemoryKind("ramp, then flat") {
            $0.addNoise(0.6)
            $0.addRamp()
        },
        MemoryKind("allocator plateaus") { $0.addHighWater() },
        MemoryKind("freed slowly", heldOut: true) {
            $0.addNoise(0.8)
            $0.addLine(-30)
        },
    ]

    static let events: [MemoryKind] = [
        MemoryKind("one step") {
            $0.addNoise(0.6)
            $0.addSteps(1)
        },
        MemoryKind("two steps") {
            $0.addNoise(0.6)
            $0.addSteps(2)
        },
        MemoryKind("three steps") {
            $0.addNoise(0.6)
            $0.addSteps(3)
        },
        MemoryKind("step up and down", heldOut: true) {
            $0.addNoise(0.6)
            $0.addExcursions(1, share: 0.35)
        },
        MemoryKind("excursions") {
            $0.addNoise(0.6)
            $0.addExcursions(4, share: 0.05)
        },
        MemoryKind("periodic job", heldOut: true) {
            $0.addNoise(0.6)
            $0.addJobs()
        },
        MemoryKind("warm-up + step") {
            $0.addNoise(0.6)
            $0.addSaturation(share: 0.1, height: 40)
            $0.addSteps(1)
        },
    ]

    static let loaded: [MemoryKind] = [
        MemoryKind("part of a cycle") {
            $0.addNoise(0.6)
            $0.addCycle(periods: 0.4)
        },
        MemoryKind("cycles") {
            $0.addNoise(0.6)
            $0.addCycle(periods: 1.3)
        },
        MemoryKind("load in waves, known") {
            $0.addNoise(0.6)
            $0.addLoad(.waves, known: true)
        },
        MemoryKind("load rises, known") {
            $0.addNoise(0.6)
            $0.addLoad(.rising, known: true)
        },
        MemoryKind("load steps, known", heldOut: true) {
            $0.addNoise(0.6)
            $0.addLoad(.steps, known: true)
        },
        MemoryKind("load in bursts") {
            $0.addNoise(0.6)
            $0.addLoad(.bursts, known: false)
        },
        MemoryKind("restart") { $0.addRestarts(1, known: true) },
        MemoryKind("two restarts") { $0.addRestarts(2, known: true) },
        MemoryKind("restart untold", heldOut: true) { $0.addRestarts(1, known: false) },
    ]

    static let all = noises + collected + settling + events + loaded + unseen
}
