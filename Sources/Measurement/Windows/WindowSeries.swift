/// The windows of a run in order, in bounded memory however long the run is.
///
/// Past `windowLimit` windows or `byteLimit` bytes neighbours are merged, so windows double in length. What a
/// window holds adds up exactly, so only the resolution in time suffers, and the same windows always give the same series.
public struct WindowSeries: Hashable, Sendable {
    /// Windows kept: a half hour at full resolution.
    public static let windowLimit = 2048
    /// Memory that windows may take, in bytes.
    public static let byteLimit = 8 << 20
    /// Windows that are kept whatever they take.
    private static let fewestWindows = 64

    /// The windows, ascending, each a multiple of `lengthNs` after the run's start.
    public private(set) var windows: [RunWindow] = []
    /// Length of every window, in nanoseconds.
    public private(set) var lengthNs: Int64
    private(set) var byteCount = 0

    /// An empty series of windows of the recorders' length.
    public init() { lengthNs = WorkerRecorder.windowNs }

    /// Adds the window that follows; a longer one than those so far makes them all as long.
    public mutating func append(_ window: RunWindow) {
        while window.lengthNs > lengthNs { coarsen() }
        add(window)
        while windows.count > WindowSeries.windowLimit
            || byteCount > WindowSeries.byteLimit && windows.count > WindowSeries.fewestWindows
        {
            coarsen()
        }
    }

    /// The windows for which `isKept` is true; the gaps between them stay gaps.
    public func keeping(_ isKept: (RunWindow) -> Bool) -> WindowSeries {
        var series = self
        series.windows = windows.filter(isKept)
        series.byteCount = series.windows.reduce(0) { $0 + $1.byteCount }
        return series
    }

    /// Everything counted.
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
        if let last = windows.indices.last, windows[last].startNs >= start {
            byteCount -= windows[last].byteCount
            windows[last].add(window)
            windows[last].concurrentSessions = max(windows[last].concurrentSessions, window.concurrentSessions)
            windows[last].openConnections = max(windows[last].openConnections, window.openConnections)
        } else {
            var first = window
            first.startNs = start
            first.lengthNs = lengthNs
            windows.append(first)
        }
        byteCount += windows[windows.count - 1].byteCount
    }
}
