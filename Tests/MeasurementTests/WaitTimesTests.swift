import Testing

@testable import Measurement

/// What requests waited for, by endpoint and by class of status.
@Suite struct WaitTimesTests {
    /// Two endpoints, of which the first was held and opened its connections, and the second was neither.
    private static func window() throws -> RunWindow {
        let live = LiveCounts()
        var recorder = WorkerRecorder(endpointCount: 2, live: live)
        for number in 0..<100 {
            recorder.record(outcome(end: 10 + Double(number), endpoint: 0, held: 5, lag: 1, connect: 2))
            recorder.record(outcome(end: 10 + Double(number), endpoint: 1))
        }
        var tally = WindowTally()
        let worker = try #require(recorder.finish().first)
        return tally.window(of: worker, lengthNanoseconds: WorkerRecorder.windowNanoseconds)
    }

    @Test func theyAreKeptForEachEndpoint() throws {
        let endpoints = try Self.window().endpoints
        #expect(endpoints.map { $0.waits.held.count(above: 4_900_000) } == [100, 0])
        #expect(endpoints.map { $0.waits.held.totalCount } == [100, 100])
        #expect(endpoints.map { $0.waits.sendLag.count(above: 900_000) } == [100, 0])
        #expect(endpoints.map { $0.waits.connect.totalCount } == [100, 0], "who opened none has none")
    }

    @Test func theySumUpToThoseOfTheWindow() throws {
        let window = try Self.window()
        for waits in [window.endpoints.map(\.waits), window.statusClasses.map(\.waits)] {
            var sum = WaitTimes()
            for own in waits { sum.add(own) }
            #expect(sum == window.waits)
        }
    }

    @Test func aWindowIsReadBackWithThem() throws {
        let window = try Self.window()
        let bytes = WindowCoding.encode(window)
        #expect(WindowCoding.decode(bytes[...]) == window)
        var without = window
        for place in without.endpoints.indices { without.endpoints[place].waits = WaitTimes() }
        for place in without.statusClasses.indices { without.statusClasses[place].waits = WaitTimes() }
        // Three empty histograms for each of two endpoints and one class, and that of preludes: a folder of before ends ahead
        // of them.
        let old = WindowCoding.encode(without).dropLast(10)
        #expect(WindowCoding.decode(old) == without)
        #expect(WindowCoding.decode(bytes.dropLast(1)) == window, "a folder without preludes")
        #expect(WindowCoding.decode(bytes.dropLast(2)) == nil)
    }

    @Test func anEndpointThatWaitsForNothingTakesAFewBytes() throws {
        let window = try Self.window()
        var without = window
        without.endpoints[1].waits = WaitTimes()
        #expect(WindowCoding.encode(window).count - WindowCoding.encode(without).count < 16)
        #expect(window.endpoints[1].waits.byteCount <= 2 * 110)
    }
}

extension SparseHistogram {
    /// How many values lie in buckets that begin at `nanoseconds` or later.
    fileprivate func count(above nanoseconds: UInt64) -> Int {
        zip(indices, counts).reduce(0) { sum, entry in
            TimeBuckets.lowestNanoseconds(ofIndex: entry.0) >= nanoseconds ? sum + Int(entry.1) : sum
        }
    }
}
