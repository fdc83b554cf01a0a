import Formats
import Measurement

/// Request times over time, in bounded memory regardless of their number.
///
/// Time windows hold histograms; beyond `windowLimit`, neighbouring windows are merged. Requests may arrive in any
/// order.
public struct LatencySeries: Sendable {
    /// The most windows kept.
    public static let windowLimit = 4096
    /// The most times that a window buffers before it adds them to its histogram.
    private static let pendingLimit = 4096

    /// The times of a time interval.
    struct Window: Sendable {
        var times = SparseHistogram()
        fileprivate var pending: [UInt16] = []

        fileprivate mutating func settle() {
            guard !pending.isEmpty else { return }
            pending.sort()
            var indices: [UInt16] = []
            var counts: [UInt32] = []
            for index in pending {
                if indices.last == index {
                    counts[counts.count - 1] += 1
                } else {
                    indices.append(index)
                    counts.append(1)
                }
            }
            pending.removeAll(keepingCapacity: true)
            guard let histogram = SparseHistogram(indices: indices, counts: counts) else {
                preconditionFailure("sorted indices of the layout")
            }
            times.add(histogram)
        }
    }

    /// Length of a window in seconds.
    private(set) var windowSeconds = 0.25
    /// The number of times.
    public private(set) var count = 0
    private var origin: Double?
    private var windows: [Int: Window] = [:]
    private var lowest = 0
    private var highest = 0

    /// An empty series.
    public init() {}

    /// Records a request.
    ///
    /// - Parameters:
    ///   - second: its time on any clock; finite.
    ///   - milliseconds: its duration, not negative; durations above 73 minutes count as that.
    public mutating func record(second: Double, milliseconds: Double) {
        let origin = origin ?? second
        self.origin = origin
        var place = ((second - origin) / windowSeconds).rounded(.down)
        while max(place, Double(highest)) - min(place, Double(lowest)) >= Double(LatencySeries.windowLimit) {
            coarsen()
            place = ((second - origin) / windowSeconds).rounded(.down)
        }
        let index = Int(place)
        lowest = min(lowest, index)
        highest = max(highest, index)
        let nanoseconds = Int64(min(Nanoseconds.fromMilliseconds(milliseconds), Double(TimeBuckets.longestNs)))
        windows[index, default: Window()].note(TimeBuckets.index(ofNs: nanoseconds))
        count += 1
    }

    private mutating func coarsen() {
        let finer = windows
        windows = [:]
        for (index, window) in finer {
            var window = window
            window.settle()
            windows[index >> 1, default: Window()].times.add(window.times)
        }
        lowest >>= 1
        highest >>= 1
        windowSeconds *= 2
    }

    /// From the start of the first window to the end of the last.
    public var spanSeconds: Double { count == 0 ? 0 : Double(highest - lowest + 1) * windowSeconds }

    /// The windows in chronological order, including empty ones; times are in seconds on the requests' clock.
    var ordered: [(second: Double, times: SparseHistogram)] {
        guard let origin else { return [] }
        return (lowest...highest).map { index in
            var window = windows[index] ?? Window()
            window.settle()
            return (origin + Double(index) * windowSeconds, window.times)
        }
    }
}

extension LatencySeries.Window {
    fileprivate mutating func note(_ index: UInt16) {
        pending.append(index)
        if pending.count >= 4096 { settle() }
    }
}
