public import Analysis
import Formats
public import Measurement
public import Scenario
import Traffic

/// Holds a scenario's criteria against what its run came to.
///
/// Figures are those of requests that were scheduled while a judged phase held its level, from histograms of their own: ramps
/// and phases that are not judged are in none of them.
public struct CriterionJudge {
    let scenario: ScenarioDefinition
    let file: ScenarioFile
    let record: RunRecord
    private let effects: [FaultEffect]
    /// The pages that watches of metrics read, by the watches' names.
    private let pages: [String: String]
    private let stretches: [RunStretches.Stretch]
    private let parts: [String]

    /// What is to be judged, and by which scenario's criteria.
    ///
    /// - Parameters:
    ///   - record: of a run that was cut into stretches
    ///   - effects: what its faults did
    ///   - pages: the addresses that watches of pages of metrics have in the record, by their names
    public init(
        _ scenario: ScenarioDefinition, in file: ScenarioFile, _ record: RunRecord, effects: [FaultEffect] = [],
        pages: [String: String] = [:]
    ) {
        self.pages = pages
        self.effects = effects
        self.scenario = scenario
        self.file = file
        self.record = record
        stretches = record.description.stretches?.stretches ?? []
        parts = record.description.stretches?.parts ?? []
    }

    typealias Answer = GateAnswer

    /// What a criterion came to.
    ///
    /// - Parameter phase: whose criterion it is; nil for the scenario's
    public func result(of criterion: Criterion, phase: Phase? = nil) -> GateResult {
        let answer =
            isShortOfTimes && criterion.needsRequests
            ? Answer(.inconclusive, "not all requests left their times: the generator could not keep them")
            : judged(criterion, phase)
        return GateResult(gate: criterion.label(phase: phase?.name), answer)
    }

    /// Whether requests were counted and are in no histogram: then those say too little.
    private var isShortOfTimes: Bool { record.series.totals.unsampledRequests > 0 }

    private func judged(_ criterion: Criterion, _ phase: Phase?) -> Answer {
        switch criterion.figure {
        case .noLeak, .noDrift: return soak(criterion, phase)
        case .sessions: return sessions(criterion, phase)
        case .quantile, .mean, .longest, .failures, .requestRate, .share: break
        case .outage(let name): return effect(of: name, criterion, "outage", \.outageSeconds)
        case .recovery(let name): return effect(of: name, criterion, "recovery", \.recoverySeconds)
        case .watched(let aggregate, let series): return watched(aggregate, series, criterion, phase)
        case .seriesRatio(let part, let whole): return ratio(part, whole, criterion, phase)
        case .restarts(let name): return restarts(of: name, criterion)
        case .before, .capacity, .noRegression:
            return Answer(.inconclusive, "not measured in this run")
        }
        guard criterion.scope == .each else { return requests(criterion, scope(criterion.scope, phase)) }
        let whole = scope(.run, phase)
        let answers = record.description.endpoints.indices.prefix(WorkerRecorder.endpointLimit).compactMap { endpoint in
            var own = whole
            own.endpoint = endpoint
            own.subject = "(\(record.description.label(ofEndpoint: endpoint)))"
            return own.figures(record).requests > 0 ? requests(criterion, own) : nil
        }
        return Self.worst(answers) ?? Answer(.inconclusive, "nothing was sent")
    }

    /// The first failure among answers, else the first that is inconclusive, else the last.
    private static func worst(_ answers: [Answer]) -> Answer? {
        answers.first { $0.outcome == .failed } ?? answers.first { $0.outcome == .inconclusive } ?? answers.last
    }

