import Formats
import Testing
import Traffic

@testable import SessionLog

@Suite("What was written is read back")
struct RoundTripTests {
    private let folder: ScratchFolder
    init() throws { folder = try ScratchFolder() }

    static let requestHead = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    static func message(
        _ head: [UInt8] = requestHead, body: [UInt8] = [], trailers: [UInt8] = [], bodyBytes: UInt64? = nil,
        from first: Int64 = 1000, to last: Int64 = 2000, isComplete: Bool = true
    ) -> Exchange.Message {
        Exchange.Message(
            head: head, body: body, trailers: trailers, bodyBytes: bodyBytes,
            firstByte: CaptureTime(nanoseconds: first), lastByte: CaptureTime(nanoseconds: last),
            isComplete: isComplete)
    }

    static func exchange(
        _ request: Exchange.Message?, _ response: Exchange.Message?, status: UInt16? = 200,
        version: HTTPVersion = .http11, scheme: HTTPScheme = .http, number: UInt32 = 1
    ) -> Exchange {
        Exchange(
            connection: number, session: number, version: version, scheme: scheme, request: request,
            response: response, status: status)
    }

    /// A row of the table, shown only by its reason.
    struct Case: CustomTestStringConvertible {
        var reason: String
        var exchange: Exchange

        init(_ reason: String, _ exchange: Exchange) {
            self.reason = reason
            self.exchange = exchange
        }

        var testDescription: String { reason }
    }

