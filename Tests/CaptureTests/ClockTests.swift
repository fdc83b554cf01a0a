import Capture
import Testing
import Traffic

/// The clock of the packets' times is stepped, or two clocks differ. The times follow the order of the bytes.
@Suite struct ClockTests {
    private static let hour: Int64 = 3_600_000_000

    /// Three exchanges, with the clock stepped by `step` microseconds from the segment at `position` on.
    private static func moved(by step: Int64, at position: Int) -> Recording {
        var talk = Talk.opened()
        talk.visit("/before")
        talk.visit("/during")
        talk.visit("/after")
        talk.visit("/later")
        talk.close()
        for index in talk.segments.indices where index >= position { talk.segments[index].microseconds += step }
        return Recording(talk)
    }

    /// 0–2 are the handshake, followed by requests and responses alternately.
    @Test(arguments: [-50_000, -hour, 8760 * hour], [5, 6, 7])
    func theClockIsMoved(_ step: Int64, _ position: Int) {
        let recording = Self.moved(by: step, at: position)
        #expect(
            recording.lines == [
                "GET /before → 200 ok", "GET /during → 200 ok", "GET /after → 200 ok", "GET /later → 200 ok",
            ])
        #expect(recording.totals.completeExchanges == 4)
        #expect(recording.totals.anomalies.clockSteps == 1, "\(step) µs at \(position)")
        var kept = CaptureAnomalies()
        for loss in recording.lossRows { kept.add(loss.anomalies) }
        #expect(kept == recording.totals.anomalies, "the log gets what the capture counts")
        let longest = recording.totals.anomalies.longestClockStepNs
        #expect((longest - step * 1000).magnitude <= 4_000_000, "found \(longest) ns, was \(step) µs")
        let times = recording.exchanges.flatMap { exchange in
            [exchange.request, exchange.response].compactMap { $0 }.flatMap { [$0.firstByte, $0.lastByte] }
        }
        #expect(times == times.sorted())
        let span = (times.last ?? times[0]).nanoseconds - times[0].nanoseconds
        #expect(span <= 20_000_000, "the whole took 12 ms")
    }

    /// Packets slightly out of order, and silence, are not steps.
    @Test func disorderAndSilenceAreNotSteps() {
        var talk = Talk.opened()
        talk.visit("/a")
        talk.microseconds += 2 * Self.hour
        talk.visit("/b")
        talk.microseconds += 400_000_000
        talk.visit("/c")
        talk.close()
        for index in talk.segments.indices where index % 3 == 0 { talk.segments[index].microseconds -= 1500 }
        let recording = Recording(talk)
        #expect(recording.lines == ["GET /a → 200 ok", "GET /b → 200 ok", "GET /c → 200 ok"])
        #expect(recording.totals.anomalies.clockSteps == 0)
        let first = recording.exchanges[0].began.nanoseconds
        #expect(recording.exchanges[2].began.nanoseconds - first > 7_600_000_000_000)
    }

    /// Between two connections, nothing proves that the clock was set back: packets out of time order are reported
    /// instead.
    @Test(arguments: [0, 15_000, 40_000, hour]) func theClockIsMovedBetweenConnections(_ step: Int64) throws {
        var talks = [Talk.opened(), Talk.opened(clientPort: 40_001)]
        for index in talks.indices {
            talks[index].visit("/\(index)")
            talks[index].close()
        }
        for index in talks[1].segments.indices { talks[1].segments[index].microseconds += talks[0].microseconds - step }
        let packets = talks.flatMap { talk in talk.segments.map { (talk.packet($0), $0.microseconds) } }
        let recording = try Recording.ofFile(packets)
        #expect(recording.lines == ["GET /0 → 200 ok", "GET /1 → 200 ok"])
        let late = step > 20_000 ? talks[1].segments.count : 0
        #expect(recording.totals.anomalies.latePackets == UInt64(late), "\(step) µs")
    }

    /// Each direction from its own tap, with different clocks: no response comes before its request, and the difference
    /// is reported.
    @Test func theClocksOfTwoTapsDiffer() {
        var talk = Talk.opened()
        for number in 0..<20 { talk.visit("/\(number)") }
        talk.close()
        for index in talk.segments.indices where !talk.segments[index].isFromClient {
            talk.segments[index].microseconds -= 50_000
        }
        let recording = Recording(talk)
        #expect(recording.lines == (0..<20).map { "GET /\($0) → 200 ok" })
        #expect(recording.totals.anomalies.clockSteps == 0)
        #expect(recording.totals.anomalies.clockContradictions > 0)
        for exchange in recording.exchanges {
            #expect((exchange.response?.firstByte ?? exchange.began) >= exchange.began)
        }
        let span = recording.exchanges[19].began.nanoseconds - recording.exchanges[0].began.nanoseconds
        #expect(span < 60_000_000, "differences of clocks do not add up")
    }

    /// A response with an earlier timestamp than its request, even by less than packets are reordered: the times are
    /// corrected, and that is reported. In HTTP/1 and HTTP/2.
    @Test(arguments: [(1000, false), (6000, false), (3_000_000, false), (1000, true)] as [(Int64, Bool)])
    func aResponseIsStampedBeforeItsRequest(_ step: Int64, _ isHTTP2: Bool) throws {
        var talk = Talk.opened()
        if isHTTP2 {
            var h2 = HTTP2Talk()
            for number: UInt32 in 0..<3 { h2.visit(2 * number + 1, "/\(number)", "ok") }
            talk = h2.talk
        } else {
            for number in 0..<3 { talk.visit("/\(number)") }
        }
        for index in talk.segments.indices where !talk.segments[index].isFromClient {
            talk.segments[index].microseconds -= step + 1000
        }
        // In time order, as when two taps are merged.
        let packets = talk.segments.map { (packet: talk.packet($0), microseconds: $0.microseconds) }
            .sorted { $0.microseconds < $1.microseconds }
        let recording = try Recording.ofFile(packets)
        #expect(recording.lines == (0..<3).map { "GET /\($0) → 200 ok" })
        for exchange in recording.exchanges {
            let response = try #require(exchange.response)
            #expect(response.firstByte > exchange.began && response.lastByte >= response.firstByte)
        }
        #expect(recording.totals.anomalies.clockContradictions > 0)
        var kept = CaptureAnomalies()
        for loss in recording.lossRows { kept.add(loss.anomalies) }
        #expect(kept == recording.totals.anomalies, "the log gets what the capture counts")
    }

    /// One direction after the other, in either order: exchanges are paired, with the times of the packets.
    @Test(arguments: [true, false], [true, false]) func oneDirectionAfterTheOther(_ clientFirst: Bool, _ isReset: Bool)
        throws
    {
        var talks: [Talk] = []
        for port: UInt16 in 1...3 {
            var talk = Talk(clientPort: port)
            talk.microseconds = Int64(port) * 20_000_000
            talk.open()
            for number in 0..<5 {
                talk.visit("/\(port)/\(number)", "\(port)")
                talk.microseconds += 3_000_000
            }
            if isReset { talk.send(fromClient: true, flags: TestSegment.reset) } else { talk.close() }
            talks.append(talk)
        }
        let all = talks.flatMap { talk in talk.segments.map { (talk.packet($0), $0) } }
            .sorted { $0.1.microseconds < $1.1.microseconds }
        let halves = all.filter { $0.1.isFromClient == clientFirst } + all.filter { $0.1.isFromClient != clientFirst }
        let recording = try Recording.ofFile(halves.map { (packet: $0.0, microseconds: $0.1.microseconds) })
        let expected = (1...3).flatMap { port in (0..<5).map { "GET /\(port)/\($0) → 200 \(port)" } }
        #expect(recording.lines.sorted() == expected.sorted())
        #expect(recording.totals.completeExchanges == 15)
        #expect(recording.losses.isNone)
        #expect(recording.totals.anomalies.clockSteps == 0)
        for exchange in recording.exchanges {
            #expect((exchange.response?.firstByte.nanoseconds ?? 0) - exchange.began.nanoseconds == 1_000_000)
        }
    }
}