    private func requests(_ criterion: Criterion, _ scope: RequestScope) -> Answer {
        guard let comparison = criterion.comparison else { return Answer(.inconclusive, "there is no limit") }
        guard !scope.isUnknown else { return Answer(.inconclusive, "no request of \(scope.subject) in the run") }
        let figures = scope.figures(record)
        let seconds = scope.seconds(until: record.durationNs)
        let kind: TimeKind = scope.endpoint == nil ? .response : .turnaround
        let judged = RequestFigures(
            kind: kind, times: figures.distribution(kind), service: figures.distribution(.service),
            isSaturated: isSaturated(figures), requests: figures.requests, failures: figures.failures,
            answers: figures.answers, answersPerSecond: seconds > 0 ? Double(figures.answers) / seconds : nil)
        let (relation, limit) = (Gate.Relation(comparison.relation), comparison.limit.value)
        switch criterion.figure {
        case .quantile(let quantile): return judged.judge(.quantile(quantile), relation, limit, subject: scope.subject)
        case .mean: return judged.judge(.mean, relation, limit, subject: scope.subject)
        case .longest: return judged.judge(.max, relation, limit, subject: scope.subject)
        case .failures:
            if case .ratio = comparison.limit {
                return judged.judge(.failureRatio, relation, limit, subject: scope.subject)
            }
            return judged.judge(.failureCount, relation, limit, subject: scope.subject)
        case .requestRate(let answers) where answers.isEmpty:
            return judged.judge(.requestsPerSecond, relation, limit, subject: scope.subject)
        case .requestRate(let answers):
            let count = figures.count(of: answers)
            return judged.rate(
                "rps\(scope.subject) of \(answers.text)", seconds > 0 ? Double(count) / seconds : nil, relation, limit)
        case .share(let answers):
            return judged.share(
                "share of \(answers.text)\(scope.subject)", figures.count(of: answers), relation, limit)
        default: return Answer(.inconclusive, "not measured in this run")
        }
    }

    /// Whether the generator sent them too late by its own fault, as the summary of a run has it.
    private func isSaturated(_ figures: StretchTable.Figures) -> Bool {
        figures.distribution(.sendLag).milliseconds(atQuantile: 0.99) ?? 0 > 10
    }

    private func sessions(_ criterion: Criterion, _ phase: Phase?) -> Answer {
        guard let comparison = criterion.comparison else { return Answer(.inconclusive, "there is no limit") }
        let scope = scope(criterion.scope, phase)
        let windows = record.series.windows.filter { window in
            scope.spans.contains { $0.lowerBound <= window.startNs && window.startNs < $0.upperBound }
        }
        guard let most = windows.map(\.concurrentSessions).max() else {
            return Answer(.inconclusive, "nothing was sent")
        }
        return comparison.answer(Double(most), "sessions = \(most) at once")
    }

    /// The worst of the effects of a fault, or of phases that disturb as one does.
    private func effect(
        of name: String, _ criterion: Criterion, _ figure: String, _ seconds: (FaultEffect) -> Double?
    ) -> Answer {
        guard let comparison = criterion.comparison else { return Answer(.inconclusive, "there is no limit") }
        let answers = (isFault(name) ? effects.filter { $0.name == name } : phaseEffects(name)).map {
            effect -> Answer in
            let remark = effect.remarks.isEmpty ? "" : ": \(effect.remarks.joined(separator: "; "))"
            guard let value = seconds(effect) else {
                return Answer(.inconclusive, "\(figure)(\(name)) is not known\(remark)")
            }
            return comparison.answer(
                value * 1000, "\(figure)(\(name)) = \(value.formatted(decimals: 1)) s\(remark)")
        }
        return Self.worst(answers) ?? Answer(.inconclusive, "\(name) did not happen")
    }

    private func phaseEffects(_ name: String) -> [FaultEffect] {
        scenario.phases.filter { $0.name == name || $0.group == name }.compactMap { phase in
            guard let first = stretches.firstIndex(where: { $0.phase == phase.name }),
                let last = stretches.lastIndex(where: { $0.phase == phase.name })
            else { return nil }
            // Up to the end of the phase that follows, which may begin with a way to its level.
            let next = stretches[last...].dropFirst()
            let following = next.prefix { $0.phase == next.first?.phase }
            let end = min(following.last?.endNs ?? 0, record.durationNs)
            guard stretches[last].endNs < end else { return nil }
            return FaultEffect(
                name: phase.name, began: stretches[first].beginNs, undone: stretches[last].endNs,
                end: end, timeline: record.timeline)
        }
    }

    /// Leaks and drift are judged where the level was held longest: what changes with the level is neither.
    private func soak(_ criterion: Criterion, _ phase: Phase?) -> Answer {
        let scope = scope(criterion.scope == .each ? .run : criterion.scope, phase)
        guard let span = scope.spans.max(by: { $0.count < $1.count }) else {
            return Answer(.inconclusive, "nothing was sent")
        }
        let isLeak = if case .noLeak = criterion.figure { true } else { false }
        var record = record
        if case .noLeak(let watch?) = criterion.figure {
            let source = file.watches.first { $0.name == watch }?.source
            let page = pages[watch] ?? watch
            record.metrics = record.metrics.only { $0.page == page }
            switch source {
            case .process, .port: break
            default: record.targets = []
            }
        }
        return record.soak(within: span).outcome(of: isLeak ? .noLeak : .noDrift)
            ?? Answer(
                .inconclusive,
                isLeak ? "no process was watched, so memory is unknown" : "no endpoint has enough requests to see drift"
            )
    }

