import Formats
public import Measurement

/// The distribution of response times over a run: rows of times, columns of the clock.
public struct ResponseHeatMap: Hashable, Sendable {
    /// The response times of a part of the run.
    public struct Column: Hashable, Sendable {
        /// Its start, in seconds since the run's start.
        public var from: Double
        /// Its end.
        public var to: Double
        /// Responses by row.
        public var counts: [UInt64]
        /// See the properties for the meaning of each parameter.
        public init(from: Double, to: Double, counts: [UInt64]) {
            self.from = from
            self.to = to
            self.counts = counts
        }

        /// All its responses.
        public var total: UInt64 { counts.reduce(0, &+) }
    }

    /// The most columns: more cannot be distinguished on a screen.
    public static let columnLimit = 120
    /// The most rows.
    static let rowLimit = 36

    /// The edges of the rows in milliseconds, ascending by equal ratios.
    public let edgesMs: [Double]
    /// In chronological order, each with as many rows as ``edgesMs`` has gaps.
    public let columns: [Column]

    /// The heat map of a run; nil if it has fewer than two windows, or no responses.
    ///
    /// - Parameter limit: the most columns.
    public init?(of record: RunRecord, columns limit: Int = ResponseHeatMap.columnLimit) {
        let windows = record.series.windows
        let indices = windows.flatMap { [$0.times[.response].indices.first, $0.times[.response].indices.last] }
            .compactMap { $0 }
        guard windows.count > 1, let low = indices.min(), let high = indices.max() else { return nil }
        let (shortest, longest) = (ResponseHeatMap.position(ofIndex: low), ResponseHeatMap.position(ofIndex: high))
        // Rows per decade: as many as fit.
        let perDecade = [12.0, 8, 6, 4, 3, 2, 1].first {
            (longest * $0).rounded(.down) - (shortest * $0).rounded(.down) < Double(ResponseHeatMap.rowLimit)
        }
        guard let perDecade else { return nil }
        let first = Int((shortest * perDecade).rounded(.down))
        let rows = Int((longest * perDecade).rounded(.down)) - first + 1
        edgesMs = (0...rows).map { Math.power10(Double(first + $0) / perDecade) }
        let stride = max(1, (windows.count + limit - 1) / limit)
        columns = Swift.stride(from: 0, to: windows.count, by: stride).map { start in
            let group = windows[start..<min(start + stride, windows.count)]
            var counts = [UInt64](repeating: 0, count: rows)
            for window in group {
                for (index, count) in zip(window.times[.response].indices, window.times[.response].counts) {
                    let row = Int((ResponseHeatMap.position(ofIndex: index) * perDecade).rounded(.down)) - first
                    counts[min(max(row, 0), rows - 1)] &+= UInt64(count)
                }
            }
            return Column(
                from: Nanoseconds.inSeconds(group.first?.startNs ?? 0),
                to: Nanoseconds.inSeconds(group.last?.endNs ?? 0), counts: counts)
        }
    }

    /// The same map with at most `limit` columns, by adding neighbours.
    public func thinned(to limit: Int) -> ResponseHeatMap {
        guard columns.count > limit, limit > 0 else { return self }
        let stride = (columns.count + limit - 1) / limit
        let thinned = Swift.stride(from: 0, to: columns.count, by: stride).map { start in
            let group = columns[start..<min(start + stride, columns.count)]
            return Column(
                from: columns[start].from, to: group.last?.to ?? columns[start].to,
                counts: group.dropFirst().reduce(columns[start].counts) { sums, column in
                    zip(sums, column.counts).map { $0 &+ $1 }
                })
        }
        return ResponseHeatMap(edgesMs: edgesMs, columns: thinned)
    }

    /// A map of columns that have one row for each gap between the edges.
    public init(edgesMs: [Double], columns: [Column]) {
        precondition(columns.allSatisfy { $0.counts.count == edgesMs.count - 1 }, "a row for each gap")
        self.edgesMs = edgesMs
        self.columns = columns
    }

    /// The logarithm of a bucket's time in milliseconds.
    private static func position(ofIndex index: UInt16) -> Double {
        Math.log10(max(Nanoseconds.inMilliseconds(TimeBuckets.middleNs(ofIndex: index)), 1e-6))
    }
}
