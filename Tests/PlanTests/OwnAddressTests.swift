import Testing
import Traffic

@testable import Plan

/// Addresses of the recorded service in what clients send.
@Suite struct OwnAddressTests {
    private static let origin = "http://shop.example:8080"

    /// A request as it is sent when addresses of the service are `live`.
    private static func sent(
        target: String = "/use", fields: [String] = [], body: String = "", type: String? = nil, live: String
    ) throws -> Rendered? {
        var recording = Recording()
        recording.authority = "shop.example:8080"
        recording.add("POST", target, fields: fields, body: body, type: type)
        let script = try recording.script()
        #expect(
            script.rendered(0, CloneValues(script: script, clone: 7))?.body == body, "as recorded until they are known")
        var values = CloneValues(script: script, clone: 7)
        for (index, recipe) in script.values.enumerated() {
            guard case .origin(let recorded) = recipe else { continue }
            values[index] = Array((recorded.isPath ? live + "/base" : live).utf8)
        }
        return script.rendered(0, values)
    }

    @Test(
        arguments: [
            (#"{"customer":"$/customers/17"}"#, nil), (#"{"customer":"$"}"#, nil),
            (#"{"customer":"http:\/\/shop.example:8080\/customers\/17"}"#, nil),
            (#"{"links":[{"href":"see $/a and $/b"}]}"#, nil), ("next=$/item&x=1", "application/x-www-form-urlencoded"),
            ("next=http%3A%2F%2Fshop.example%3A8080%2Fitem&x=1", "application/x-www-form-urlencoded"),
            ("<a href=\"$/x\"><b>$/y</b></a>", "text/xml"), ("go to $/x", "text/plain"),
        ] as [(String, String?)])
    func itFollowsTheTargetInBodies(body: String, type: String?) throws {
        let recorded = body.replacing("$", with: OwnAddressTests.origin)
        let sent = try OwnAddressTests.sent(body: recorded, type: type, live: "https://t.example")
        let expected =
            recorded
            .replacing("\(OwnAddressTests.origin)/", with: "https://t.example/base/")
            .replacing(OwnAddressTests.origin, with: "https://t.example")
            .replacing(#"http:\/\/shop.example:8080"#, with: #"https:\/\/t.example\/base"#)
            .replacing("http%3A%2F%2Fshop.example%3A8080", with: "https%3A%2F%2Ft.example%2Fbase")
        #expect(sent?.body == expected)
    }

    @Test(arguments: [
        "/login?next=$/item/17", "/login?redirect_uri=http%3A%2F%2Fshop.example%3A8080%2Fitem%2F17&x=1",
    ])
    func itFollowsTheTargetInParameters(target: String) throws {
        let recorded = target.replacing("$", with: OwnAddressTests.origin)
        let sent = try OwnAddressTests.sent(target: recorded, live: "https://t.example")
        let expected =
            recorded.replacing(OwnAddressTests.origin, with: "https://t.example/base")
            .replacing("http%3A%2F%2Fshop.example%3A8080", with: "https%3A%2F%2Ft.example%2Fbase")
        #expect(sent?.target == expected)
    }

    @Test(arguments: [
        #"{"a":"http://shop.example:80801/x"}"#, #"{"a":"http://myshop.example:8080/x"}"#,
        #"{"a":"http://shop.example:8080.evil.example/x"}"#, #"{"a":"http://shop.example/x"}"#,
        #"{"a":"ftp://shop.example:8080/x"}"#, #"{"a":"xhttp://shop.example:8080/x"}"#,
        #"{"@context":"http://shop.example:8080/ns"}"#, #"{"a":"http://user@shop.example:8080/x"}"#,
        #"{"a":"mail me at shop.example:8080"}"#,
    ])
    func whatIsNotAnAddressOfItIsSentAsRecorded(body: String) throws {
        #expect(try OwnAddressTests.sent(body: body, live: "https://t.example")?.body == body)
    }

    @Test func namespacesOfXMLAreNotAddresses() throws {
        let body = "<a xmlns=\"http://shop.example:8080/ns\"><b>1</b></a>"
        #expect(try OwnAddressTests.sent(body: body, type: "text/xml", live: "https://t.example")?.body == body)
    }

    @Test func whatAResponseGaveIsTakenFromThere() throws {
        var recording = Recording()
        recording.authority = "shop.example:8080"
        recording.add("POST", "/orders", answer: #"{"self":"\#(OwnAddressTests.origin)/orders/8f3ab2c9"}"#)
        recording.add("POST", "/link", body: #"{"order":"\#(OwnAddressTests.origin)/orders/8f3ab2c9"}"#)
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: #"{"self":"https://t.example/orders/77aa88bb"}"#, into: &values)
        #expect(script.rendered(1, values)?.body == #"{"order":"https://t.example/orders/77aa88bb"}"#)
    }

    @Test func thePlanCountsThem() throws {
        var recording = Recording()
        recording.add("POST", "/a?next=http://api.example.com/x", body: #"{"b":"https://api.example.com:443"}"#)
        recording.add(
            "POST", "/a", fields: ["Origin: http://api.example.com", "X-Back: http://api.example.com/y"], body: "{}")
        #expect(try recording.plan().findings.ownAddresses == 3, "Origin follows in any case")
    }
}
