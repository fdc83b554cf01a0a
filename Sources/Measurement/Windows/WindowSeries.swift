/// The windows of a run in order, in bounded memory however long the run is.
///
/// Past `windowLimit` windows or `entryLimit` histogram buckets neighbours are merged, so windows double in length. What a
/// window holds adds up exactly, so only the resolution in time suffers, and the same windows always give the same series.
public struct WindowSeries: Hashable, Sendable {
    /// Windows kept: a half hour at full resolution.
    public static let windowLimit = 2048
    /// Histogram buckets kept: 24 MB.
    public static let entryLimit = 4 << 20

    /// The windows, ascending, each a multiple of `lengthNanoseconds` after the run's start.
    public private(set) var windows: [RunWindow] = []
    /// Length of every window, in nanoseconds.
    public private(set) var lengthNanoseconds: Int64
    private var entries = 0

    /// An empty series of windows of the recorders' length.
    public init() { lengthNanoseconds = WorkerRecorder.windowNanoseconds }

    /// Adds the window that follows; a longer one than those so far makes them all as long.
    public mutating func append(_ window: RunWindow) {
        while window.lengthNanoseconds > lengthNanoseconds { coarsen() }
        add(window)
        while windows.count > WindowSeries.windowLimit || (entries > WindowSeries.entryLimit && windows.count > 64) {
            coarsen()
        }
    }

    /// Everything counted.
    public var totals: WindowCounts { windows.reduce(into: WindowCounts()) { $0 += $1.counts } }

    private mutating func coarsen() {
        let finer = windows
        windows = []
        entries = 0
        lengthNanoseconds *= 2
        for window in finer { add(window) }
    }

    private mutating func add(_ window: RunWindow) {
        let start = window.startNanoseconds / lengthNanoseconds * lengthNanoseconds
        if let last = windows.indices.last, windows[last].startNanoseconds >= start {
            entries -= windows[last].entryCount
            windows[last].add(window)
            windows[last].concurrentSessions = max(windows[last].concurrentSessions, window.concurrentSessions)
            windows[last].openConnections = max(windows[last].openConnections, window.openConnections)
        } else {
            var first = window
            first.startNanoseconds = start
            first.lengthNanoseconds = lengthNanoseconds
            windows.append(first)
        }
        entries += windows[windows.count - 1].entryCount
    }
}