/// The same connection seen under two pairs of addresses.
@Suite struct RepeatedConnectionTests {
    /// The view of a host that forwards to containers: each connection before and after address translation.
    @Test(arguments: [20, 900, 30_000] as [Int64]) func beforeAndAfterTranslation(_ delay: Int64) {
        var talks: [Talk] = []
        for index: UInt16 in 0..<5 {
            var outer = Talk(clientPort: 42_000 + index)
            outer.microseconds = Int64(index) * 200_000
            outer.open()
            outer.visit("/order/\(index)")
            outer.close()
            var inner = outer
            inner.server = SocketAddress(v4: 0xac11_0002, port: 8080)
            for position in inner.segments.indices { inner.segments[position].microseconds += delay }
            talks += [outer, inner]
        }
        let recording = Recording(talks)
        #expect(recording.exchanges.count == 10)
        #expect(recording.totals.anomalies.repeatedConnections == (delay < 1000 ? 5 : 0))
        var kept = CaptureAnomalies()
        for loss in recording.lossRows { kept.add(loss.anomalies) }
        #expect(kept == recording.totals.anomalies, "the log gets what the capture counts")
    }

    /// What a proxy's machine sees: each connection as the client's and, with numbers of the proxy's own, as the
    /// proxy's.
    @Test(arguments: [200, 60_000, 300_000] as [Int64], [false, true]) func onBothSidesOfAProxy(
        _ delay: Int64, _ isOnOneMachine: Bool
    ) {
        var talks: [Talk] = []
        for index: UInt16 in 0..<5 {
            var (outer, inner) = (
                Talk(clientPort: 42_000 + index), Talk(clientPort: 51_000 + index, clientNext: 7, serverNext: 9)
            )
            inner.client.low = outer.server.low
            inner.server = SocketAddress(v4: 0x0a00_0003, port: 80)
            if isOnOneMachine {
                (outer.client.low, inner.server) = (outer.server.low, SocketAddress(v4: 0x0a00_0002, port: 81))
            }
            outer.microseconds = Int64(index) * 2_000_000
            outer.open()
            inner.microseconds = outer.microseconds
            inner.open()
            let request = get("/order/\(index)")
            outer.client(request)
            inner.microseconds = outer.microseconds + delay
            // A proxy may name the client first.
            inner.client((index == 3 ? "PROXY TCP4 10.0.0.1 10.0.0.2 42003 80\r\n" : "") + request)
            inner.server(ok("order \(index)"))
            outer.microseconds = inner.microseconds + delay
            outer.server(ok("order \(index)"))
            talks += [outer, inner]
        }
        let recording = Recording(talks)
        #expect(recording.exchanges.count == 10)
        #expect(recording.totals.anomalies.repeatedConnections == (delay < 100_000 ? 5 : 0))
    }

