/// A figure followed over a run, with what the run did meanwhile; arrays of one length.
public struct SoakSamples: Hashable, Sendable {
    /// Times in seconds since the run's start, ascending.
    public var seconds: [Double]
    /// The figure at these times.
    public var values: [Double]
    /// Requests the target had answered by then; empty when unknown.
    public var answered: [Double]
    /// The load that had been highest by then, such as open connections; empty when unknown. Memory that load needs is no leak.
    public var peakLoad: [Double]
    /// When the process watched had started, in seconds on any clock; empty when unknown.
    public var starts: [Double]
    /// Requests per second around each sample; empty until ``withLoad()`` finds them, and where they stayed the same.
    var load: [Double] = []

    /// Samples of a figure over a run; all arrays of one length, or empty where unknown.
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

    /// The samples up to a place.
    public func first(_ count: Int) -> SoakSamples { picked(0..<min(count, values.count)) }

    /// The samples at some places, in their order.
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

    /// The pieces between restarts of the process watched; all of it where starts are unknown.
    var lives: [SoakSamples] {
        guard !starts.isEmpty else { return [self] }
        var lives: [SoakSamples] = []
        var first = 0
        for place in 1...starts.count {
            // A start is told from a clock that is read again each time, so it may jitter.
            if place < starts.count, abs(starts[place] - starts[first]) < 2 { continue }
            lives.append(picked(first..<place))
            first = place
        }
        return lives
    }

    /// The same with the rate of requests around each sample, where it changes by more than a tenth.
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
