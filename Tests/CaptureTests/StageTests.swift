import HTTPWire
import Testing
import Traffic

@testable import Capture

/// The stages after TCP in isolation: no packets, only a connection's record and its content.
@Suite struct StageTests {
    /// A connection with requests in direction 0, and the state its stages need.
    private struct Content: ~Copyable {
        var context = ReadingContext(limits: CaptureLimits())
        let connection: UnsafeMutablePointer<Connection>
        let streams: UnsafeMutablePointer<ContentStream>
        let pairing = ExchangePairing(limits: CaptureLimits())
        let reader: HTTP1Reader

        init(isIrregular: Bool = false) {
            streams = .allocate(capacity: 2)
            streams.initialize(repeating: ContentStream(), count: 2)
            connection = .allocate(capacity: 1)
            connection.initialize(to: Connection(endpoints: EndpointPair(), streams: streams))
            connection.pointee.requestDirection = 0
            connection.pointee.isIrregular = isIrregular
            streams[0].parser = .init(isRequest: true)
            streams[1].parser = .init(isRequest: false)
            for direction in 0..<2 { (streams[direction].content, streams[direction].wasSeen) = (.http1, true) }
            reader = HTTP1Reader(limits: CaptureLimits(), pairing: pairing)
        }

        deinit {
            connection.deallocate()
            streams.deallocate()
        }

        /// Adds an ended message to a direction.
        mutating func put(_ direction: Int, at sequence: UInt32, acknowledging: UInt32 = 0) {
            var message = Message(firstByte: 0, lastByte: 0, sequence: sequence, acknowledgement: acknowledging)
            (message.hasHead, message.isEnded) = (true, true)
            let kept = context.messages.take(message)
            streams[direction].append(kept)
            if direction == 1 { _ = pairing.requestAnswered(connection, by: kept) }
        }

        /// What can be recorded, as the sequence numbers of requests and responses.
        mutating func pairs() -> [String] {
            var found: [String] = []
            while let pair = pairing.next(connection, awaitsOther: false) {
                let sides = [pair.request, pair.response].map { $0.map { "\($0.pointee.sequence)" } ?? "?" }
                found.append(sides.joined(separator: "→"))
                if pair.request != nil { streams[0].unlinkFirst() }
                if pair.response != nil { streams[1].unlinkFirst() }
            }
            return found
        }

        /// Reads text in a direction; returns the event of each step.
        mutating func read(_ direction: Int, _ text: String) -> [String] {
            var events: [String] = []
            Array(text.utf8).withUnsafeBytes { bytes in
                let chunk = StreamChunk(bytes: bytes, sequence: 0, acknowledgement: 0, time: 0)
                var offset = 0
                while offset < bytes.count {
                    let step = reader.read(chunk, from: offset, connection, direction, &context)
                    offset = step.end
                    switch step.event {
                    case .none: break
                    case .messageEnded: events.append("ended at \(step.end)")
                    case .wholeResponse(let framing, let count): events.append("whole \(framing.status), \(count)")
                    case .tunnel(let response): events.append("tunnel \(response.pointee.status)")
                    case .http2(let seen):
                        events.append("HTTP/2, \(seen) seen")
                        return
                    }
                }
            }
            return events
        }
    }

    /// The other direction is waited for while less than half of the memory is in use.
    @Test func waitsForTheOtherDirectionWhileThereIsRoom() {
        var limits = CaptureLimits()
        limits.maxBufferedBytes = 4096
        var context = ReadingContext(limits: limits)
        var answers = [context.mayAwaitOtherDirection]
        context.awaitsOtherDirection = true
        answers.append(context.mayAwaitOtherDirection)
        var buffers: [BytePool.Buffer] = []
        for _ in 0..<2 {
            if let buffer = context.pool.take(1024) { buffers.append(buffer) }
            answers.append(context.mayAwaitOtherDirection)
        }
        if let buffer = buffers.popLast() { context.pool.give(buffer) }
        answers.append(context.mayAwaitOtherDirection)
        for buffer in buffers { context.pool.give(buffer) }
        // In a live capture, nothing comes later; then with nothing, a quarter, half and a quarter in use.
        #expect(answers == [false, true, true, false, true])
    }

