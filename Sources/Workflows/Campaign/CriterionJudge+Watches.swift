import Analysis
import Formats
import Measurement
import Scenario
import Traffic

/// Criteria on series of watches.
extension CriterionJudge {

    func watched(
        _ aggregate: Criterion.Aggregate, _ series: Criterion.Series, _ criterion: Criterion, _ phase: Phase?
    ) -> GateAnswer {
        guard let comparison = criterion.comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        let name = "\(series.watch).\(series.figure)"
        let label = aggregate == .value ? name : "\(aggregate.rawValue)(\(name))"
        if aggregate == .value, series.figure == "hits", let (hit, miss) = hitSeries(of: series.watch) {
            let spans = scope(criterion.scope, phase).spans
            let hits = growth(hit, of: series.watch, spans)
            let misses = growth(miss, of: series.watch, spans)
            guard let hits, let misses, hits + misses > 0 else {
                return GateAnswer(.inconclusive, gap(series.watch, name))
            }
            return compare(label, hits / (hits + misses), comparison)
        }
        let points = points(series, scope(criterion.scope, phase).spans)
        let wantsLeast = comparison.relation.wantsMore
        guard let value = points.number(aggregate, isCounter: isCounter(series), wantsLeast: wantsLeast) else {
            return GateAnswer(.inconclusive, gap(series.watch, name))
        }
        return compare(label, value, comparison)
    }

    func ratio(
        _ part: Criterion.Series, _ whole: Criterion.Series, _ criterion: Criterion, _ phase: Phase?
    ) -> GateAnswer {
        guard let comparison = criterion.comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        let spans = scope(criterion.scope, phase).spans
        guard let one = growth(part.figure, of: part.watch, spans),
            let other = growth(whole.figure, of: whole.watch, spans),
            other > 0
        else { return GateAnswer(.inconclusive, "one of the two series did not grow, or was not read twice") }
        return compare("ratio(\(part.watch).\(part.figure), \(whole.watch).\(whole.figure))", one / other, comparison)
    }

    /// Restarts count over the whole run: a service that restarts during a ramp was down nevertheless.
    func restarts(of name: String, _ criterion: Criterion) -> GateAnswer {
        guard let comparison = criterion.comparison else { return GateAnswer(.inconclusive, "there is no limit") }
        let points = points(Criterion.Series(watch: name, figure: "restarts"), [Int64.min..<Int64.max])
        guard let last = points.points.last else { return GateAnswer(.inconclusive, gap(name, name)) }
        var answer = compare("restarts(\(name))", last.value, comparison)
        // A service that ended and did not come back has not been restarted, but it is not well either.
        if answer.outcome == .passed, let reason = absence(of: name, since: last.timeNs) {
            let seconds = Nanoseconds.inSeconds(last.timeNs).formatted(decimals: 0)
            answer = GateAnswer(.inconclusive, "\(answer.figure) until \(seconds) s, and unknown since then: \(reason)")
        }
        return answer
    }

    /// Why a watch could not be read from its last reading to the end of the run; nil if it could.
    private func absence(of name: String, since last: Int64) -> String? {
        let interval = file.watches.first { $0.name == name }?.interval ?? .seconds(1)
        let patience = (interval + .seconds(5)).wholeNanoseconds
        guard last < record.durationNs - patience else { return nil }
        return record.metrics.gaps.first { $0.page == pages[name] ?? name }?.reason
    }

    private func compare(_ label: String, _ value: Double, _ comparison: Criterion.Comparison) -> GateAnswer {
        let text =
            switch comparison.limit {
            case .ratio: "\((value * 100).formatted(decimals: 2)) %"
            case .milliseconds: "\(value.formatted(decimals: 2)) ms"
            case .number: value.formatted(decimals: value == value.rounded() ? 0 : 2)
            }
        return GateAnswer(holding: value, comparison, "\(label) = \(text)")
    }

    private func points(_ series: Criterion.Series, _ spans: [Range<Int64>]) -> WatchedSeries {
        WatchedSeries(series.figure, ofPage: pages[series.watch] ?? series.watch, in: record.metrics, within: spans)
    }

    private func growth(_ figure: String, of watch: String, _ spans: [Range<Int64>]) -> Double? {
        points(Criterion.Series(watch: watch, figure: figure), spans).increase(isCounter: true)
    }

    private func isCounter(_ series: Criterion.Series) -> Bool {
        record.metrics.tracks.contains { track in
            track.identity.page == pages[series.watch] ?? series.watch
                && (track.identity.series == series.figure || track.identity.name == series.figure)
                && track.identity.kind == .counter
        }
    }

    /// The counters behind the hit ratio.
    private func hitSeries(of watch: String) -> (String, String)? {
        switch file.watches.first(where: { $0.name == watch })?.source {
        case .redis: ("keyspace_hits", "keyspace_misses")
        case .postgres: ("blks_hit", "blks_read")
        default: nil
        }
    }

    private func gap(_ watch: String, _ name: String) -> String {
        let page = pages[watch] ?? watch
        return record.metrics.gaps.first { $0.page == page }.map { "\(name) could not be read: \($0.reason)" }
            ?? "\(name) was not read often enough in this time"
    }
}
