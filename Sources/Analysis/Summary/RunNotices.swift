import Formats
import Measurement
import Traffic

/// What must be known about a run before anything else is read.
struct RunNotices {
    let record: RunRecord
    let counts: WindowCounts
    let backlog: BacklogGrowth?

    /// One sentence each, most important first.
    var all: [String] {
        [ending, settled, damage, answers, unanswered, delay, backlog.map { sentence($0.sentence) }].compactMap { $0 }
    }

    /// Why the run or its folder is incomplete, and the resulting outcome of a gate; nil if it is complete.
    var trouble: (outcome: GateResult.Outcome, sentence: String)? {
        guard let sentence = ending ?? damage else { return nil }
        switch record.description.ending {
        case .failed, .stopped: return (.failed, sentence)
        case .complete, .interrupted, .unfinished: return (.inconclusive, sentence)
        }
    }

    /// How it ended, unless it ended as planned.
    private var ending: String? {
        let end = record.description.end
        return switch record.description.ending {
        case .complete: nil
        case .interrupted: "Interrupted after \(span)."
        case .stopped: "Stopped after \(span): \(end?.stopped ?? "a limit was reached")."
        case .failed: "Ended by its own error after \(span): \(end?.problem ?? "unknown")."
        case .unfinished: "Not ended cleanly: judged by what was recorded, \(span)."
        }
    }

    /// The notice that it ended early because its result was certain.
    private var settled: String? {
        record.description.end?.settled.map { "Ended early, after \(span): \($0)." }
    }

    /// `12 s of 60 s`.
    private var span: String {
        let own = MemoryTrend.duration(Nanoseconds.inSeconds(record.durationNs))
        guard let planned = record.description.plannedNs, planned > record.durationNs else {
            return own
        }
        return "\(own) of \(MemoryTrend.duration(Nanoseconds.inSeconds(planned)))"
    }

    private var delay: String? {
        let delay = GeneratorDelay(of: record, counts)
        return delay.isNotable ? sentence(delay.sentence) : nil
    }

    private var damage: String? {
        // The notice about the end says so already.
        let isReportedByEnding = record.description.ending == .unfinished || record.description.ending == .failed
        return record.damages.count > (isReportedByEnding ? 1 : 0)
            ? "Part of the run folder could not be read: see the warnings." : nil
    }

    /// The notice that requests had been without a response for long when the run ended: they count neither as failures
    /// nor in times.
    private var unanswered: String? {
        let waited = record.series.windows.reduce(into: SparseHistogram()) { $0.add($1.unanswered) }
        let long = zip(waited.indices, waited.counts).reduce(UInt64(0)) { sum, bucket in
            TimeBuckets.lowestNs(ofIndex: bucket.0) >= RunNotices.longWaitNs ? sum + UInt64(bucket.1) : sum
        }
        let all = Double(counts.requests) + Double(counts[.cut])
        guard long > 0, Double(long) >= RunNotices.notedShare * all, let most = waited.nanoseconds(atQuantile: 1) else {
            return nil
        }
        return
            "\(Plural.text(long, "request was", "requests were")) without a response when the run ended, after up to "
            + "\(MemoryTrend.duration(Nanoseconds.inSeconds(Double(most))))."
    }

    /// A request that takes longer than this is noted if the run's end cuts it off; shorter ones are cut off in any
    /// run.
    private static let longWaitNs: UInt64 = 1_000_000_000
    /// The share of requests from which the notice is shown.
    private static let notedShare = 0.01

    /// The notice that nothing was answered, or that most requests failed.
    private var answers: String? {
        RunNotices.answers(counts)
    }

    /// `Nothing was answered: 16 of 16 requests failed, 16 refused.`
    static func answers(_ counts: WindowCounts) -> String? {
        let requests = counts.requests
        guard requests > 0 else { return "No request was answered." }
        let kinds = Fate.allCases.filter { $0.isFailure && counts[$0] > 0 }
            .sorted { (counts[$1], $0.rawValue) < (counts[$0], $1.rawValue) }.prefix(2)
            .map { "\(counts[$0].grouped) \($0 == .missingBinding ? "not sent" : $0.label)" }.joined(separator: ", ")
        let failed = "\(counts.failures.grouped) of \(Plural.text(requests, "request", "requests")) failed"
        if counts.answers == 0 { return "Nothing was answered: \(failed) (\(kinds))." }
        if counts.failures == requests { return "Every request failed: \(failed) (\(kinds))." }
        guard counts.answers < requests - counts.answers else { return nil }
        let unanswered = requests - counts.answers
        let unsent = counts[.missingBinding]
        if unsent > requests - unsent {
            return
                "Most requests could not be sent: \(unsent.grouped) of \(requests.grouped) need a value that an earlier "
                + "response did not have."
        }
        return
            "Most requests were not answered: \(unanswered.grouped) of \(requests.grouped) (\(kinds))."
    }

    private func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}