    @Test func requestsAreAnsweredInTheirOrder() {
        var content = Content()
        for sequence: UInt32 in [10, 20, 30] { content.put(0, at: sequence) }
        #expect(content.pairs() == [])
        // On a complete connection, acknowledgements do not matter.
        for sequence: UInt32 in [1000, 2000] { content.put(1, at: sequence, acknowledging: 40) }
        #expect(content.pairs() == ["10→1000", "20→2000"])
        content.streams[1].isEnded = true
        #expect(content.pairs() == ["30→?"])
    }

    @Test(arguments: [
        (UInt32(20), "10→1000"), (19, "10→1000"), (11, "10→1000"), (10, "?→1000"), (5, "?→1000"), (.max, "?→1000"),
    ]) func acknowledgementsDecideAfterALoss(_ acknowledged: UInt32, _ expected: String) {
        var content = Content(isIrregular: true)
        content.put(0, at: 10)
        content.put(1, at: 1000, acknowledging: acknowledged)
        content.streams[1].isEnded = true
        #expect(content.pairs().contains(expected), "the response acknowledges \(acknowledged), the request is at 10")
    }

    @Test func afterLostResponsesTheLastRequestBeforeIsMeant() {
        var content = Content(isIrregular: true)
        for sequence: UInt32 in [10, 20, 30] { content.put(0, at: sequence) }
        content.streams[1].isResynchronised = true
        content.put(1, at: 2000, acknowledging: 30)
        content.put(1, at: 3000, acknowledging: 40)
        #expect(content.pairs() == ["10→?", "20→2000", "30→3000"])
    }

    @Test func whatWasGivenUpKeepsItsAnswer() {
        var content = Content()
        content.put(0, at: 10)
        content.streams[1].abandonedResponses = 2
        for sequence: UInt32 in [1000, 2000, 3000] { content.put(1, at: sequence, acknowledging: 99) }
        #expect(content.pairs() == ["?→1000", "?→2000", "10→3000"])
    }

    @Test func theReaderReportsTheMeaningOfItsBytes() {
        var content = Content()
        #expect(content.read(0, "GET / HTTP/1.1\r\n\r\n") == ["ended at 18"])
        #expect(content.read(1, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == ["whole 200, 2"])
        content.streams[0].unlinkFirst()
        #expect(content.read(0, "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n") == [])
        #expect(content.read(0, "abc") == ["ended at 3"])
        #expect(content.read(1, "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n") == [])
        #expect(content.read(1, "x") == ["ended at 1"])
        #expect(content.pairs().count == 1)
        #expect(content.read(0, "CONNECT a:1 HTTP/1.1\r\n\r\n") == ["ended at 24"])
        #expect(content.read(1, "HTTP/1.1 200 OK\r\n\r\n") == ["tunnel 200"])
        #expect(content.read(0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == ["HTTP/2, 0 seen"])
    }

    @Test func theReaderCountsWhatItCannotRead() {
        var content = Content()
        #expect(content.read(0, "GET /a HTTP/1.1\r\nHost") == [])
        #expect(content.reader.lose(10, content.streams).isEnd)
        #expect(content.read(0, "rubbish\r\nGET /b HTTP/1.1\r\n\r\n") == ["ended at 28"])
        #expect(content.read(0, "\u{1}\u{2}") == [])
        #expect(content.context.loss.unparsedMessages == 1)
    }
}

extension HTTP1Reader.Event {
    /// Whether a message has ended.
    fileprivate var isEnd: Bool { if case .messageEnded = self { true } else { false } }
}
