import Measurement
import Traffic

/// The requests of a run by what they have in common.
enum RunGroups {
    static func all(of record: RunRecord, _ sums: RunDistributions) -> [RunSummary.Group] {
        methods(sums) + statusClasses(record) + phases(record)
    }

    private static func methods(_ sums: RunDistributions) -> [RunSummary.Group] {
        var methods: [String: RunDistributions.Group] = [:]
        for endpoint in sums.endpoints {
            let words = endpoint.label.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let method = String(words[0])
            methods[method, default: RunDistributions.Group(label: method)].add(endpoint)
        }
        return methods.values.sorted { $0.label < $1.label }.map { group in
            RunSummary.Group(
                by: "method", name: group.label, requests: Int(group.requests), failures: Int(group.failures),
                responseTimeMs: group.sinceReady.percentiles, serviceTimeMs: group.service.percentiles
            ).with(group.waits)
        }
    }

    private static func statusClasses(_ record: RunRecord) -> [RunSummary.Group] {
        var classes: [Int: [StatusClassWindow]] = [:]
        for own in record.series.windows.flatMap(\.statusClasses) { classes[own.statusClass, default: []].append(own) }
        return classes.sorted { $0.key < $1.key }.map { statusClass, windows in
            var sinceReady = TimeDistribution()
            var service = TimeDistribution()
            sinceReady.add(LatencyBlocks.sum(windows.map(\.sinceReady)))
            service.add(LatencyBlocks.sum(windows.map(\.service)))
            var waits = WaitTimes()
            for window in windows { waits.add(window.waits) }
            // Which of them were failures depends on what was recorded: that is told by endpoint and kind.
            return RunSummary.Group(
                by: "status", name: statusClass == 0 ? "none" : "\(statusClass)xx",
                requests: windows.reduce(0) { $0 + Int($1.requests) }, failures: 0,
                responseTimeMs: sinceReady.percentiles, serviceTimeMs: service.percentiles
            ).with(waits)
        }
    }

    /// While slots start, while all run, and after the end of what was planned.
    private static func phases(_ record: RunRecord) -> [RunSummary.Group] {
        let ramp = record.description.rampNanoseconds
        let end = record.description.plannedNanoseconds ?? .max
        let phases: [(String, (RunWindow) -> Bool)] = [
            ("ramp", { $0.startNanoseconds < ramp }),
            ("steady", { $0.startNanoseconds >= ramp && $0.startNanoseconds < end }),
            ("drain", { $0.startNanoseconds >= max(end, ramp) }),
        ]
        return phases.compactMap { name, holds in
            let windows = record.series.windows.filter { holds($0) && $0.counts.requests > 0 }
            guard !windows.isEmpty else { return nil }
            var response = TimeDistribution()
            var service = TimeDistribution()
            response.add(LatencyBlocks.sum(windows.map(\.response)))
            service.add(LatencyBlocks.sum(windows.flatMap { $0.endpoints.map(\.service) }))
            var waits = WaitTimes()
            for window in windows { waits.add(window.waits) }
            return RunSummary.Group(
                by: "phase", name: name, requests: windows.reduce(0) { $0 + Int($1.counts.requests) },
                failures: windows.reduce(0) { $0 + Int($1.counts.failures) }, responseTimeMs: response.percentiles,
                serviceTimeMs: service.percentiles
            ).with(waits)
        }
    }
}
