import Measurement
import Traffic

/// Groups of a run's requests by a common property.
enum RunGroups {
    static func all(of record: RunRecord, _ sums: RunDistributions) -> [RequestGroup] {
        methods(sums) + statusClasses(record) + phases(record)
    }

    private static func methods(_ sums: RunDistributions) -> [RequestGroup] {
        var methods: [String: RunDistributions.Group] = [:]
        for endpoint in sums.endpoints {
            let words = endpoint.label.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let method = String(words[0])
            methods[method, default: RunDistributions.Group(label: method)].add(endpoint)
        }
        return methods.values.sorted { $0.label < $1.label }.map { group in
            RequestGroup(
                by: .method, name: group.label, requests: Int(clamping: group.requests),
                failures: Int(clamping: group.failures), times: group.times.figures)
        }
    }

    private static func statusClasses(_ record: RunRecord) -> [RequestGroup] {
        var classes: [Int: [StatusClassWindow]] = [:]
        for own in record.series.windows.flatMap(\.statusClasses) { classes[own.statusClass, default: []].append(own) }
        return classes.sorted { $0.key < $1.key }.map { statusClass, windows in
            var times = TimeDistributions()
            for kind in TimeKind.allCases { times.add(LatencyBlocks.sum(windows.map { $0.times[kind] }), as: kind) }
            // Which of them failed depends on the recording; failures are reported by endpoint and kind instead.
            return RequestGroup(
                by: .status, name: statusClass == 0 ? "none" : "\(statusClass)xx",
                requests: sum(windows.map(\.requests)), failures: 0, times: times.figures)
        }
    }

    /// The time while slots start, while all run, and after the planned end.
    private static func phases(_ record: RunRecord) -> [RequestGroup] {
        let ramp = record.description.rampNs
        let end = record.description.plannedNs ?? .max
        let phases: [(String, (RunWindow) -> Bool)] = [
            ("ramp", { $0.startNs < ramp }),
            ("steady", { $0.startNs >= ramp && $0.startNs < end }),
            ("drain", { $0.startNs >= max(end, ramp) }),
        ]
        return phases.compactMap { name, holds in
            let windows = record.series.windows.filter { holds($0) && $0.counts.requests > 0 }
            guard !windows.isEmpty else { return nil }
            let times = TimeDistributions(of: windows)
            return RequestGroup(
                by: .phase, name: name, requests: sum(windows.map(\.counts.requests)),
                failures: sum(windows.map(\.counts.failures)), times: times.figures)
        }
    }

    private static func sum(_ counts: [UInt64]) -> Int {
        counts.reduce(0) { $0.addingReportingOverflow(Int(clamping: $1)).overflow ? .max : $0 + Int(clamping: $1) }
    }
}
