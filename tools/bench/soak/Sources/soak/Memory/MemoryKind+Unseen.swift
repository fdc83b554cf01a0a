import Foundation

extension MemoryKind {
    /// Written after the constants of the tests were set, and never used for tuning.
    static let unseen: [MemoryKind] = [
        MemoryKind("stretched warm-up", heldOut: true) {
            $0.addNoise(0.6)
            $0.addStretchedSaturation()
        },
        MemoryKind("second cache, later", heldOut: true) {
            $0.addNoise(0.6)
            $0.addSaturation(share: 0.03, height: 30)
            $0.addLateSaturation()
        },
        MemoryKind("1/f noise", heldOut: true) { $0.addPinkNoise() },
        MemoryKind("pool that grows ever less", heldOut: true) {
            $0.addNoise(0.6)
            $0.addRareningSteps()
        },
        MemoryKind("collector that adapts", heldOut: true) { $0.addAdaptiveSawtooth() },
        MemoryKind("job at the end", heldOut: true) {
            $0.addNoise(0.8)
            $0.addLateExcursion()
        },
    ]
}

extension MemoryScene {
    /// A warm-up that slows down faster at first and slower later than an exponential.
    mutating func addStretchedSaturation() {
        let height = random.between(20, 80) * Self.mebibyte
        let constant = random.between(0.02, 0.2) * seconds
        let power = random.between(0.4, 0.8)
        add { height * (1 - exp(-pow($0 / constant, power))) }
    }

    /// A cache that is only used from some time on.
    mutating func addLateSaturation() {
        let height = random.between(15, 50) * Self.mebibyte
        let start = random.between(0.1, 0.5) * seconds
        let constant = random.between(0.02, 0.08) * seconds
        add { $0 < start ? 0 : height * (1 - exp(-($0 - start) / constant)) }
    }

    /// Variation on all time scales, from seconds to a quarter of an hour.
    mutating func addPinkNoise() {
        for constant in [3.0, 10, 30, 100, 300, 900] { addDrift(seconds: constant, scale: 0.45) }
    }

    /// Steps at doubling distances, as of a pool or a hash table.
    mutating func addRareningSteps() {
        let height = random.between(3, 8) * Self.mebibyte
        let first = random.between(0.01, 0.05) * seconds
        add { $0 < first ? 0 : height * (log2($0 / first).rounded(.down) + 1) }
    }

    /// Garbage collections whose distance and floor follow a slowly changing demand.
    mutating func addAdaptiveSawtooth() {
        let need = random.autoregressive(exp(-interval / 200), count: times.count)
        var low = 0.0
        var level = 0.0
        for place in values.indices {
            let live = (30 + 4 * need[place]) * Self.mebibyte
            level += 3 * Self.mebibyte * interval
            if level > 2 * live { low = live }
            if level > 2 * live { level = low }
            values[place] += level + 0.3 * noise * random.normal()
        }
    }

    /// A large allocation in the last part of the run.
    mutating func addLateExcursion() {
        let start = random.between(0.85, 0.97) * seconds
        let height = random.between(20, 60) * Self.mebibyte
        add { $0 < start ? 0 : height }
    }
}
