import Formats
import Measurement
import Traffic

/// The effect of the generator itself on a run's figures: it stalled, and made requests late until it had caught up.
struct GeneratorDelay {
    /// A shorter stall, in seconds, or one that delays a smaller share of requests, is only a warning.
    private static let notedSeconds = 0.5
    private static let notedShare = 0.05

    let record: RunRecord
    let counts: WindowCounts

    init(of record: RunRecord, _ counts: WindowCounts) {
        self.record = record
        self.counts = counts
    }

    /// Whether the generator stalled at all.
    var isThere: Bool { counts.generatorStalls > 0 || counts.requestsDelayedByGenerator > 0 }

    /// Whether it was long enough, or delayed enough requests, to be reported ahead of all figures.
    var isNotable: Bool {
        isThere
            && (seconds / Double(threads) >= GeneratorDelay.notedSeconds
                || Double(counts.requestsDelayedByGenerator) >= GeneratorDelay.notedShare * Double(counts.requests))
    }

    /// Whether a window's figures include the delay.
    static func touches(_ window: RunWindow) -> Bool {
        window.counts.generatorStalls > 0 || window.counts.generatorStallNs > 0
            || window.counts.requestsDelayedByGenerator > 0
    }

    /// The run without the affected windows.
    var rest: RunRecord {
        guard isThere else { return record }
        var rest = record
        rest.series = record.series.keeping { !GeneratorDelay.touches($0) }
        return rest
    }

    /// The delay of a run whose counts have not been summed yet.
    init(of record: RunRecord) { self.init(of: record, record.series.totals) }

    /// The run without the affected windows, or the whole run if nothing else is left.
    var comparable: RunRecord {
        let rest = rest
        return rest.series.windows.contains { $0.counts.answers > 0 } ? rest : record
    }

    /// The length of a record's windows up to the run's end, in seconds.
    static func seconds(of record: RunRecord) -> Double {
        let end = min(record.durationNs, record.description.plannedNs ?? .max)
        let length = record.series.windows.reduce(Int64(0)) { sum, window in
            sum + max(0, min(window.endNs, end) - window.startNs)
        }
        return Nanoseconds.inSeconds(length)
    }

    private var threads: Int { max(1, record.description.end?.generator.processors ?? 1) }

    /// The time for which its workers stalled, summed over them.
    private var seconds: Double { Nanoseconds.inSeconds(counts.generatorStallNs) }

    /// `the generator itself stalled 2 times between second 2 and 4, 4.0 s in all of its 2 threads: …`.
    var sentence: String {
        let windows = record.series.windows.filter { $0.counts.generatorStallNs > 0 }
        let start = Nanoseconds.wholeSeconds(windows.first?.startNs ?? 0)
        let end = -Nanoseconds.wholeSeconds(-(windows.last?.endNs ?? 0))
        let sum = "\(seconds.formatted(decimals: 1)) s" + (threads > 1 ? " in all of its \(threads) threads" : "")
        let late = Plural.text(
            counts.requestsDelayedByGenerator, "request was late because of it", "requests were late because of it")
        return
            "the generator itself stalled between second \(start) and \(end), \(sum): \(late), which is not "
            + "a delay of the target"
    }
}
