import Analysis
import Foundation

/// A model of a memory series: the sum of its components.
struct MemoryScene {
    static let mebibyte = 1_048_576.0

    var random: Random
    let times: [Double]
    let seconds: Double
    let interval: Double
    /// In bytes, above the base.
    var values: [Double]
    let base: Double
    let noise: Double
    /// Requests sent up to each time; nil if unknown.
    var requests: [Double]?
    /// Starts of the process by sample; nil if unknown.
    var starts: [Double]?
    /// Seconds since the process started, by sample.
    var age: [Double]

    init(seconds: Double, interval: Double, random: Random) {
        self.random = random
        self.seconds = seconds
        self.interval = interval
        times = stride(from: 0, to: seconds, by: interval).map { $0 }
        values = times.map { _ in 0 }
        age = times
        base = 300 * Self.mebibyte
        noise = 2 * Self.mebibyte
    }

    var samples: SoakSamples {
        SoakSamples(
            seconds: times, values: values.map { max(0, base + $0) }, answered: requests ?? [], starts: starts ?? [])
    }

    mutating func add(_ curve: (_ second: Double) -> Double) {
        for place in values.indices { values[place] += curve(times[place]) }
    }

    private mutating func add(_ other: [Double], scale: Double) {
        for place in values.indices { values[place] += scale * other[place] }
    }

    mutating func addNoise(_ rho: Double, scale: Double = 1) {
        // The correlation is given for neighbours one second apart.
        add(random.autoregressive(pow(rho, interval), count: times.count), scale: scale * noise)
    }

    mutating func addDrift(seconds: Double, scale: Double = 1) {
        add(random.autoregressive(exp(-interval / seconds), count: times.count), scale: scale * noise)
    }

    mutating func addHeavyTails() {
        for place in values.indices { values[place] += noise * random.heavyTailed() }
    }

    mutating func addBoundedWalk() {
        var level = 0.0
        for place in values.indices {
            level += random.normal() * 0.4 * Self.mebibyte * interval.squareRoot()
            level = min(max(level, -12 * Self.mebibyte), 12 * Self.mebibyte)
            values[place] += level
        }
    }

    mutating func quantise(to size: Double) {
        for place in values.indices { values[place] = (values[place] / size).rounded() * size }
    }

    /// Cycles of varying length that end with a sudden fall; the minimum varies by `trough` of their height.
    mutating func addSawtooth(period: Double, height: Double = 60, trough: Double = 0.01) {
        var start = -random.share() * period
        var length = period
        var floor = 0.0
        for place in values.indices {
            while times[place] >= start + length {
                start += length
                length = period * random.between(0.8, 1.2)
                floor = abs(random.normal()) * trough * height
            }
            let level = floor + (height - floor) * (times[place] - start) / period
            values[place] += level * Self.mebibyte + 0.3 * noise * random.normal()
        }
    }

    mutating func addSaturation(share: Double, height: Double? = nil) {
        let height = (height ?? random.between(20, 80)) * Self.mebibyte
        let constant = share * seconds
        add { height * (1 - exp(-$0 / constant)) }
    }

    mutating func addLogarithm() {
        let height = random.between(5, 15) * Self.mebibyte
        let scale = 0.02 * seconds
        add { height * log(1 + $0 / scale) }
    }

    mutating func addHyperbola() {
        let height = random.between(20, 60) * Self.mebibyte
        let scale = random.between(0.02, 0.1) * seconds
        add { height * $0 / ($0 + scale) }
    }

    mutating func addRamp() {
        let height = random.between(20, 60) * Self.mebibyte
        let end = random.between(0.1, 0.6) * seconds
        add { height * min($0 / end, 1) }
    }

    mutating func addLine(_ mebibytes: Double) {
        let total = seconds
        add { mebibytes * Self.mebibyte * $0 / total }
    }

    /// Memory that was needed once and is not released.
    mutating func addHighWater() {
        let need = random.autoregressive(exp(-interval / 20), count: times.count)
        var highest = 0.0
        for place in values.indices {
            highest = max(highest, need[place])
            values[place] += 8 * Self.mebibyte * highest + 0.2 * noise * random.normal()
        }
    }

    mutating func addSteps(_ count: Int) {
        let total = seconds
        for _ in 0..<count {
            let at = random.between(0.05, 0.95) * total
            let height = random.between(8, 30) * Self.mebibyte
            add { $0 >= at ? height : 0 }
        }
    }

    mutating func addExcursions(_ count: Int, share: Double) {
        let total = seconds
        for _ in 0..<count {
            let at = random.between(0, 1 - share) * total
            add { $0 >= at && $0 < at + share * total ? 30 * Self.mebibyte : 0 }
        }
    }

    mutating func addJobs() {
        let period = min(random.between(300, 600), seconds / 4)
        let phase = random.share() * period
        let height = random.between(20, 60) * Self.mebibyte
        add { ($0 + phase).truncatingRemainder(dividingBy: period) < 30 ? height : 0 }
    }

    mutating func addCycle(periods: Double) {
        let phase = random.between(0, 2 * .pi)
        let total = seconds
        add { 20 * Self.mebibyte * sin(phase + 2 * .pi * periods * $0 / total) }
    }
}
