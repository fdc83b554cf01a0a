import Measurement
import Traffic

/// What a reader must know to judge a run's figures.
enum RunWarnings {
    static func all(of record: RunRecord, counts: WindowCounts, isSaturated: Bool) -> [String] {
        var warnings = record.damages + (record.description.end?.warnings ?? [])
        if record.description.end?.wasInterrupted == true { warnings.append("the run was interrupted") }
        if isSaturated {
            warnings.append(
                "the generator was too slow for the plan, so response times hold its own lateness: see send lag")
        }
        warnings += RunOutages.all(of: record.series.windows).prefix(RunOutages.shown).map(\.sentence)
        if counts.sessionsBehind > 0 {
            warnings.append(
                "\(counts.sessionsBehind) clones were too late and ended; \(counts.requestsGivenUp) of their requests were not sent: "
                    + "the target was slower than the plan (--max-behind, --ramp, --speed, --pacing think)"
            )
        }
        if counts.sessionsFailed > 0 { warnings.append("\(counts.sessionsFailed) clones had requests that failed") }
        if counts.preludeFailures > 0 {
            warnings.append(
                "\(counts.preludeFailures) of \(counts.preludeRequests) requests of preludes failed: what the filters keep may "
                    + "lack what those should have given")
        }
        if counts.requestsSkipped > 0 {
            warnings.append("\(counts.requestsSkipped) requests to hosts without a target were left out")
        }
        if counts.unsampledRequests > 0 {
            warnings.append(
                "\(counts.unsampledRequests) requests are counted but missing from the times: too many at once")
        }
        if record.description.foldedEndpoints > 0 {
            warnings.append("\(record.description.foldedEndpoints) endpoints share the figures named (other)")
        }
        if record.description.isRecorded {
            warnings.append("recorded traffic has no schedule: its response times are service times")
        }
        if record.description.isClosedLoop {
            warnings.append("closed loop: sends waited for responses, so response times hide what a stall delayed")
        }
        for track in record.targets {
            if let vanished = track.vanished {
                let second = vanished.nanoseconds / 1_000_000_000
                warnings.append("\(track.identity.label) ended \(second) s into the run")
            }
        }
        for gaps in record.metrics.gaps {
            let second = max(0, gaps.first.nanoseconds / 1_000_000_000)
            warnings.append(
                "\(gaps.count) scrape\(gaps.count == 1 ? "" : "s") of \(gaps.page) failed, the first \(second) s into the run: \(gaps.reason)"
            )
        }
        return warnings
    }
}
