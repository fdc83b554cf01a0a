import Formats
import Testing

@Suite struct PercentTests {
    @Test(arguments: [
        ("a%20b", false, "a b", "an escape"), ("a+b", false, "a+b", "a plus in a path"),
        ("a+b", true, "a b", "a plus in a form"), ("%e2%82%AC", false, "€", "digits of both cases"),
        ("100%", false, "100%", "cut off after the mark"), ("%4", false, "%4", "cut off after a digit"),
        ("%zz", false, "%zz", "no digits"), ("%2541", false, "%41", "undone once only"),
    ])
    func escapesAreResolved(text: String, plusIsSpace: Bool, value: String, reason: String) {
        let decoded = withBytes(of: text) { PercentText.decoded($0, 0..<$0.count, plusIsSpace: plusIsSpace) }
        #expect(decoded.text == value, "\(reason)")
    }

    @Test func everyByteIsReadBack() {
        let bytes = Array(UInt8.min...UInt8.max)
        for isForm in [false, true] {
            var style = PercentStyle.unreserved
            style.spaceIsPlus = isForm
            var output: [UInt8] = []
            style.append(bytes, to: &output)
            let decoded = output.withUnsafeBufferPointer {
                PercentText.decoded($0, 0..<$0.count, plusIsSpace: isForm)
            }
            #expect(decoded == bytes)
        }
    }

    @Test func aStyleKeepsTheGivenBytes() {
        var style = PercentStyle.unreserved
        style.keep(UInt8(ascii: "@"))
        style.escape(UInt8(ascii: "~"))
        style.isLowercase = true
        var output: [UInt8] = []
        style.append(Array("a@b~/\u{7f}".utf8), to: &output)
        #expect(output.text == "a@b%7e%2f%7f")
    }

    /// A style in which one byte was kept or escaped differs from the usual one only in that byte.
    @Test(arguments: UInt8.min...UInt8.max) func aStyleChangesOneByte(byte: UInt8) {
        let isInASCII = byte >= 32 && byte < 128
        var kept = PercentStyle.unreserved
        kept.keep(byte)
        var escaped = PercentStyle.unreserved
        escaped.escape(byte)
        for other in UInt8.min...UInt8.max {
            let usual = PercentStyle.isUnreserved(other)
            #expect(kept.keeps(other) == (other == byte ? isInASCII : usual), "\(other)")
            #expect(escaped.keeps(other) == (other == byte ? false : usual), "\(other)")
        }
    }

    @Test func unreservedAreThoseOfTheStandard() {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8
        #expect((UInt8.min...UInt8.max).filter(PercentStyle.isUnreserved) == unreserved.sorted())
    }

    @Test(arguments: [
        ("https://h/a/b?c=d#e", "/a/b", "c=d"), ("/a?b?c", "/a", "b?c"), ("http://h", "", ""), ("http://h?q", "", "q"),
        ("a:b/c", "a:b/c", ""), ("/to/http://x", "/to/http://x", ""), ("#e", "", ""),
    ])
    func theParts(url: String, path: String, query: String) {
        let parts = withBytes(of: url) { bytes in
            let parts = URLParts(bytes, 0..<bytes.count)
            return (Array(bytes[parts.path]).text, Array(bytes[parts.query]).text)
        }
        #expect(parts.0 == path)
        #expect(parts.1 == query)
    }

    @Test(arguments: [
        ("a=1&b=2", "b", "2"), ("a=1&&b=", "b", ""), ("a%20b=c%2Bd+e", "a b", "c+d e"), ("a=1", "b", nil),
        ("flag", "", "flag"), ("a==", "a", "="),
    ])
    func parametersAreFoundByName(text: String, name: String, value: String?) {
        #expect(withBytes(of: text) { ParameterList.value(of: name, in: $0, 0..<$0.count)?.text } == value)
    }
}
