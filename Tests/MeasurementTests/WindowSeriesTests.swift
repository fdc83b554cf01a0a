import Testing

@testable import Measurement

@Suite struct WindowSeriesTests {
    static func window(_ index: Int) -> RunWindow {
        var window = RunWindow(startNs: Int64(index) * 1_000_000_000, lengthNs: 1_000_000_000)
        window.counts.byFate[0] = UInt64(index % 7 + 1)
        window.concurrentSessions = index
        window.times[.response] =
            SparseHistogram(indices: [UInt16(index % 50), 60], counts: [1, 2]) ?? SparseHistogram()
        return window
    }

    @Test func aLongRunKeepsItsSumsInFewWindows() {
        var series = WindowSeries()
        var requests: UInt64 = 0
        for index in 0..<10_000 {
            series.append(Self.window(index))
            requests += UInt64(index % 7 + 1)
            #expect(series.windows.count <= WindowSeries.windowLimit)
        }
        #expect(series.lengthNs == 8_000_000_000)
        #expect(series.windows.count == 1250)
        #expect(series.totals.requests == requests)
        #expect(series.windows.reduce(0) { $0 + $1.times[.response].totalCount } == 30_000)
        #expect(series.windows[1].startNs == 8_000_000_000)
        #expect(series.windows[1].concurrentSessions == 15)
    }

    /// The overhead of many small histograms counts too, not only their buckets.
    @Test func manyEndpointsMeetTheBoundOfMemory() {
        var series = WindowSeries()
        let one = SparseHistogram(indices: [40, 41, 50], counts: [1, 2, 1]) ?? SparseHistogram()
        for index in 0..<1500 {
            var window = Self.window(index)
            window.endpoints = (0..<100).map {
                EndpointWindow(endpoint: $0, requests: 4, failures: 0, times: [.turnaround: one, .service: one])
            }
            series.append(window)
            #expect(series.byteCount <= WindowSeries.byteLimit)
        }
        #expect(series.lengthNs > 1_000_000_000)
        #expect(series.byteCount == series.windows.reduce(0) { $0 + $1.byteCount })
        #expect(series.windows.reduce(0) { $0 + $1.endpoints.reduce(0) { $0 + $1.requests } } == 600_000)
    }

    @Test func emptySecondsStayOut() {
        var series = WindowSeries()
        series.append(Self.window(3))
        series.append(Self.window(90))
        #expect(series.windows.map(\.startNs) == [3_000_000_000, 90_000_000_000])
    }
}
