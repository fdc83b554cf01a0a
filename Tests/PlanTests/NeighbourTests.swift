import Testing

@testable import Plan

/// The description of a response where a value was expected: names only.
@Suite struct NeighbourTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        var place: String
        var fields: [String] = []
        var body = ""
        var text: String?
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(
            reason: "the keys of a JSON body", place: "$.token", body: #"{"access_token":"x","expires_in":3600}"#,
            text: "its keys: access_token, expires_in"),
        Case(
            reason: "those of the innermost existing object", place: "$.data.user.token",
            body: #"{"data":{"user":{"id":1,"name":"x"}},"meta":{}}"#, text: "the keys of $.data.user: id, name"),
        Case(
            reason: "those above where the way is not there", place: "$.data.token", body: #"{"error":{"code":1}}"#,
            text: "its keys: error"),
        Case(
            reason: "an array's elements", place: "$.items[0].id", body: #"{"items":[{"key":1}]}"#,
            text: "the keys of $.items[*]: key"),
        Case(
            reason: "no more than eight", place: "$.x",
            body: #"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}"#,
            text: "its keys: a, b, c, d, e, f, g, h and 1 more"),
        Case(
            reason: "no ids, addresses or texts", place: "$.x",
            body: #"{"a":1,"9f8e7d6c5b4a":1,"ann@example.com":1,"two words":1}"#, text: "its keys: a and 3 more"),
        Case(
            reason: "nothing that says anything", place: "$.x", body: #"{"9f8e7d6c5b4a":1}"#,
            text: "its keys: 1 that are not shown"),
        Case(
            reason: "a page in place of JSON", place: "$.x", fields: ["Content-Type: text/html; charset=utf-8"],
            body: "<html>", text: "its body is text/html"),
        Case(reason: "an empty body", place: "$.x", text: "its body is empty"),
        Case(
            reason: "an empty object", place: "$.x", fields: ["Content-Type: application/json"], body: " {}\n",
            text: "its body is {}"),
        Case(
            reason: "fields but for those of every response", place: "header X-Token",
            fields: ["Date: x", "X-Auth: secret", "Location: /"], text: "its fields: X-Auth, Location"),
        Case(reason: "no field at all", place: "trailer X-Token", fields: ["Date: x"], text: nil),
        Case(
            reason: "cookies", place: "cookie sid", fields: ["Set-Cookie: a=secret; Path=/", "Set-Cookie: b=1"],
            text: "it set: a, b"),
        Case(reason: "no cookie", place: "cookie sid", text: "it set no cookie"),
        Case(reason: "parameters", place: "form token", body: "a=secret&b=1", text: "its parameters: a, b"),
        Case(
            reason: "what is inside a field that is not there", place: "header Location ?code", fields: ["X-To: /"],
            text: "its fields: X-To"),
    ])
    func namesAreReported(test: Case) throws {
        let head = Array((["HTTP/1.1 200 OK"] + test.fields + ["", ""]).joined(separator: "\r\n").utf8)
        let locator = try #require(ValueSource.Locator(text: test.place))
        #expect(locator.neighbours(head: head, body: Array(test.body.utf8)) == test.text)
    }
}
