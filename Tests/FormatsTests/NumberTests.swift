import Formats
import Testing

@Suite struct NumberTests {
    @Test func theChecksumIsTheUsualOne() {
        let (whole, first, second) = Array("123456789".utf8).withUnsafeBytes { bytes in
            (
                CRC32.of(bytes), CRC32.of(UnsafeRawBufferPointer(rebasing: bytes[..<4])),
                CRC32.of(UnsafeRawBufferPointer(rebasing: bytes[4...]))
            )
        }
        #expect(whole == 0xCBF4_3926)
        #expect(CRC32.of(first, followedBy: second, ofBytes: 5) == whole)
    }

    @Test(arguments: [0, 1, 127, 128, 300, 1 << 35, UInt64.max - 1, .max])
    func varintsAreReadBack(value: UInt64) {
        var bytes: [UInt8] = []
        bytes.appendVarint(value)
        bytes.appendZigzag(Int64(bitPattern: value))
        var rest = bytes[...]
        #expect(rest.popVarint() == value)
        bytes.withUnsafeBytes { raw in
            var cursor = ByteCursor(raw)
            #expect(cursor.varint() == value)
            #expect(cursor.zigzag() == Int64(bitPattern: value))
            #expect(cursor.isAtEnd)
            #expect(cursor.varint() == nil)
        }
    }

    @Test func varintsOfMoreThan64BitsAreRefused() {
        let bytes = [UInt8](repeating: 0xFF, count: 9) + [2]
        var rest = bytes[...]
        #expect(rest.popVarint() == nil)
        #expect(bytes.withUnsafeBytes { ByteCursor($0).position } == 0)
        bytes.withUnsafeBytes { raw in
            var cursor = ByteCursor(raw)
            #expect(cursor.varint() == nil)
        }
    }

    @Test(arguments: [("", []), ("00fF", [0, 255]), ("0", nil), ("0g", nil)] as [(String, [UInt8]?)])
    func hexadecimalDigits(text: String, bytes: [UInt8]?) {
        #expect(Hex.bytes(text) == bytes)
        if let bytes { #expect(Hex.text(bytes) == text.lowercased()) }
    }

    @Test func theGeneratorGivesTheNumbersOfItsPaper() {
        var random = SplitMix64(seed: 1_234_567)
        let numbers = (0..<3).map { _ in random.next() }
        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test(
        arguments: [
            ("2026-01-31", 1_769_817_600, 0, false), ("2026-01-31T12:30", 1_769_862_600, 0, true),
            ("2026-01-31 12:30:15,5+01:00", 1_769_859_015, 500_000_000, true),
            ("1969-12-31t23:59:60Z", 0, 0, true), ("2026-02-30", nil, 0, false),
            ("2026-01-31T24:00:00Z", 1_769_904_000, 0, true), ("2026-01-31T24:01", nil, 0, false),
            ("2026-01-31T12", nil, 0, false), ("2026-01-31T12:30:15.", nil, 0, false),
            ("2026-01-31T12:30+1", nil, 0, false),
        ] as [(String, Int64?, Int64, Bool)])
    func datesOfISO8601(text: String, seconds: Int64?, nanosecond: Int64, hasTime: Bool) {
        let time = ISO8601(text)
        #expect(time?.secondsSinceEpoch == seconds)
        guard let time else { return }
        #expect(time.nanosecond == nanosecond)
        #expect(time.hasTime == hasTime)
    }

    @Test func datesAreWritten() {
        let time = UTCDateTime(nanosecondsSinceEpoch: -1)
        #expect(time.text == "1969-12-31 23:59:59 UTC")
        #expect(time.fractionText(decimals: 3) == "999")
        #expect(UTCDateTime(secondsSinceEpoch: 1_440_938_160).basicText == "20150830T123600Z")
        #expect(ISO8601.text(nanosecondsSinceEpoch: 1_000) == "1970-01-01T00:00:00.000001Z")
        #expect(UTCDateTime(secondsSinceEpoch: Double.nan) == nil)
    }
}