    @Test("Losses and anomalies come back, summed by second, and are reported in the summary")
    func anomalies() throws {
        var (both, anomaly, later) = (CaptureLoss(second: -3), CaptureLoss(second: 5), CaptureLoss(second: 6))
        both.gaps = 2
        both.anomalies.latePackets = 7
        anomaly.anomalies.clockSteps = 1
        anomaly.anomalies.longestClockStepNs = -3_600_000_000_000
        (later.anomalies.clockContradictions, later.anomalies.repeatedConnections) = (.max, 4)
        var batch = ExchangeBatch()
        batch.losses = [both, anomaly, later]
        let path = folder.file("a.rlog")
        try writeLog([batch], to: path)
        var bySecond: [Int64: CaptureLoss] = [:]
        for loss in try LogContent(path: path).losses {
            bySecond[loss.second, default: CaptureLoss(second: loss.second)].add(loss)
        }
        #expect(bySecond == [-3: both, 5: anomaly, 6: later])
        let summary = try LogSurvey.summary(of: LogSelection(paths: [path])).summary
        #expect(summary.losses.gaps == 2 && summary.secondsWithLosses == 1, "an anomaly is no loss")
        var sum = both.anomalies
        sum.add(anomaly.anomalies)
        sum.add(later.anomalies)
        #expect(summary.anomalies == sum)
        #expect(
            summary.anomalies.descriptions == [
                "the clock was stepped 1 time, by up to -3600.000 s: times corrected",
                "4 connections captured twice, before and after address translation or a proxy: capture one side only",
            ])
    }

    @Test("Losses of the input come back, alone and with others, and are in the summary and the verification")
    func inputLosses() throws {
        var (damaged, both) = (CaptureLoss(second: -3), CaptureLoss(second: 7))
        damaged.damagedFiles = 1
        (both.unreadPackets, both.gaps, both.anomalies.latePackets) = (.max - 2, 3, 4)
        var batch = ExchangeBatch()
        batch.losses = [damaged, both]
        let path = folder.file("a.rlog")
        try writeLog([batch], to: path)
        var bySecond: [Int64: CaptureLoss] = [:]
        for loss in try LogContent(path: path).losses {
            bySecond[loss.second, default: CaptureLoss(second: loss.second)].add(loss)
        }
        #expect(bySecond == [-3: damaged, 7: both])
        let summary = try LogSurvey.summary(of: LogSelection(paths: [path])).summary
        #expect(summary.losses.damagedFiles == 1 && summary.losses.unreadPackets == .max - 2)
        #expect(summary.secondsWithLosses == 2 && !summary.losses.isNone && summary.losses.hidesExchanges)
        let verification = try LogVerification(path: path)
        #expect(verification.isWhole && verification.losses == summary.losses)
        var inputLosses = LossCounts()
        (inputLosses.damagedFiles, inputLosses.unreadPackets, inputLosses.gapBytes) = (1, 2, 3)
        #expect(inputLosses.descriptions == ["3 bytes in gaps", "1 damaged input file", "2 unread packets"])
    }

    @Test("An unknown column from number 128 on is skipped, one below is damage")
    func unknownColumns() throws {
        var encoder = try BlockEncoder(level: 1)
        var decoder = try BlockDecoder()
        var columns = BlockColumns(maximumBodyBytes: 1 << 20)
        var batch = ExchangeBatch()
        batch.append(RoundTripTests.exchange(RoundTripTests.message(), nil, status: nil))
        batch.bytes.withUnsafeBytes { columns.append(batch.records[0], bytes: $0) }
        var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
        header.count = 1
        (header.earliest, header.latest) = (columns.earliest, columns.latest)
        header = try encoder.encode(header, columns: columns.all)
        let known = Array(encoder.bytes[LogFormat.blockHeaderBytes...])
        for (number, isRead) in [(UInt8(130), true), (255, true), (27, false), (127, false)] {
            // One more entry in the directory, of one stored byte at the end.
            var entries = Array(known[6..<ColumnDirectory.bytes(columns: Int(known[0]))])
            let stored = known[(6 + entries.count)...]
            entries += [number, Column.Coding.stored.rawValue]
            for value: UInt32 in [1, 1, [UInt8(7)].withUnsafeBytes { CRC32.of($0) }] {
                entries.appendLittleEndian(value)
            }
            var payload: [UInt8] = []
            payload.appendLittleEndian(UInt16(known[0]) + 1)
            payload.appendLittleEndian(entries.withRawBytes { CRC32.of($0) })
            payload += entries + stored + [7]
            header.rawBytes += 1
            defer { header.rawBytes -= 1 }
            var read = ExchangeBatch()
            let isDecoded = payload.withUnsafeBytes { decoder.decode(header, payload: $0, into: &read) }
            #expect(isDecoded == isRead, "column \(number)")
            #expect(read.exchanges == (isRead ? batch.exchanges : []), "column \(number)")
        }
    }

    static let cases: [Case] = [
        Case("both messages", exchange(message(), message(body: [1, 2, 3], from: 3000, to: 4000))),
        Case("no response came", exchange(message(), nil, status: nil)),
        Case("only a response was seen", exchange(nil, message(from: 5, to: 9))),
        Case("neither message", exchange(nil, nil, status: nil)),
        Case("nothing in the messages", exchange(message([]), message([]))),
        Case("trailers", exchange(message(trailers: [65]), message(trailers: Array("A: b\r\n\r\n".utf8)))),
        Case("a body cut by policy", exchange(message(body: [7], bodyBytes: 1 << 40), message())),
        Case("fewer bytes counted than kept", exchange(message(body: [7, 8], bodyBytes: 1), message())),
        Case("bytes lost", exchange(message(isComplete: false), message(isComplete: true))),
        Case("HTTP/2 over TLS", exchange(message(), message(), version: .http2, scheme: .https)),
        Case("pushed by the server", pushed),
        Case("HTTP/1.0", exchange(message(), message(), version: .http10)),
        Case("the response began before the request ended", exchange(message(to: 9000), message(from: 10, to: 20))),
        Case("a clock that goes back", exchange(message(from: 500, to: 100), message(from: 50, to: 10))),
        Case("times before 1970", exchange(message(from: -5, to: -4), message(from: -3, to: -2))),
        Case("times at the ends of the range", exchange(message(from: .min, to: .max), message(from: .min, to: .max))),
        Case("numbers at the end of the range", exchange(message(), message(), status: .max, number: .max)),
        Case("every byte value", exchange(message(Array(0...255)), message(body: Array(0...255)))),
        Case("a body that does not shrink", exchange(message(), message(body: noise(70_000)))),
    ]

    private static var pushed: Exchange {
        var exchange = exchange(message(), message(), version: .http2)
        exchange.isPush = true
        return exchange
    }

    static func noise(_ count: Int) -> [UInt8] {
        var random = SplitMix64(seed: 7)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test("One exchange", arguments: cases)
    func oneExchange(row: Case) throws {
        let exchange = row.exchange
        var batch = ExchangeBatch()
        batch.append(exchange)
        try writeLog([batch], to: folder.file("a.rlog"))
        let content = try LogContent(path: folder.file("a.rlog"))
        #expect(content.exchanges == [exchange], "\(row.reason)")
        #expect(content.damages.isEmpty && content.ending == .whole)
        #expect(try LogVerification(path: folder.file("a.rlog")).isWhole)
    }

    @Test("All of them together, one exchange per block and all in one", arguments: [1, 1 << 20])
    func together(blockBytes: Int) throws {
        var batch = ExchangeBatch()
        for row in RoundTripTests.cases { batch.append(row.exchange) }
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: blockBytes)
        let content = try LogContent(path: folder.file("a.rlog"))
        #expect(content.exchanges == RoundTripTests.cases.map(\.exchange))
        #expect(content.batches.count == (blockBytes == 1 ? RoundTripTests.cases.count : 1))
    }

    @Test("Repeats are stored once, and come back everywhere")
    func repeats() throws {
        let lines = [
            "GET / HTTP/1.1\r\n", "Host: a\r\n", "\r\n", "\n", "no end",
            "Cookie: \(String(repeating: "x", count: 300))\r\n",
        ]
        var random = SplitMix64(seed: 13)
        let bodies = (0..<5).map { RoundTripTests.noise(1000 * $0 + 200) } + [[7]]
        var batch = ExchangeBatch()
        for _ in 0..<500 {
            func message() -> Exchange.Message {
                let head = (0..<Int.random(in: 0...4, using: &random)).map { _ in lines.randomElement(using: &random)! }
                let body = Bool.random(using: &random) ? [] : bodies.randomElement(using: &random)!
                var message = RoundTripTests.message(Array(head.joined().utf8), body: body)
                if Int.random(in: 0..<10, using: &random) == 0 { message.trailers = message.head }
                return message
            }
            batch.append(RoundTripTests.exchange(message(), Bool.random(using: &random) ? nil : message()))
        }
        try writeLog([batch], to: folder.file("a.rlog"))
        let batches = try LogContent(path: folder.file("a.rlog")).batches
        #expect(batches.flatMap(\.exchanges) == batch.exchanges)
        #expect(batches.map(\.bytes.count).reduce(0, +) < batch.bytes.count / 5, "messages share their bytes")
        #expect(try folder.bytes("a.rlog").count < 30_000)
    }

    @Test("At every level", arguments: [0, 1, 2, 3, 19] as [Int32])
    func levels(level: Int32) throws {
        var traffic = SampleTraffic(seed: 8)
        let batch = traffic.batch(200)
        var options = SessionLogWriter.Options()
        options.level = level
        var writer = try SessionLogWriter(path: folder.file("a.rlog"), options: options)
        try writer.append(batch)
        try writer.closeBlock()
        #expect(writer.statistics.messageBytes == UInt64(batch.bytes.count))
        try writer.finish()
        #expect(try LogContent(path: folder.file("a.rlog")).exchanges == batch.exchanges)
    }

    @Test("Connections of both families and losses")
    func connectionsAndLosses() throws {
        var batch = ExchangeBatch()
        batch.connections = [
            RecordedConnection(
                number: 1, client: SocketAddress(v4: 0x0102_0304, port: 1), server: SocketAddress(v4: 0, port: 80)),
            RecordedConnection(
                number: .max, client: SocketAddress(high: .max, low: 1, port: .max),
                server: SocketAddress(high: 1, low: .max, port: 443)),
        ]
        var loss = CaptureLoss(second: -3)
        for (number, field) in CaptureLoss.rowFields.enumerated() { loss[keyPath: field] = UInt64(number) + 1 }
        batch.losses = [loss, CaptureLoss(second: .max)]
        try writeLog([batch], to: folder.file("a.rlog"))
        let content = try LogContent(path: folder.file("a.rlog"))
        #expect(content.connections == batch.connections)
        #expect(content.losses == batch.losses)
        #expect(loss.opaqueConnections == 8, "every count has its place in the row")
    }

    @Test("A log with nothing in it is whole")
    func empty() throws {
        try writeLog([], to: folder.file("a.rlog"))
        let content = try LogContent(path: folder.file("a.rlog"))
        #expect(content.batches.isEmpty && content.damages.isEmpty && content.ending == .whole)
        #expect(try orderedExchanges(folder.file("a.rlog")).exchanges.isEmpty)
    }

    @Test("More blocks than one index covers")
    func severalIndexBlocks() throws {
        var traffic = SampleTraffic(seed: 3)
        let batch = traffic.batch(2 * LogFormat.blocksPerIndex + 10)
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 1)
        let index = try BlockIndex(path: folder.file("a.rlog"))
        // The connections are in separate blocks at this size.
        #expect(index.entries.count == batch.records.count + batch.connections.count)
        #expect(index.damages.isEmpty)
        #expect(try LogContent(path: folder.file("a.rlog")).exchanges == batch.exchanges)
        #expect(try LogVerification(path: folder.file("a.rlog")).isWhole)
    }

    @Test("A body too large to keep is cut and still counted")
    func hugeBody() throws {
        var options = SessionLogWriter.Options()
        options.maximumBodyBytes = 100
        var batch = ExchangeBatch()
        let bodies = [99, 100, 101].map { RoundTripTests.message(body: [UInt8](repeating: 1, count: $0)) }
        for body in bodies { batch.append(RoundTripTests.exchange(body, body)) }
        var writer = try SessionLogWriter(path: folder.file("a.rlog"), options: options)
        try writer.append(batch)
        try writer.closeBlock()
        #expect(writer.statistics.cutMessages == 2)
        try writer.finish()
        let requests = try LogContent(path: folder.file("a.rlog")).exchanges.compactMap(\.request)
        #expect(requests.map(\.body.count) == [99, 100, 100])
        #expect(requests.map(\.bodyBytes) == [99, 100, 101])
        #expect(requests.filter(\.isComplete).count == 3)
    }

    @Test("A head too large to keep makes its message incomplete")
    func hugeHead() throws {
        var batch = ExchangeBatch()
        let head = [UInt8](repeating: 65, count: LogFormat.maximumHeadBytes + 1)
        batch.append(RoundTripTests.exchange(RoundTripTests.message(head), RoundTripTests.message()))
        try writeLog([batch], to: folder.file("a.rlog"))
        let exchange = try #require(try LogContent(path: folder.file("a.rlog")).exchanges.first)
        #expect(exchange.request?.head.count == LogFormat.maximumHeadBytes)
        #expect(exchange.request?.isComplete == false && exchange.response?.isComplete == true)
    }
}
