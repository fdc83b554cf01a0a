import Formats
import Measurement
import Traffic

/// Warnings that a reader needs to judge a run's figures.
struct RunWarnings {
    let record: RunRecord
    let counts: WindowCounts
    let isSaturated: Bool
    let advisor: Advisor

    var all: [String] {
        record.damages + (record.description.end?.warnings ?? []) + generator
            + RunOutages.all(of: record.series.windows).prefix(RunOutages.shown).map(\.sentence) + clones + requests
            + kinds + watched
    }

    private var generator: [String] {
        var warnings: [String] = []
        if isSaturated {
            warnings.append(
                "the generator was too slow for the plan, so response times include its own lateness: see send lag")
        }
        let delay = GeneratorDelay(of: record, counts)
        warnings += MachineState(of: record).warnings
        // A notable delay is already reported ahead of all figures.
        if delay.isThere, !delay.isNotable { warnings.append(delay.sentence) }
        return warnings
    }

    private var clones: [String] {
        var warnings: [String] = []
        if counts.sessionsBehind > 0 {
            let clones = Plural.text(
                counts.sessionsBehind, "session was ended for being too late", "sessions were ended for being too late")
            warnings.append("\(clones)\(notSent): \(whoWasSlow)")
        }
        let ended = counts.sessionsCompleted &+ counts.sessionsFailed
        if counts.sessionsFailed > 0 {
            let failed =
                counts.sessionsFailed == ended
                ? ended == 1 ? "the only" : "all \(ended.grouped)"
                : "\(counts.sessionsFailed.grouped) of \(ended.grouped)"
            warnings.append("\(failed) finished \(ended == 1 ? "session" : "sessions") had failed requests")
        }
        return warnings
    }

    /// Requests that were due and not sent. Clones that were given up have more, but those were not due in this run.
    private var notSent: String {
        guard let planned = record.description.plannedRequests else { return "" }
        let sent = Int(clamping: counts.requests) &+ Int(clamping: counts[.cut])
        guard sent >= 0, sent < planned else { return "" }
        let missing = (planned - sent).grouped
        return "; \(missing) of \(Plural.text(planned, "request", "requests")) due were not sent"
    }

    /// Whether requests waited for the generator, the rate cap or the target.
    private var whoWasSlow: String {
        let behind = record.series.windows.filter { $0.counts.sessionsBehind > 0 }
        if behind.allSatisfy(GeneratorDelay.touches) { return "the generator itself stalled" }
        let held = counts.held
        let target = max(held.orderNs, held.connectionNs, held.slotNs)
        if held.rateNs > 0, RunSpan(record).planPassesLimit || held.rateNs > target {
            return advisor.adding(.raiseRateLimit, to: "the cap on the rate is below what the plan asks for")
        }
        let whole = 0...max(0, Nanoseconds.inSeconds(record.durationNs))
        if let shortage = MachineState(of: record).shortage(in: whole) { return shortage }
        return advisor.adding(.slowTarget, to: "the target was slower than the plan")
    }

    private var requests: [String] {
        var warnings: [String] = []
        if counts.preludeFailures > 0 {
            let failed = counts.preludeFailures.grouped
            let prelude = Plural.text(counts.preludeRequests, "request", "requests")
            warnings.append(
                "\(failed) of \(prelude) of preludes failed: the requests that the filters keep may lack their values"
            )
        }
        if counts.requestsSkipped > 0 {
            warnings.append(
                Plural.text(
                    counts.requestsSkipped, "request to a host without a target was left out",
                    "requests to hosts without a target were left out"))
        }
        let better = counts[.betterThanRecorded]
        if better > 0 {
            let sentence = Plural.text(
                better, "request succeeded where the recording has an error: counted separately, not as a failure",
                "requests succeeded where the recording has an error: counted separately, not as failures")
            warnings.append(advisor.adding(.expectExactly, to: sentence))
        }
        if counts.unsampledRequests > 0 {
            warnings.append(
                Plural.text(
                    counts.unsampledRequests, "request is counted but missing from the times: too many at once",
                    "requests are counted but missing from the times: too many at once"))
        }
        return warnings
    }

    private var kinds: [String] {
        var warnings: [String] = []
        let folded = record.description.foldedEndpoints
        if folded > 0 {
            warnings.append(
                Plural.text(folded, "endpoint shares", "endpoints share") + " the figures named (other)")
        }
        if record.description.isRecorded {
            warnings.append("recorded traffic has no schedule: its response times are service times")
        }
        if record.description.isClosedLoop {
            warnings.append(
                "closed loop: sends waited for responses, so response times do not include delays after a stall")
        }
        return warnings
    }

    private var watched: [String] {
        let vanished = record.targets.compactMap { track in
            track.vanished.map { "\(track.identity.label) ended \(second($0.nanoseconds)) s into the run" }
        }
        // Named watches report their failed readings among the run's warnings themselves.
        let pages = record.metrics.gaps.filter { $0.page.contains("://") || $0.page == MachineSeries.page }
        return vanished
            + pages.map { gaps in
                "\(Plural.text(gaps.count, "scrape", "scrapes")) of \(gaps.page) failed, the first "
                    + "\(second(max(0, gaps.first.nanoseconds))) s into the run: \(gaps.reason)"
            }
    }

    private func second(_ nanoseconds: Int64?) -> Int64 { (nanoseconds ?? 0) / Nanoseconds.perSecond }
}
