import Formats
import Testing

@testable import Plan

@Suite struct ValueSourceTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        var locator: ValueSource.Locator
        var fields: [String] = []
        var body = ""
        var value: String?
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(
            reason: "a field by any case", locator: .header("etag"), fields: ["Date: x", "ETag:  \"abc\" "],
            value: "\"abc\""),
        Case(reason: "the first of two", locator: .header("X-A"), fields: ["x-a: 1", "x-a: 2"], value: "1"),
        Case(reason: "no such field", locator: .header("X-B"), fields: ["x-a: 1"], value: nil),
        Case(reason: "an empty value does not count", locator: .header("X-A"), fields: ["x-a:"], value: nil),
        Case(
            reason: "the cookie that was set last", locator: .cookie("sid"),
            fields: ["Set-Cookie: sid=old; Path=/", "set-cookie: other=1", "Set-Cookie: sid=new; HttpOnly"],
            value: "new"),
        Case(
            reason: "a cookie named in an attribute does not count", locator: .cookie("Path"),
            fields: ["Set-Cookie: a=1; Path=/"],
            value: nil),
        Case(
            reason: "a segment of a path", locator: .inside(.header("Location"), .pathSegment(1)),
            fields: ["Location: /items/a%20b?x=1"],
            value: "a b"),
        Case(
            reason: "a segment of an absolute URL", locator: .inside(.header("Location"), .pathSegment(1)),
            fields: ["Location: https://h.example:8443/items/17#top"], value: "17"),
        Case(
            reason: "a segment that is not there", locator: .inside(.header("Location"), .pathSegment(4)),
            fields: ["Location: /a"], value: nil),
        Case(
            reason: "a parameter of a URL", locator: .inside(.header("Location"), .queryParameter("code")),
            fields: ["Location: /cb?state=1&code=a%2Bb+c"], value: "a+b c"),
        Case(reason: "a form field", locator: .form("t k"), body: "a=1&t%20k=x%3Dy", value: "x=y"),
        Case(
            reason: "a JSON member", locator: .json(JSONPath([.member(Array("a".utf8))])), body: #"{"a":"b"}"#,
            value: "b"),
    ])
    func valuesAreExtracted(test: Case) {
        let head = Array((["HTTP/1.1 200 OK"] + test.fields + ["", ""]).joined(separator: "\r\n").utf8)
        let source = ValueSource(value: 0, locator: test.locator)
        #expect(source.value(head: head, body: Array(test.body.utf8))?.text == test.value)
    }

    @Test func headsOfHTTP2AndBareLineEndsAreRead() {
        let source = ValueSource(value: 0, locator: .header("x-token"))
        #expect(source.value(head: Array(":status: 200\r\nx-token: abc\r\n\r\n".utf8), body: [])?.text == "abc")
        #expect(source.value(head: Array("HTTP/1.1 200\nx-token: abc\n\n".utf8), body: [])?.text == "abc")
        #expect(source.value(head: Array("HTTP/1.1 200\nx-token: abc".utf8), body: [])?.text == "abc")
        #expect(source.value(head: [], body: []) == nil)
    }
}
