import ContentCodings
import Testing

@Suite struct ContentCodingTests {
    static let text = Array(String(repeating: "{\"id\":17,\"name\":\"a reader\"},", count: 3000).utf8)

    /// Fields with the same meaning, and unknown fields.
    @Test(
        arguments: [
            (nil, []), ("", []), ("identity", []), ("gzip", [.gzip]), ("GZip", [.gzip]), ("x-gzip", [.gzip]),
            (" br ", [.brotli]), ("deflate , gzip", [.deflate, .gzip]), ("identity, zstd,,", [.zstd]),
        ] as [(String?, [ContentCoding.Step])])
    func readsFields(value: String?, steps: [ContentCoding.Step]) throws {
        #expect(try ContentCoding(fieldValue: value).steps == steps)
    }

    @Test(arguments: ["compress", "gzip;q=1", "gzip br", "gzip,gzip,gzip,gzip,gzip", "aws-chunked"])
    func refusesUnknownFields(value: String) {
        #expect(throws: ContentCodingError.unknownCoding) { try ContentCoding(fieldValue: value) }
    }

    @Test(arguments: [[.gzip], [.deflate], [.brotli], [.zstd], [.gzip, .brotli], []] as [[ContentCoding.Step]])
    func comesBackFromEveryCoding(steps: [ContentCoding.Step]) throws {
        let coding = ContentCoding(steps)
        for content in [Self.text, [7], []] {
            let body = try coding.encoded(content)
            #expect(try coding.decoded(body) == content)
            #expect(try ContentCoding(fieldValue: coding.fieldValue) == coding)
        }
    }

    /// A limit equal to the content's length is enough, one less is not, for any internal chunk size.
    @Test(arguments: ContentCoding.Step.allCases, [1, 65_535, 65_536, 65_537, 84_000])
    func stopsAtTheLimit(step: ContentCoding.Step, count: Int) throws {
        let coding = ContentCoding([step])
        let content = Array(Self.text.prefix(count))
        let body = try coding.encoded(content)
        #expect(try coding.decoded(body, limit: content.count) == content)
        let cut = coding.decodedPrefix(body, limit: content.count - 1)
        #expect(cut == DecodedBody(bytes: content.dropLast(), failure: .tooLong))
    }

    @Test(arguments: ContentCoding.Step.allCases)
    func givesTheBeginningOfCutBodies(step: ContentCoding.Step) throws {
        let coding = ContentCoding([step])
        var content: [UInt8] = []
        var state: UInt32 = 1
        for _ in 0..<300_000 {
            state = state &* 1_664_525 &+ 1_013_904_223
            content.append(UInt8(truncatingIfNeeded: state >> 28) + 97)
        }
        let body = try coding.encoded(content)
        let cut = coding.decodedPrefix(Array(body.prefix(body.count - 5)))
        #expect(cut.failure == .truncated)
        #expect(content.starts(with: cut.bytes))
        #expect(cut.bytes.count > 100_000)
    }

    @Test(arguments: ContentCoding.Step.allCases)
    func saysThatBytesAreDamaged(step: ContentCoding.Step) {
        #expect(throws: ContentCodingError.damaged) {
            try ContentCoding([step]).decoded(Array(repeating: 0xff, count: 100))
        }
    }

    /// No input makes a decoder crash, loop or exceed its limit.
    @Test(arguments: ContentCoding.Step.allCases)
    func boundsDamagedInput(step: ContentCoding.Step) throws {
        let coding = ContentCoding([step])
        let body = try coding.encoded(Array(Self.text.prefix(5000)))
        for index in 0..<(body.count * 8) {
            var damaged = body
            damaged[index / 8] ^= 1 << UInt8(index % 8)
            #expect(coding.decodedPrefix(damaged, limit: 6000).bytes.count <= 6000)
        }
    }

    /// A raw deflate stream, which some servers send as `deflate`: a stored block of three bytes.
    @Test func understandsBareDeflate() throws {
        #expect(try ContentCoding([.deflate]).decoded([1, 3, 0, 0xfc, 0xff, 97, 98, 99]) == [97, 98, 99])
    }

    @Test func joinsMembersAndFrames() throws {
        for step in [ContentCoding.Step.gzip, .zstd] {
            let coding = ContentCoding([step])
            let body = try coding.encoded([1, 2]) + coding.encoded([3])
            #expect(try coding.decoded(body) == [1, 2, 3])
        }
    }

    @Test func ignoresWhatFollowsGzip() throws {
        let gzip = ContentCoding([.gzip])
        #expect(try gzip.decoded(gzip.encoded([1, 2]) + [0, 0, 0]) == [1, 2])
    }
}
