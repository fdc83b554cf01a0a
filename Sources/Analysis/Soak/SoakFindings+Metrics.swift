import Measurement
import Traffic

/// The growth of scraped metrics during a run.
extension SoakFindings {
    /// One finding per gauge: bytes are treated as memory, anything else as a plain figure. Counters are not evaluated.
    static func metrics(of record: RunRecord, _ certainty: Certainty) -> [SoakFinding] {
        record.metrics.tracks.filter { $0.identity.kind == .gauge && !$0.isStartTime }.map { track in
            let samples = samples(of: track, in: record)
            let name = record.metrics.name(of: track)
            let scale = SoakScale(of: track, samples)
            let trend = MemoryTrend(samples, scale: scale, certainty: certainty)
            return trend.finding(
                subject: name, name: name + WatchedService.restartText(trend.restarts),
                lastBytes: samples.values.last ?? 0,
                kind: scale == .memory ? .memory : .metric)
        }
    }

    private static func samples(of track: MetricTrack, in record: RunRecord) -> SoakSamples {
        let end = record.durationNs
        let own = track.samples.filter {
            $0.time.nanoseconds >= record.description.warmUpNs ?? 0 && $0.time.nanoseconds <= end
        }
        let starts = own.compactMap(\.processStart)
        return samples(
            at: own.map { $0.time.seconds }, values: own.map(\.value),
            starts: starts.count == own.count ? starts : [], in: record)
    }
}

extension ScrapedMetrics {
    /// The series, with its page if there are several.
    func name(of track: MetricTrack) -> String {
        guard track.identity.page != MachineSeries.page else { return "\(track.identity.series) of the machine" }
        let isAlone = tracks.allSatisfy { [MachineSeries.page, track.identity.page].contains($0.identity.page) }
        return track.identity.series + (isAlone ? "" : " of \(track.identity.page)")
    }
}

extension MetricTrack {
    /// Whether it is the time when something started, which does not grow.
    fileprivate var isStartTime: Bool {
        identity.name.hasSuffix("_start_time_seconds") || identity.name.hasSuffix("_created")
    }

    /// Whether its values are bytes, by the suffix that the naming rules of both formats require.
    var isInBytes: Bool {
        identity.name.hasSuffix("_bytes") || identity.name.hasSuffix("_bytes_used")
            || ["used_memory", "rss", "memory"].contains(identity.name)
    }
}

extension SoakScale {
    fileprivate init(of track: MetricTrack, _ samples: SoakSamples) {
        if track.isInBytes {
            self = .memory
        } else if samples.values.allSatisfy({ $0 == $0.rounded() && $0.magnitude < 0x1p31 }) {
            self = .count
        } else {
            self = .figure(usual: Robust.median(samples.values.map(\.magnitude)))
        }
    }
}
