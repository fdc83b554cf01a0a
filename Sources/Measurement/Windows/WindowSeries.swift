/// The windows of a run in order, in bounded memory whatever the run's length.
///
/// Past `windowLimit` windows or `byteLimit` bytes, neighbours are merged, so that windows double in length. Their
/// content adds up exactly: only the time resolution is reduced, and the same windows always give the same series.
public struct WindowSeries: Hashable, Sendable {
    /// The most windows: about half an hour at full resolution.
    public static let windowLimit = 2048
    /// The most memory of the windows, in bytes.
    public static let byteLimit = 8 << 20
    /// Windows kept regardless of their memory.
    private static let fewestWindows = 64

    /// The windows, ascending, each a multiple of `lengthNs` after the run's start.
    public private(set) var windows: [RunWindow] = []
    /// Length of every window, in nanoseconds.
    public private(set) var lengthNs: Int64
    private(set) var byteCount = 0

    /// An empty series of windows of the recorders' length.
    public init() { lengthNs = WorkerRecorder.windowNs }

    /// Appends the following window, or a supplement of an earlier one; a window longer than those so far merges these
    /// to the same length.
    public mutating func append(_ window: RunWindow) {
        while window.lengthNs > lengthNs { coarsen() }
        add(window)
        while windows.count > WindowSeries.windowLimit
            || byteCount > WindowSeries.byteLimit && windows.count > WindowSeries.fewestWindows
        {
            coarsen()
        }
    }

    /// The windows for which `isKept` is true, with gaps in between.
    public func keeping(_ isKept: (RunWindow) -> Bool) -> WindowSeries {
        var series = self
        series.windows = windows.filter(isKept)
        series.byteCount = series.windows.reduce(0) { $0 + $1.byteCount }
        return series
    }

    /// The counts of all windows together.
    public var totals: WindowCounts { windows.reduce(into: WindowCounts()) { $0 += $1.counts } }

    private mutating func coarsen() {
        let finer = windows
        windows = []
        byteCount = 0
        lengthNs *= 2
        for window in finer { add(window) }
    }

    private mutating func add(_ window: RunWindow) {
        let start = window.startNs / lengthNs * lengthNs
        guard let last = windows.last, last.startNs >= start else {
            var first = window
            first.startNs = start
            first.lengthNs = lengthNs
            windows.append(first)
            byteCount += windows[windows.count - 1].byteCount
            return
        }
        // Supplements are for one of the last windows.
        let place = windows.lastIndex { $0.startNs <= start } ?? 0
        byteCount -= windows[place].byteCount
        windows[place].add(window)
        windows[place].concurrentSessions = max(windows[place].concurrentSessions, window.concurrentSessions)
        windows[place].openConnections = max(windows[place].openConnections, window.openConnections)
        byteCount += windows[place].byteCount
    }
}
