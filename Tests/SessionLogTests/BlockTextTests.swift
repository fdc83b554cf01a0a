import Formats
import Testing
import Traffic

@testable import SessionLog

/// The heads of a block, rebuilt from its lines: contradictory or too large ones are refused.
@Suite struct BlockTextTests {
    /// A block with lines of these lengths and with texts, each a list of references: 0 is the next new line.
    private static func measured(
        lines: [Int], texts: [[UInt64]], lineBytes: Int? = nil, _ body: (Int?, [ExchangeBatch.ByteRange]) -> Void
    ) throws {
        var (lengths, references) = ([UInt8](), [UInt8]())
        for length in lines { lengths.appendVarint(UInt64(length)) }
        for text in texts {
            references.appendVarint(UInt64(text.count))
            for reference in text { references.appendVarint(reference) }
        }
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: lineBytes ?? lines.reduce(0, +))
        var header = BlockHeader(kind: .traffic, logID: 1, sequence: 0)
        header.count = 1
        var encoder = try BlockEncoder(level: 1)
        header = try encoder.encode(
            header, columns: [(.lineLengths, lengths), (.textLines, references), (.lineBytes, bytes)])
        let payload = Array(encoder.bytes.dropFirst(LogFormat.blockHeaderBytes))
        var decoder = try BlockDecoder()
        payload.withUnsafeBytes { payload in
            let isRead: Void? = decoder.withNumbers(header, payload: payload) { view in
                var text = TextDecoder()
                body(text.measure(view), text.texts)
            }
            #expect(isRead != nil, "the columns are whole")
        }
    }

    @Test(
        arguments: [
            ([3, 4], [[0, 0]], 7, "two new lines"), ([3, 4], [[0, 0], [2, 1]], 14, "known lines again"),
            ([3], [[0, 1, 1]], 9, "a line three times"), ([3], [[0], [0]], nil, "one more than there are"),
            ([3, 4], [[0]], nil, "a line that no text has"), ([3], [[0, 2]], nil, "a line that comes later"),
            ([3], [[]], nil, "a text of no line"), ([0], [[0]], nil, "a line of no byte"), ([], [], 0, "nothing"),
            ([], [[1]], nil, "a line before any"), ([3], [], nil, "lines and no text"),
        ] as [([Int], [[UInt64]], Int?, String)])
    func texts(lines: [Int], texts: [[UInt64]], total: Int?, reason: String) throws {
        try Self.measured(lines: lines, texts: texts) { measured, _ in #expect(measured == total, "\(reason)") }
    }

    @Test func whereTextsAre() throws {
        try Self.measured(lines: [3, 4], texts: [[0, 0], [2], [1, 2, 1]]) { _, texts in
            #expect(texts.map(\.offset) == [0, 7, 11] && texts.map(\.count) == [7, 4, 10])
        }
    }

    @Test(arguments: [(0, true), (1, false), (-1, false)]) func linesAreAllOfTheirBytes(more: Int, isRead: Bool) throws
    {
        try Self.measured(lines: [3, 4], texts: [[0, 0]], lineBytes: 7 + more) { measured, _ in
            #expect((measured != nil) == isRead)
        }
    }

    /// The limit applies to the bytes that the references expand to.
    @Test func headsAreBounded() throws {
        let line = 1 << 10
        let most = LogFormat.maximumHeadBytes / line
        #expect(LogFormat.maximumHeadBytes.isMultiple(of: line))
        for (count, isRead) in [(most, true), (most + 1, false)] {
            let text = [0] + [UInt64](repeating: 1, count: count - 1)
            try Self.measured(lines: [line], texts: [text]) { measured, _ in
                #expect(measured == (isRead ? count * line : nil), "\(count) lines")
            }
        }
    }

    @Test func allHeadsTogetherAreBounded() throws {
        let head = LogFormat.maximumHeadBytes
        let most = LogFormat.maximumRawBytes / head
        for (count, isRead) in [(most, true), (most + 1, false)] {
            let texts: [[UInt64]] = [[0]] + [[UInt64]](repeating: [1], count: count - 1)
            try Self.measured(lines: [head], texts: texts) { measured, _ in
                #expect((measured != nil) == isRead, "\(count) heads")
            }
        }
    }
}

/// The session numbers of a block, by either of its two algorithms.
@Suite struct BlockSessionTests {
    private static func sessions(_ numbers: [UInt32]) -> [UInt32] {
        var columns = BlockColumns(maximumBodyBytes: 0)
        var batch = ExchangeBatch()
        for number in numbers {
            let time = CaptureTime(nanoseconds: 0)
            let request = Exchange.Message(head: [], firstByte: time, lastByte: time)
            batch.append(Exchange(connection: 1, session: number, request: request, response: nil, status: nil))
        }
        batch.bytes.withUnsafeBytes { bytes in for record in batch.records { columns.append(record, bytes: bytes) } }
        return columns.takeSessions()
    }

    @Test(arguments: [1, 2, 62, 63, 64, 65, 66, 127, 128, 129, 191, 192, 193, 255, 256, 1000]) func spans(span: UInt32)
    {
        let few: [UInt32] = [7 + span, 7]
        #expect(Self.sessions(few) == [7, 7 + span])
        let many = [7, 7 + span] + (0..<20).map { 7 + (span &* $0 / 20) } + [7, 7 + span]
        #expect(Self.sessions(many) == Set(many).sorted())
    }

    @Test func allOfAPlace() {
        #expect(Self.sessions([]) == [])
        #expect(Self.sessions([0]) == [0])
        #expect(Self.sessions([.max, .max]) == [.max])
        #expect(Self.sessions([.max, 0]) == [0, .max])
        let every = Array(UInt32(0)..<300)
        #expect(Self.sessions(every.reversed()) == every)
    }
}