    // MARK: - Watches

    private func watched(
        _ aggregate: Criterion.Aggregate, _ series: Criterion.Series, _ criterion: Criterion, _ phase: Phase?
    ) -> Answer {
        guard let comparison = criterion.comparison else { return Answer(.inconclusive, "there is no limit") }
        let name = "\(series.watch).\(series.figure)"
        let label = aggregate == .value ? name : "\(aggregate.rawValue)(\(name))"
        if aggregate == .value, series.figure == "hits", let (hit, miss) = hitSeries(of: series.watch) {
            let spans = scope(criterion.scope, phase).spans
            let hits = growth(hit, of: series.watch, spans)
            let misses = growth(miss, of: series.watch, spans)
            guard let hits, let misses, hits + misses > 0 else { return Answer(.inconclusive, gap(series.watch, name)) }
            return compare(label, hits / (hits + misses), comparison)
        }
        let points = points(series, scope(criterion.scope, phase).spans)
        let wantsLeast = [.above, .atLeast].contains(comparison.relation)
        guard let value = points.number(aggregate, isCounter: isCounter(series), wantsLeast: wantsLeast) else {
            return Answer(.inconclusive, gap(series.watch, name))
        }
        return compare(label, value, comparison)
    }

    private func ratio(
        _ part: Criterion.Series, _ whole: Criterion.Series, _ criterion: Criterion, _ phase: Phase?
    ) -> Answer {
        guard let comparison = criterion.comparison else { return Answer(.inconclusive, "there is no limit") }
        let spans = scope(criterion.scope, phase).spans
        guard let one = growth(part.figure, of: part.watch, spans),
            let other = growth(whole.figure, of: whole.watch, spans),
            other > 0
        else { return Answer(.inconclusive, "one of the two series did not grow, or was not read twice") }
        return compare("ratio(\(part.watch).\(part.figure), \(whole.watch).\(whole.figure))", one / other, comparison)
    }

    /// Restarts are those of the whole run: a service that comes back in a ramp was away all the same.
    private func restarts(of name: String, _ criterion: Criterion) -> Answer {
        guard let comparison = criterion.comparison else { return Answer(.inconclusive, "there is no limit") }
        let points = points(Criterion.Series(watch: name, figure: "restarts"), [Int64.min..<Int64.max])
        guard let count = points.points.last?.value else { return Answer(.inconclusive, gap(name, name)) }
        return compare("restarts(\(name))", count, comparison)
    }

    private func compare(_ label: String, _ value: Double, _ comparison: Criterion.Comparison) -> Answer {
        let text =
            switch comparison.limit {
            case .ratio: "\((value * 100).formatted(decimals: 2)) %"
            case .milliseconds: "\(value.formatted(decimals: 2)) ms"
            case .number: value.formatted(decimals: value == value.rounded() ? 0 : 2)
            }
        return comparison.answer(value, "\(label) = \(text)")
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

    /// The counters behind the share of hits.
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

    // MARK: - Scopes

    func scope(_ scope: Criterion.Scope, _ phase: Phase?) -> RequestScope {
        let held = stretches.indices.filter { index in
            guard !stretches[index].isRamp else { return false }
            if let phase { return stretches[index].phase == phase.name }
            return scenario.phases.first { $0.name == stretches[index].phase }?.isJudged ?? true
        }
        switch scope {
        case .run, .each: return request(held)
        case .during(let name):
            return request(named(name, inPhases: { $0.phase == name }, ofFault: { $0.during.contains(name) }))
        case .after(let name):
            let last = stretches.lastIndex { $0.phase == name } ?? stretches.endIndex
            return request(
                isFault(name)
                    ? stretches.indices.filter { stretches[$0].after.contains(name) }
                    : stretches.indices.filter { $0 > last })
        case .named(let name) where name.contains(" "):
            var request = request(held)
            request.endpoint = record.description.endpoints.firstIndex(of: name)
            request.subject = "(\(name))"
            request.isUnknown =
                request.endpoint.map { record.description.label(ofEndpoint: $0) != name } ?? true
            return request
        case .named(let name):
            let names = Set(scenario.phases.filter { $0.name == name || $0.group == name }.map(\.name))
            if !names.isEmpty {
                var request = request(
                    stretches.indices.filter { !stretches[$0].isRamp && names.contains(stretches[$0].phase) })
                request.subject = "(\(name))"
                return request
            }
            var request = request(held)
            let own = Set(CampaignLoad.shares(of: name, in: file).map(\.traffic))
            request.parts = Set(parts.indices.filter { own.contains(parts[$0]) })
            request.subject = "(\(name))"
            return request
        }
    }

    private func isFault(_ name: String) -> Bool { scenario.faults.contains { $0.name == name } }

    private func named(
        _ name: String, inPhases: (RunStretches.Stretch) -> Bool, ofFault: (RunStretches.Stretch) -> Bool
    ) -> [Int] {
        stretches.indices.filter { isFault(name) ? ofFault(stretches[$0]) : inPhases(stretches[$0]) }
    }

    private func request(_ places: [Int]) -> RequestScope {
        RequestScope(
            stretches: Set(places),
            spans: places.reduce(into: []) { spans, place in
                let stretch = stretches[place]
                if let last = spans.last, last.upperBound == stretch.beginNs {
                    spans[spans.count - 1] = last.lowerBound..<stretch.endNs
                } else {
                    spans.append(stretch.beginNs..<stretch.endNs)
                }
            })
    }
}

/// Which requests of a run a criterion looks at.
struct RequestScope {
    var stretches: Set<Int>
    /// The stretches' times, neighbours together.
    var spans: [Range<Int64>]
    /// nil for all.
    var parts: Set<Int>?
    /// nil for all.
    var endpoint: Int?
    /// After a figure's name: `(GET /items)`; empty for everything.
    var subject = ""
    /// Whether it names an endpoint that the run has not.
    var isUnknown = false

