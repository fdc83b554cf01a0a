import HTTPWire
import Testing

@testable import Capture

/// The text of an HTTP/2 head: what is reported as exact is exact, and limits are exact to the byte.
@Suite struct HeadTextTests {
    private static func head(_ fields: [(String, String)], bound: Int = 1000) -> HeadText {
        var head = HeadText(maximumBytes: bound)
        for (name, value) in fields { head.append(name: name, value: value) }
        return head
    }

    private static func text(_ head: HeadText) -> String {
        var bytes: [UInt8] = []
        head.withHead { bytes += Array($0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let usual = [(":method", "GET"), (":path", "/"), ("a", "1"), ("cookie", "x=1")]

    @Test(arguments: ["\n", "\r", "\0", "\u{fffd}"], 0..<5) func invalidCharactersAreReportedAtEveryPosition(
        odd: String, place: Int
    ) {
        var fields = Self.usual
        switch place {
        case 0: fields[1].1 = "/\(odd)"
        case 1: fields[2].1 = "\(odd)1"
        case 2: fields[3].1 = "x\(odd)=1"
        case 3: fields[2].0 = "a\(odd)"
        default: fields.append(("cookie", "y\(odd)"))
        }
        for order in [fields, fields.reversed()] {
            let head = Self.head(order)
            #expect(head.isAltered && !head.isExact && !head.isOverlong)
            if odd != "\u{fffd}" { #expect(!Self.text(head).replacing("\r\n", with: "").contains(odd)) }
        }
    }

    @Test func exactHeadsAreMarkedAsExact() {
        let head = Self.head(Self.usual + [("b", "\u{fffc}\u{ffbd}é\t")])
        #expect(head.isExact && head.hasCredentials && head.method == .get && head.status == 0)
        #expect(Self.text(head) == ":method: GET\r\n:path: /\r\na: 1\r\ncookie: x=1\r\nb: \u{fffc}\u{ffbd}é\t\r\n\r\n")
    }

    /// A field counts with its name, its value and eight bytes of overhead.
    @Test(arguments: [("a", "12345"), (":path", "/1"), ("cookie", "x")]) func theBoundIsExact(
        name: String, value: String
    ) {
        let size = name.utf8.count + value.utf8.count + 8
        #expect(Self.head([(name, value)], bound: size).isExact)
        let short = Self.head([(name, value)], bound: size - 1)
        #expect(short.isOverlong && short.isEmpty && !short.isExact)
    }

    @Test(arguments: [("a", "1"), (":path", "/"), ("cookie", "x=1")]) func whatIsThereCountsForTheNext(
        name: String, value: String
    ) {
        let first = Self.head([(name, value)])
        let second = String(repeating: "2", count: 20)
        let bound = first.byteCount + 1 + 20 + 8
        #expect(!Self.head([(name, value), ("b", second)], bound: bound).isOverlong)
        #expect(Self.head([(name, value), ("b", second)], bound: bound - 1).isOverlong)
    }

    @Test func aHeadMayBeBoundedFurther() {
        var head = HeadText(maximumBytes: 100)
        head.removeAll(boundedBy: 10)
        head.append(name: "a", value: "12")
        #expect(head.isOverlong)
        head.removeAll(boundedBy: 11)
        head.append(name: "a", value: "12")
        #expect(head.isExact && !head.isEmpty)
        head.removeAll(boundedBy: 1000)
        head.append(name: "a", value: String(repeating: "1", count: 92))
        #expect(head.isOverlong, "never more than any head")
    }

    @Test(arguments: [
        ("200", 200), ("100", 100), ("999", 999), ("099", 0), ("99", 0), ("1000", 0), ("2x0", 0), ("", 0), ("+20", 0),
    ]) func statuses(value: String, status: UInt16) { #expect(Self.head([(":status", value)]).status == status) }

    @Test func methods() {
        let methods = ["GET", "POST", "HEAD", "CONNECT", "get", "PUT"].map { Self.head([(":method", $0)]).method }
        #expect(methods == [.get, .post, .head, .connect, .other, .other])
        #expect(Self.head([(":method", "")]).method == nil)
    }

    @Test func aCopyHasTheSameContent() {
        let head = Self.head(Self.usual + [("b", "2"), (":status", "204")])
        var copy = Self.head([("z", "9")])
        copy.copy(head)
        #expect(Self.text(copy) == Self.text(head))
        #expect(
            copy.method == head.method && copy.status == 204 && copy.hasCredentials && copy.byteCount == head.byteCount)
    }
}
