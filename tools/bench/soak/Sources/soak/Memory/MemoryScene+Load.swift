import Foundation

/// How the load of a service changes.
enum LoadShape: Sendable {
    case waves
    case rising
    case steps
    case bursts
}

extension MemoryScene {
    /// Memory in proportion to a changing load, and the requests sent if known.
    mutating func addLoad(_ shape: LoadShape, known: Bool) {
        let rates = loadRates(shape)
        let size = random.between(10, 40) * Self.mebibyte
        for place in values.indices { values[place] += size * rates[place] }
        if known { countRequests(rates) }
    }

    /// Requests at 200/s times the given rates.
    mutating func countRequests(_ rates: [Double]) {
        var sum = 0.0
        requests = rates.map { rate in
            sum += 200 * rate * interval
            return sum.rounded()
        }
    }

    mutating func loadRates(_ shape: LoadShape) -> [Double] {
        switch shape {
        case .waves:
            let phase = random.between(0, 2 * .pi)
            let periods = random.between(0.5, 4)
            return times.map { 1 + 0.5 * sin(phase + 2 * .pi * periods * $0 / seconds) }
        case .rising: return times.map { 0.5 + $0 / seconds }
        case .steps:
            let marks = (0..<5).map { _ in random.share() * seconds }.sorted()
            let levels = (0..<6).map { _ in random.between(0.3, 1.7) }
            return times.map { time in levels[marks.count { $0 <= time }] }
        case .bursts:
            var next = random.exponential(mean: 120)
            var end = 0.0
            return times.map { time in
                if time >= next {
                    end = time + random.between(5, 40)
                    next = end + random.exponential(mean: 120)
                }
                return time < end ? 2 : 1
            }
        }
    }

    /// Restarts `count` times, each time with a warm-up.
    mutating func addRestarts(_ count: Int, known: Bool) {
        let marks = (0..<count).map { (Double($0) + random.between(0.7, 1.3)) / Double(count + 1) * seconds }
        let height = random.between(15, 50) * Self.mebibyte
        let constant = min(0.04 * seconds, 120)
        let path = random.autoregressive(pow(0.8, interval), count: times.count)
        for place in values.indices {
            let start = marks.last { $0 <= times[place] }
            age[place] = times[place] - (start ?? -600)
            values[place] += height * (1 - exp(-age[place] / constant)) + noise * path[place]
        }
        if known { starts = times.map { time in 1_700_000_000 + (marks.last { $0 <= time } ?? -600) } }
        for place in values.indices { age[place] = min(age[place], times[place]) }
    }
}
