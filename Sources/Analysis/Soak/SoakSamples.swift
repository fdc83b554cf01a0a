/// A figure over a run together with the run's load; all arrays have the same length.
public struct SoakSamples: Hashable, Sendable {
    /// Times in seconds since the run's start, ascending.
    public var seconds: [Double]
    /// The figure at these times.
    public var values: [Double]
    /// Requests that the target had answered by then; empty if unknown.
    public var answered: [Double]
    /// The peak load so far, such as open connections; empty if unknown. Memory that load requires is not a leak.
    public var peakLoad: [Double]
    /// When the watched process had started, in seconds on any clock; empty if unknown.
    public var starts: [Double]
    /// Requests per second around each sample; empty before ``withLoad()``, and if the rate did not vary.
    var load: [Double] = []

    /// Samples of a figure over a run; all arrays have the same length, or are empty if unknown.
    public init(
        seconds: [Double], values: [Double], answered: [Double] = [], peakLoad: [Double] = [], starts: [Double] = []
    ) {
        precondition(
            seconds.count == values.count
                && [answered, peakLoad, starts].allSatisfy { $0.isEmpty || $0.count == seconds.count },
            "arrays of one length")
        self.seconds = seconds
        self.values = values
        self.answered = answered
        self.peakLoad = peakLoad
        self.starts = starts
    }

    /// The samples up to an index.
    public func first(_ count: Int) -> SoakSamples { picked(0..<min(count, values.count)) }

    /// The samples at some indices, in their order.
    func picked(_ places: some Sequence<Int>) -> SoakSamples {
        let places = Array(places)
        var samples = SoakSamples(
            seconds: places.map { seconds[$0] }, values: places.map { values[$0] },
            answered: answered.isEmpty ? [] : places.map { answered[$0] },
            peakLoad: peakLoad.isEmpty ? [] : places.map { peakLoad[$0] },
            starts: starts.isEmpty ? [] : places.map { starts[$0] })
        samples.load = load.isEmpty ? [] : places.map { load[$0] }
        return samples
    }

    /// The samples between restarts of the watched process; all of them if starts are unknown.
    var lives: [SoakSamples] {
        guard !starts.isEmpty else { return [self] }
        var lives: [SoakSamples] = []
        var first = 0
        for place in 1...starts.count {
            // A start time is computed from a clock that is read each time, so it may jitter.
            if place < starts.count, abs(starts[place] - starts[first]) < 2 { continue }
            lives.append(picked(first..<place))
            first = place
        }
        return lives
    }

    /// The samples with the rate of requests around each, if it varies by more than a tenth.
    func withLoad() -> SoakSamples {
        guard answered.count > 2, spanSeconds > 0 else { return self }
        let width = max(spanSeconds / 200, 2 * spanSeconds / Double(seconds.count))
        var first = 0
        var last = 0
        let rates = seconds.indices.map { place in
            while seconds[place] - seconds[first] > width { first += 1 }
            while last + 1 < seconds.count, seconds[last + 1] - seconds[place] <= width { last += 1 }
            let time = seconds[last] - seconds[first]
            return time > 0 ? (answered[last] - answered[first]) / time : 0
        }
        let usual = Robust.median(rates)
        guard Robust.quantile(0.95, of: rates) - Robust.quantile(0.05, of: rates) > 0.1 * usual, usual > 0 else {
            return self
        }
        var samples = self
        samples.load = rates.map { $0 / usual }
        return samples
    }

    /// From the first sample to the last, in seconds.
    var spanSeconds: Double { (seconds.last ?? 0) - (seconds.first ?? 0) }
}
