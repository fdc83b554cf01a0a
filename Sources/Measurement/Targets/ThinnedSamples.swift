/// Samples in time order: past a limit every second one is let go, so memory is bounded however long the run is.
struct ThinnedSamples<Sample: Hashable & Sendable>: Hashable, Sendable {
    /// Samples kept.
    static var limit: Int { 32_768 }

    private(set) var samples: [Sample] = []
    private var stride = 1
    private var seen = 0

    /// Adds the sample that follows.
    mutating func append(_ sample: Sample) {
        defer { seen += 1 }
        guard seen.isMultiple(of: stride) else { return }
        samples.append(sample)
        guard samples.count > ThinnedSamples.limit else { return }
        samples = samples.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? $0.element : nil }
        stride *= 2
    }
}