    func figures(_ record: RunRecord) -> StretchTable.Figures {
        record.stretches.figures { key in
            stretches.contains(key.stretch) && parts?.contains(key.part) ?? true
                && endpoint.map { $0 == key.endpoint } ?? true
        }
    }

    /// How long they were, up to the end of the run.
    func seconds(until end: Int64) -> Double {
        spans.reduce(0) { $0 + Double(max(0, min($1.upperBound, end) - $1.lowerBound)) / 1e9 }
    }
}

extension StretchTable.Figures {
    func distribution(_ kind: TimeKind) -> TimeDistribution {
        var distribution = TimeDistribution()
        distribution.add(times[kind])
        return distribution
    }

    /// Requests that ended in one of these ways.
    func count(of answers: Set<Criterion.Answer>) -> UInt64 {
        let statuses = byStatus.reduce(into: UInt64(0)) { sum, row in
            if answers.contains(.status(Int(row.key))) || answers.contains(.statusClass(Int(row.key) / 100)) {
                sum += row.value
            }
        }
        let fates: [(Criterion.Answer, Fate)] = [(.timeout, .timeout), (.refused, .refused), (.reset, .reset)]
        return fates.reduce(statuses) { answers.contains($1.0) ? $0 + self[$1.1] : $0 }
    }
}

extension Set<Criterion.Answer> {
    /// `403|429`.
    var text: String {
        map { answer in
            switch answer {
            case .status(let status): "\(status)"
            case .statusClass(let digit): "\(digit)xx"
            case .timeout: "timeout"
            case .refused: "refused"
            case .reset: "reset"
            }
        }.sorted().joined(separator: "|")
    }
}

extension Gate.Relation {
    init(_ relation: Criterion.Relation) {
        self =
            switch relation {
            case .atMost: .atMost
            case .atLeast: .atLeast
            case .below: .below
            case .above: .above
            }
    }
}

extension Criterion.Comparison {
    /// Whether a number keeps the limit.
    fileprivate func answer(_ value: Double, _ figure: String) -> GateAnswer {
        GateAnswer(holding: value, Gate.Relation(relation), limit: limit.value, figure)
    }
}

extension Criterion {
    /// Whether it is about requests.
    fileprivate var needsRequests: Bool {
        switch figure {
        case .quantile, .mean, .longest, .failures, .requestRate, .share, .before: true
        default: false
        }
    }

    /// As the file has it, with its scope.
    func label(phase: String?) -> String {
        let inner =
            switch scope {
            case .run: text
            case .each: "each: \(text)"
            case .named(let name): text.hasPrefix(name) || text.contains("(\(name))") ? text : "\(name): \(text)"
            case .during(let fault): "during \(fault): \(text)"
            case .after(let fault): "after \(fault): \(text)"
            }
        return phase.map { "\($0): \(inner)" } ?? inner
    }
}
