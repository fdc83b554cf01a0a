import Analysis
import Foundation

/// A model of requests: their rate, latency and spread.
struct LatencyScene {
    var random: Random
    let seconds: Int
    let requestsPerSecond: Double
    /// By second: the logarithm of the level, the spread of logarithms, and the rate relative to the usual one.
    var level: [Double]
    var spread: [Double]
    var rate: [Double]
    /// The factor by which the slowest 2 % take longer, by second.
    var tail: [Double]
    /// Requests of these stretches wait until their end.
    var pauses: [ClosedRange<Double>] = []
    /// Share of requests answered from a cache, ten times faster; nil without one.
    var hits: [Double]?
    var isHeavy = false

    init(seconds: Int, requestsPerSecond: Double = 50, random: Random) {
        self.seconds = seconds
        self.requestsPerSecond = requestsPerSecond
        self.random = random
        level = [Double](repeating: log(20), count: seconds)
        spread = [Double](repeating: 0.4, count: seconds)
        rate = [Double](repeating: 1, count: seconds)
        tail = [Double](repeating: 1, count: seconds)
    }

    /// The requests, sampled once.
    mutating func requests() -> OtherMethods.Requests {
        var requests: OtherMethods.Requests = []
        requests.reserveCapacity(Int(Double(seconds) * requestsPerSecond * 1.2))
        var pause = pauses.startIndex
        for second in 0..<seconds {
            let expected = requestsPerSecond * rate[second]
            let count = Int(expected + random.share())
            for place in 0..<count {
                let time = Double(second) + (Double(place) + random.share()) / Double(max(count, 1))
                let draw = random.share()
                let normal = isHeavy ? 1.5 * random.heavyTailed() : random.normal()
                var milliseconds = exp(level[second] + spread[second] * normal)
                if let hits, draw < hits[second] { milliseconds /= 10 }
                if normal > 2.054 { milliseconds *= tail[second] }
                while pause < pauses.endIndex, pauses[pause].upperBound < time { pause += 1 }
                if pause < pauses.endIndex, pauses[pause].contains(time) {
                    milliseconds += (pauses[pause].upperBound - time) * 1000
                }
                requests.append((time, milliseconds))
            }
        }
        return requests
    }

    /// The requests in the form that the analysis takes.
    mutating func series() -> LatencySeries { LatencySeries(requests()) }

    mutating func addNoise(_ constant: Double, scale: Double) {
        let noise = random.autoregressive(exp(-1 / constant), count: seconds)
        for second in level.indices { level[second] += scale * noise[second] }
    }

    mutating func addCycle(periods: Double, height: Double) {
        let phase = random.between(0, 2 * .pi)
        for second in level.indices {
            level[second] += height * sin(phase + 2 * .pi * periods * Double(second) / Double(seconds))
        }
    }

    mutating func addPauses() {
        var time = random.between(0, 20)
        while time < Double(seconds) {
            pauses.append(time...time + random.between(0.05, 0.25))
            time += random.between(8, 30)
        }
    }

    /// A changing load, and the queues that it causes.
    mutating func addLoad(_ shape: LoadShape) {
        var scene = MemoryScene(seconds: Double(seconds), interval: 1, random: random)
        rate = scene.loadRates(shape)
        random = scene.random
        for second in level.indices { level[second] += 0.3 * log(rate[second]) }
    }

    mutating func addWarmUp() {
        for second in level.indices { level[second] += 0.5 * exp(-Double(second) / (0.03 * Double(seconds))) }
    }

    mutating func addWarmUp(constant: Double, height: Double) {
        for second in level.indices { level[second] += height * exp(-Double(second) / constant) }
    }

    mutating func addNeighbours() {
        var time = random.exponential(mean: 200)
        while time < Double(seconds) {
            let end = time + random.between(5, 30)
            for second in Int(time)..<min(Int(end), seconds) { level[second] += 0.4 }
            time = end + random.exponential(mean: 200)
        }
    }

    mutating func addCache() {
        let noise = random.autoregressive(exp(-1 / 30), count: seconds)
        hits = noise.map { min(max(0.3 + 0.03 * $0, 0), 1) }
    }
}

