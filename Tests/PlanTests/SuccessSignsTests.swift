import Testing

@testable import Plan

/// What a body says of success, by the names and words of the protocols that answer 200 whatever happens.
@Suite struct SuccessSignsTests {
    private static func isDeparture(from recorded: String, _ live: String) -> Bool {
        SuccessSigns.Reading(Array(recorded.utf8)).good.departure(Array(live.utf8)) != nil
    }

    @Test(arguments: [
        "ok", "success", "Success", "is_success", "isSuccess", "successful", "acknowledged", "succeeded",
    ]) func aFlagThatIsNotTrueAnyMoreIsAFailure(name: String) {
        #expect(Self.isDeparture(from: "{\"\(name)\":true}", "{\"\(name)\":false}"))
        #expect(!Self.isDeparture(from: "{\"\(name)\":true}", "{\"\(name)\":true,\"a\":1}"))
        #expect(!Self.isDeparture(from: "{\"\(name)\":false}", "{\"\(name)\":false}"))
    }

    @Test(arguments: [
        (#"{"errcode":0}"#, #"{"errcode":40001}"#, true), (#"{"err_no":0}"#, #"{"err_no":0}"#, false),
        (#"{"error_code":0}"#, #"{"error_code":-1}"#, true),
        (#"{"code":0,"message":"ok"}"#, #"{"code":7,"msg":"no"}"#, true),
        // A code alone may be a postal one.
        (#"{"code":0}"#, #"{"code":7}"#, false), (#"{"code":"0","msg":""}"#, #"{"code":"7","msg":""}"#, false),
        (#"{"status":"success"}"#, #"{"status":"fail"}"#, true), (#"{"status":"OK"}"#, #"{"status":"Error"}"#, true),
        (#"{"status":"ok"}"#, #"{"status":"failed"}"#, true), (#"{"status":"ok"}"#, #"{"status":"failure"}"#, true),
        (#"{"status":"ok"}"#, #"{"status":"pending"}"#, false), (#"{"status":200}"#, #"{"status":500}"#, true),
        (#"{"status":17}"#, #"{"status":500}"#, false), (#"{"status":true}"#, #"{"status":false}"#, true),
        (#"{"ok":1}"#, #"{"ok":0}"#, true), (#"{"Success":"True"}"#, #"{"Success":"False"}"#, true),
        (#"{"result":"success"}"#, #"{"result":"fail"}"#, true), (#"{"ack":"Success"}"#, #"{"ack":"Failure"}"#, true),
        (#"{"isError":false}"#, #"{"isError":true}"#, true), (#"{"failed":0}"#, #"{"failed":0}"#, false),
        (#"{"statusCode":200}"#, #"{"statusCode":401}"#, true),
        (#"{"result":1}"#, #"{"error":{}}"#, false), (#"{"result":1}"#, #"{"error":{"code":1}}"#, true),
    ]) func codesAndWords(recorded: String, live: String, isDeparture: Bool) {
        #expect(Self.isDeparture(from: recorded, live) == isDeparture)
    }

    @Test func aFaultIsOneInAnEnvelopeOnly() {
        func envelope(_ name: String, _ content: String) -> String {
            "<?xml version=\"1.0\"?><\(name)>\(content)</\(name)>"
        }
        for name in ["Envelope", "soap:Envelope", "methodResponse"] {
            let good = envelope(name, "<a/>")
            #expect(Self.isDeparture(from: good, envelope(name, "<Fault>no</Fault>")), "\(name)")
            #expect(Self.isDeparture(from: good, envelope(name, "<x:fault/>")), "\(name)")
            #expect(!Self.isDeparture(from: good, envelope(name, "<Faults/>")), "\(name)")
            #expect(!Self.isDeparture(from: good, "<Fault/>"), "no envelope")
        }
        #expect(!Self.isDeparture(from: "<a/>", "<Envelope><Fault/></Envelope>"), "the recording promises nothing")
        // A name of 64 bytes is read, a longer one is not.
        for (length, isRead) in [(64, true), (65, false)] {
            let name = String(repeating: "p", count: length - 9) + ":Envelope"
            #expect(Self.isDeparture(from: envelope(name, ""), envelope("Envelope", "<Fault/>")) == isRead, "\(length)")
        }
    }

    @Test(
        arguments: [
            (#"{"responses":[{"status":201}]}"#, #"{"responses":[{"status":4e2}]}"#, false),
            (#"{"responses":[{"status":201}]}"#, #"{"responses":[{"status":201},{"status":403}]}"#, true),
            (#"{"responses":[{"status":404}]}"#, #"{"responses":[{"status":403}]}"#, false),
            (#"{"responses":[{"id":"1","status":200}]}"#, #"{"responses":[{"id":"1","status":201}]}"#, false),
            (#"[{"code":200,"body":"{}"}]"#, #"[{"code":400,"body":"{}"}]"#, true),
            (#"{"results":[{"a":{},"statusCode":200}]}"#, #"{"results":[{"a":{},"statusCode":500}]}"#, true),
            (#"{"responses":[{"status":"ok"}]}"#, #"{"responses":[{"status":999}]}"#, false),
        ] as [(String, String, Bool)])
    func aResponseOfABatchMayHaveAnErrorStatus(recorded: String, live: String, isDeparture: Bool) {
        #expect(Self.isDeparture(from: recorded, live) == isDeparture)
    }

    @Test func anyElementOfABatchMayFail() {
        let good = #"{"result":1}"#
        for place in [0, 5, 255] {
            var batch = Array(repeating: good, count: 256)
            batch[place] = #"{"error":"no"}"#
            #expect(Self.isDeparture(from: "[\(good)]", "[\(batch.joined(separator: ","))]"), "element \(place)")
        }
    }
}

/// What a body says of success in words for people.
@Suite struct FailureTextTests {
    @Test(
        arguments: [
            ("saved", "Unauthorized", true), ("saved", "Session expired, please log in", true),
            ("saved", "You do not have permission; access denied", true), ("saved", "Invalid token.", true),
            ("saved", "Item was not found", true), ("saved", "Login required", true), ("saved", "stored", false),
            ("saved", "2 items of 3", false), ("not found", "not found", false),
            ("login successful", "logout successful", false), ("no errors", "1 warning", false),
        ] as [(String, String, Bool)])
    func aMessageAboutAFailureIsAFailure(recorded: String, live: String, isFailure: Bool) {
        for name in ["message", "detail", "msg", "reason"] {
            #expect(
                isDeparture(from: "{\"\(name)\":\"\(recorded)\"}", "{\"\(name)\":\"\(live)\"}") == isFailure, "\(name)")
        }
        let shape = ResponseShape(Array(recorded.utf8))
        let departure = Array(live.utf8).withUnsafeBufferPointer { shape.departure($0, isStrict: false) }
        #expect((departure != nil) == isFailure, "a body in plain text")
    }

    @Test(arguments: ["anonymous", "is_anonymous", "isGuest"])
    func whoIsAnonymousIsNotLoggedIn(name: String) {
        #expect(isDeparture(from: "{\"\(name)\":false}", "{\"\(name)\":true}"))
        #expect(!isDeparture(from: "{\"\(name)\":true}", "{\"\(name)\":true}"))
        #expect(isDeparture(from: "{\"loggedIn\":true}", "{\"\(name)\":true}"))
    }

    private func isDeparture(from recorded: String, _ live: String) -> Bool {
        SuccessSigns.Reading(Array(recorded.utf8)).good.departure(Array(live.utf8)) != nil
    }
}
