import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

@Suite struct RequestRendererTests {
    private static let token = "4f1d2c3b5a69788796a5b4c3d2e1f00f"

    /// A login whose token later goes into a header field, a path, and a body.
    private func session() -> RecordedSession {
        RecordedSession(
            number: 1,
            exchanges: [
                Exchange(
                    "POST", path: "/login", begin: 0, end: 1, body: #"{"a":1}"#,
                    responseBody: #"{"token":"\#(Self.token)"}"#),
                Exchange(path: "/me", begin: 10, end: 11, fields: [("Authorization", "Bearer \(Self.token)")]),
                Exchange(path: "/by/\(Self.token)", begin: 20, end: 21),
                Exchange("PUT", path: "/it", begin: 30, end: 31, body: #"{"token":"\#(Self.token)"}"#),
                Exchange(path: "/plain", begin: 40, end: 41, fields: [("X-Empty", ""), ("Accept-Encoding", "gzip")]),
            ])
    }

    private func renderer(target: String = "http://127.0.0.1:1/base") throws -> (RequestRenderer, ReplayPlan) {
        let plan = try ReplayPlan(sessions: [session()], options: PlanOptions())
        let map = try TargetMap([ReplayTarget(parsing: target)])
        return (RequestRenderer(plan: plan, targets: map, keepsHost: false), plan)
    }

    private func text(_ lines: [[UInt8]]) -> [String] { lines.map { String(decoding: $0, as: UTF8.self) } }

    @Test func valuesOfTheCloneStandWhereTheRecordedOnesStood() throws {
        let (renderer, plan) = try renderer()
        var values = CloneValues(script: plan.scripts[0], clone: 7)
        values[0] = Array("fresh-token".utf8)
        var request = OutgoingRequest()
        try renderer.render(1, ofScript: 0, values: values, into: &request)
        #expect(text(request.lines).contains("Authorization: Bearer fresh-token"))
        #expect(request.linesKey == nil, "lines with a clone's value are not shared")
        try renderer.render(2, ofScript: 0, values: values, into: &request)
        #expect(String(decoding: request.path, as: UTF8.self) == "/base/by/fresh-token")
        try renderer.render(3, ofScript: 0, values: values, into: &request)
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"token":"fresh-token"}"#)
        #expect(request.hasBody)
    }

    @Test func missingValueKeepsARequestBack() throws {
        let (renderer, plan) = try renderer()
        let values = CloneValues(script: plan.scripts[0], clone: 7)
        var request = OutgoingRequest()
        #expect(throws: RequestRenderer.Refusal.missingValue) {
            try renderer.render(1, ofScript: 0, values: values, into: &request)
        }
    }

    /// A value comes from the target's response: it must not be able to add a line or a request.
    @Test(arguments: ["a\r\nX-Injected: 1", "a\nb", "a\u{0}b"])
    func hostileValueCannotLeaveItsLine(value: String) throws {
        let (renderer, plan) = try renderer()
        var values = CloneValues(script: plan.scripts[0], clone: 7)
        values[0] = Array(value.utf8)
        var request = OutgoingRequest()
        #expect(throws: RequestRenderer.Refusal.missingValue) {
            try renderer.render(1, ofScript: 0, values: values, into: &request)
        }
    }

    @Test func fieldsOfTheLibraryStayOut() throws {
        let (renderer, plan) = try renderer()
        var request = OutgoingRequest()
        let values = CloneValues(script: plan.scripts[0], clone: 7)
        try renderer.render(4, ofScript: 0, values: values, into: &request)
        #expect(
            Set(text(request.lines)) == [
                "X-Empty;", "Accept-Encoding: gzip", "Accept:", "Expect:", "Content-Type:", "User-Agent:",
            ])
        #expect(request.linesKey != nil)
        #expect(!request.hasBody)
    }

    @Test func unmappedHostIsRefused() throws {
        let (renderer, plan) = try renderer(target: "other.example=http://127.0.0.1:1")
        let values = CloneValues(script: plan.scripts[0], clone: 7)
        var request = OutgoingRequest()
        #expect(throws: RequestRenderer.Refusal.unmapped) {
            try renderer.render(4, ofScript: 0, values: values, into: &request)
        }
    }
}
