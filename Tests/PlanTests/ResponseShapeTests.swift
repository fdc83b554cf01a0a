import Testing

@testable import Plan

/// What the structure of a body says about a refusal with the recorded status.
@Suite struct ResponseShapeTests {
    private static func departure(_ recorded: [String], _ live: String, isStrict: Bool = false) -> String? {
        let shapes = recorded.map { ResponseShape(Array($0.utf8)) }
        let compared = ResponseShape.compare(Set(shapes))[shapes[0]]!
        return Array(live.utf8).withUnsafeBufferPointer { compared.departure($0, isStrict: isStrict) }
    }

    @Test(
        arguments: [
            (#"{"data":{"me":{"id":1}}}"#, #"{"data":{"me":null}}"#, true),
            (#"{"data":{"me":{"id":1},"a":2}}"#, #"{ "data" : { "a" : 2 , "me" : null } }"#, true),
            (#"{"data":{"me":{"id":1}}}"#, #"{"data":null}"#, true),
            (#"{"data":{"me":{"id":1}}}"#, #"{"data":{"me":{"id":2,"photo":null}}}"#, false),
            (#"{"user":{"id":7}}"#, #"{"user":null}"#, true), (#"{"user":{"id":7}}"#, #"{"user":{}}"#, false),
            (#"{"username":"ann"}"#, #"{"username":""}"#, true), (#"{"user_id":7}"#, #"{"user_id":null}"#, true),
            (#"{"next":"a"}"#, #"{"next":null}"#, false), (#"{"items":[1]}"#, #"{"items":null}"#, false),
            (#"{"a":{"b":{"c":1}}}"#, #"{"a":{"b":null}}"#, false), (#"{"user":null}"#, #"{"user":null}"#, false),
            (#"{"user":{"id":7}}"#, "null", true), (#"[{"id":7}]"#, "null", false), ("[1]", "[]", false),
            (#"{"user":{"id":7}}"#, "{}", false), (#"{"user":{"id":7}}"#, "", false), ("[]", "[]", false),
            (#")]}',{"me":{"id":7}}"#, ")]}',{\"me\":null}", true),
        ] as [(String, String, Bool)])
    func whatWasSomeoneAndIsNullIsARefusal(recorded: String, live: String, isRefusal: Bool) {
        #expect((Self.departure([recorded], live) != nil) == isRefusal)
    }

    @Test(
        arguments: [
            (#"{"id":4,"title":"a"}"#, #"{"message":"x"}"#, true),
            (#"{"id":4,"title":"a"}"#, #"{"code":401,"message":"x"}"#, true),
            (#"{"id":4}"#, #"{"detail":"x"}"#, true), (#"{"id":4}"#, #"{"status":403,"title":"x","detail":"y"}"#, true),
            (#"{"id":4,"message":"saved"}"#, #"{"message":"x"}"#, true),
            (#"{"id":4}"#, #"{"errors":[{"a":1}]}"#, true), (#"{"id":4}"#, #"{"error":"x","id":4}"#, true),
            (#"{"id":4}"#, #"{"id":5,"message":"x"}"#, false), (#"{"id":4}"#, #"{"number":5,"message":"x"}"#, false),
            (#"{"id":4}"#, #"{"status":"created"}"#, false), (#"{"message":"a"}"#, #"{"message":"b"}"#, false),
            (#"{"error":"a"}"#, #"{"error":"b"}"#, false), (#"[{"id":4}]"#, #"{"detail":"x"}"#, true),
            (#"{"id":4}"#, "Unauthorized", true),
            (#"{"id":4}"#, #""Invalid token""#, true),
            ("<list><a/></list>", "<error>x</error>", true), ("<list/>", "<ns:ServiceException/>", true),
            ("<s:list/>", #"<?xml version="1.0"?><!-- a --><x:list/>"#, false), ("<list/>", #"{"error":"x"}"#, true),
            ("plain", #"{"error":"x"}"#, true), ("plain", #"{"message":"x"}"#, true), ("plain", #"{"id":4}"#, false),
            ("plain", "other", false), ("PNG", "JFIF", false),
        ] as [(String, String, Bool)])
    func anErrorWhereTheRecordingHasContentIsARefusal(recorded: String, live: String, isRefusal: Bool) {
        #expect((Self.departure([recorded], live) != nil) == isRefusal)
    }

    /// Only a strict comparison finds fault with them: a stub answers so.
    @Test(
        arguments: [
            (#"[{"id":4}]"#, #"{"anything":"x"}"#), (#"{"id":4}"#, "[1]"), (#"{"id":4}"#, #""x""#),
            (#"{"id":4}"#, "ok"),
            ("<list/>", #"{"id":4}"#), ("<list/>", "<other/>"), ("plain", ""), ("[1]", ""), (#"{"id":4}"#, ""),
            (#"{"id":4}"#, "{}"),
        ])
    func anotherStructureAloneIsNotARefusal(recorded: String, live: String) {
        #expect(Self.departure([recorded], live) == nil)
        #expect((Self.departure([recorded], live, isStrict: true) != nil) == (recorded != "[1]"))
    }

    @Test(
        arguments: [
            (#"{"me":null}"#, #"{"me":null}"#), ("null", "null"), ("", "null"), ("{}", "null"),
            ("[1]", #"{"error":"x"}"#), (#"{"me":""}"#, #"{"me":null}"#),
        ])
    func whatAnotherResponseOfTheEndpointIsIsNone(other: String, live: String) {
        #expect(Self.departure([#"{"me":{"id":1}}"#, other], live) == nil)
        #expect(Self.departure([#"{"me":{"id":1}}"#], live) != nil, "without the other one it is a refusal")
    }

    @Test func theSentenceNamesTheMember() {
        #expect(
            Self.departure([#"{"data":{"viewer":{"id":1}}}"#], #"{"data":{"viewer":null}}"#)
                == "viewer in the response is null, and recorded ones are not")
    }

    @Test func aLongBodyIsNotCompared() {
        let filler = String(repeating: " ", count: ResponseShape.longest)
        #expect(Self.departure([#"{"me":{"id":1}}"#], #"{"me":null}"# + filler) == nil)
        #expect(Self.departure([#"{"me":{"id":1}}"#], #"{"me":null}"# + filler.dropLast(11)) != nil)
    }
}