    /// The clocks of two taps differ: the proxy's answer seems to come before the server's. On one machine, where there
    /// is one clock, these are two clients.
    @Test(arguments: [false, true]) func aProxyWhoseAnswerIsSeenEarly(_ isOnOneMachine: Bool) {
        var (outer, inner) = (Talk.opened(), Talk(clientPort: 51_000, clientNext: 7, serverNext: 9))
        inner.client.low = outer.server.low
        inner.server = SocketAddress(v4: isOnOneMachine ? 0x0a00_0002 : 0x0a00_0003, port: 81)
        if isOnOneMachine { outer.client.low = outer.server.low }
        inner.microseconds = 500
        inner.open()
        for target in ["/0", "/1"] {
            outer.visit(target)
            inner.visit(target)
        }
        #expect(Recording([outer, inner]).totals.anomalies.repeatedConnections == (isOnOneMachine ? 0 : 1))
    }

    /// A service that sends its own or the same request to another service, and returns a different response, is not a
    /// proxy.
    @Test(arguments: ["/order/0", "/stock/0"], ["order", "stock"]) func aServiceThatAsksAnother(
        _ target: String, _ answer: String
    ) {
        var (outer, inner) = (Talk.opened(), Talk(clientPort: 51_000, clientNext: 7, serverNext: 9))
        inner.client.low = outer.server.low
        inner.server = SocketAddress(v4: 0x0a00_0003, port: 80)
        inner.open()
        outer.client(get("/order/0"))
        inner.microseconds = outer.microseconds + 200
        inner.client(get(target))
        inner.server(ok(answer))
        outer.microseconds = inner.microseconds + 200
        outer.server(ok("order"))
        let isProxy = target == "/order/0" && answer == "order"
        #expect(Recording([outer, inner]).totals.anomalies.repeatedConnections == (isProxy ? 1 : 0))
    }

    /// Clients with the same requests at the same time are different clients.
    @Test func theSameRequestsOfSeveralClients() {
        var talks: [Talk] = []
        for index: UInt16 in 0..<20 {
            var talk = Talk(
                clientPort: 1000 + index, clientNext: 1000 + UInt32(index) * 7919,
                serverNext: 9 + UInt32(index) * 104_729)
            talk.open()
            for _ in 0..<3 { talk.visit("/same") }
            talk.close()
            talks.append(talk)
        }
        #expect(Recording(talks).totals.anomalies.repeatedConnections == 0)
    }

    /// Generated traffic begins each connection with the same numbers and the same first bytes.
    @Test(arguments: [0, 1] as [UInt32]) func connectionsOfAGeneratorWithTheSameNumbers(_ otherAddresses: UInt32) {
        var talks: [Talk] = []
        for index: UInt16 in 0..<5 {
            var talk = Talk(clientPort: 42_000 + index)
            talk.client.low += UInt64(UInt32(index) * otherAddresses)
            talk.microseconds = Int64(index) * 100
            talk.open()
            // Without other addresses the content is the same; with them it differs in its last bytes.
            talk.visit("/\(String(repeating: "x", count: 200))\(UInt32(index) * otherAddresses)")
            talk.close()
            talks.append(talk)
        }
        #expect(Recording(talks).totals.anomalies.repeatedConnections == 0)
    }
}