/// A way in which the latency of a service varies without drift.
struct LatencyKind: Sendable {
    let name: String
    let isHeldOut: Bool
    let make: @Sendable (_ scene: inout LatencyScene) -> Void

    init(_ name: String, heldOut: Bool = false, _ make: @escaping @Sendable (_ scene: inout LatencyScene) -> Void) {
        self.name = name
        isHeldOut = heldOut
        self.make = make
    }

    static let all: [LatencyKind] = [
        LatencyKind("plain") { _ in },
        LatencyKind("OU 10 s, 3 %") { $0.addNoise(10, scale: 0.03) },
        LatencyKind("OU 30 s, 3 %") { $0.addNoise(30, scale: 0.03) },
        LatencyKind("OU 100 s, 5 %") { $0.addNoise(100, scale: 0.05) },
        LatencyKind("OU 120 s, 3 %") { $0.addNoise(120, scale: 0.03) },
        LatencyKind("OU 300 s, 2 %") { $0.addNoise(300, scale: 0.02) },
        LatencyKind("OU 30 s, 8 %", heldOut: true) { $0.addNoise(30, scale: 0.08) },
        LatencyKind("cycles") {
            $0.addNoise(10, scale: 0.02)
            $0.addCycle(periods: $0.random.between(1.5, 4), height: 0.1)
        },
        LatencyKind("one cycle", heldOut: true) {
            $0.addNoise(10, scale: 0.02)
            $0.addCycle(periods: 1, height: 0.1)
        },
        LatencyKind("pauses") {
            $0.addNoise(10, scale: 0.02)
            $0.addPauses()
        },
        LatencyKind("load in waves") { $0.addLoad(.waves) },
        LatencyKind("load in steps", heldOut: true) { $0.addLoad(.steps) },
        LatencyKind("load rises") { $0.addLoad(.rising) },
        LatencyKind("warm-up") {
            $0.addNoise(10, scale: 0.02)
            $0.addWarmUp()
        },
        LatencyKind("noisy neighbours", heldOut: true) { $0.addNeighbours() },
        LatencyKind("cache", heldOut: true) { $0.addCache() },
        LatencyKind("heavy tails") { $0.isHeavy = true },
        LatencyKind("part of a cycle", heldOut: true) {
            $0.addNoise(20, scale: 0.02)
            $0.addCycle(periods: $0.random.between(0.7, 1.3), height: 0.04)
        },
        LatencyKind("slow warm-up", heldOut: true) {
            $0.addNoise(20, scale: 0.02)
            $0.addWarmUp(constant: 400, height: 0.3)
        },
    ]
}

/// How a latency gets worse.
struct LatencyChange: Sendable {
    let name: String
    let make: @Sendable (_ scene: inout LatencyScene) -> Void

    private static func gradual(_ share: Double, _ scene: inout LatencyScene) {
        for second in scene.level.indices {
            scene.level[second] += log(1 + share * Double(second) / Double(scene.seconds))
        }
    }

    private static func step(_ share: Double, _ scene: inout LatencyScene) {
        let at = Int(scene.random.between(0.3, 0.75) * Double(scene.seconds))
        for second in at..<scene.seconds { scene.level[second] += log(1 + share) }
    }

    static let all: [LatencyChange] = [
        LatencyChange(name: "+10 % gradual") { gradual(0.1, &$0) },
        LatencyChange(name: "+20 % gradual") { gradual(0.2, &$0) },
        LatencyChange(name: "+10 % step") { step(0.1, &$0) },
        LatencyChange(name: "+20 % step") { step(0.2, &$0) },
        LatencyChange(name: "tail +40 %") { scene in
            for second in scene.seconds / 2..<scene.seconds { scene.tail[second] = 1.4 }
        },
        LatencyChange(name: "tail +60 %") { scene in
            for second in scene.seconds / 2..<scene.seconds { scene.tail[second] = 1.6 }
        },
        LatencyChange(name: "spread +20 %") { scene in
            for second in scene.spread.indices {
                scene.spread[second] *= 1 + 0.2 * Double(second) / Double(scene.seconds)
            }
        },
    ]
}

extension LatencySeries {
    init(_ requests: OtherMethods.Requests) {
        self.init()
        for request in requests { record(second: request.second, milliseconds: request.milliseconds) }
    }
}
