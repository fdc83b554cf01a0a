import Testing

@testable import Measurement

/// The times that requests waited, by endpoint and status class.
@Suite struct WaitTimesTests {
    /// Two endpoints: the first was held and opened its connections, the second did neither.
    private static func window() throws -> RunWindow {
        let live = LiveCounts()
        var recorder = WorkerRecorder(endpointCount: 2, live: live)
        for number in 0..<100 {
            recorder.record(outcome(end: 10 + Double(number), endpoint: 0, held: 5, lag: 1, connect: 2))
            recorder.record(outcome(end: 10 + Double(number), endpoint: 1))
        }
        var tally = WindowTally()
        let worker = try #require(recorder.finish().first)
        return tally.window(of: worker, lengthNs: WorkerRecorder.windowNs)
    }

    @Test func theyAreKeptForEachEndpoint() throws {
        let endpoints = try Self.window().endpoints
        #expect(endpoints.map { $0.times[.held].count(above: 4_900_000) } == [100, 0])
        #expect(endpoints.map { $0.times[.held].totalCount } == [100, 100])
        #expect(endpoints.map { $0.times[.sendLag].count(above: 900_000) } == [100, 0])
        #expect(endpoints.map { $0.times[.connect].totalCount } == [100, 0], "who opened none has none")
    }

    @Test func theySumUpToThoseOfTheWindow() throws {
        let window = try Self.window()
        for times in [window.endpoints.map(\.times), window.statusClasses.map(\.times)] {
            var sum = TimeHistograms()
            for own in times { sum.add(own) }
            for kind in [TimeKind.sendLag, .held, .connect] { #expect(sum[kind] == window.times[kind], "\(kind)") }
        }
    }

    @Test func aWindowIsReadBackWithThem() throws {
        let window = try Self.window()
        let bytes = WindowCoding.encode(window)
        #expect(WindowCoding.decode(bytes[...]) == window)
        var without = window
        for kind in [TimeKind.sendLag, .held, .connect] {
            for place in without.endpoints.indices { without.endpoints[place].times[kind] = SparseHistogram() }
            for place in without.statusClasses.indices { without.statusClasses[place].times[kind] = SparseHistogram() }
        }
        // Three empty histograms for each of two endpoints and one class, one for preludes, two counts, and one
        // histogram of what the end cut off: older folders end before them.
        let old = WindowCoding.encode(without).dropLast(9 + 1 + 2 + 1)
        #expect(WindowCoding.decode(old) == without)
        #expect(WindowCoding.decode(bytes.dropLast(1)) == window, "a folder from before the last histogram")
        #expect(WindowCoding.decode(bytes.dropLast(2)) == nil)
    }

    @Test func anEndpointThatWaitsForNothingTakesAFewBytes() throws {
        let window = try Self.window()
        var without = window
        for kind in [TimeKind.sendLag, .held, .connect] { without.endpoints[1].times[kind] = SparseHistogram() }
        #expect(WindowCoding.encode(window).count - WindowCoding.encode(without).count < 16)
        #expect(window.endpoints[1].times.byteCount - without.endpoints[1].times.byteCount <= 2 * 110)
    }
}

extension SparseHistogram {
    /// The number of values in buckets that begin at `nanoseconds` or later.
    fileprivate func count(above nanoseconds: UInt64) -> Int {
        zip(indices, counts).reduce(0) { sum, entry in
            TimeBuckets.lowestNs(ofIndex: entry.0) >= nanoseconds ? sum + Int(entry.1) : sum
        }
    }
}
