/// Samples in time order. Past a limit every second one is dropped, so that memory is bounded whatever the run's
/// length.
struct ThinnedSamples<Sample: Hashable & Sendable>: Hashable, Sendable {
    /// The most samples kept.
    static var limit: Int { 32_768 }

    private(set) var samples: [Sample] = []
    private var stride = 1
    private var seen = 0

    /// Appends the next sample.
    mutating func append(_ sample: Sample) {
        defer { seen += 1 }
        guard seen.isMultiple(of: stride) else { return }
        samples.append(sample)
        guard samples.count > ThinnedSamples.limit else { return }
        samples = samples.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? $0.element : nil }
        stride *= 2
    }
}
