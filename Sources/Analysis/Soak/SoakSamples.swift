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

    public init(seconds: [Double], values: [Double], answered: [Double] = [], peakLoad: [Double] = []) {
        precondition(
            seconds.count == values.count && [0, seconds.count].contains(answered.count)
                && [0, seconds.count].contains(peakLoad.count), "arrays of one length")
        self.seconds = seconds
        self.values = values
        self.answered = answered
        self.peakLoad = peakLoad
    }

    /// The samples at some places, in their order.
    func picked(_ places: some Sequence<Int>) -> SoakSamples {
        let places = Array(places)
        return SoakSamples(
            seconds: places.map { seconds[$0] }, values: places.map { values[$0] },
            answered: answered.isEmpty ? [] : places.map { answered[$0] },
            peakLoad: peakLoad.isEmpty ? [] : places.map { peakLoad[$0] })
    }

    /// From the first sample to the last, in seconds.
    var spanSeconds: Double { (seconds.last ?? 0) - (seconds.first ?? 0) }
}
