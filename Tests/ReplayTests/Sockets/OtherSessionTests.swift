import Measurement
import Plan
import TestSupport
import TestThreads
import Testing
import Traffic

@testable import Replay

/// A service that answers with another session's data, in the recorded structure, is not right.
@Suite(.waits) struct OtherSessionTests {
    /// Three people who log in and look at themselves.
    private func sessions(_ version: HTTPVersion = .http11) -> [RecordedSession] {
        ["alice", "bob17", "carol"].enumerated().map { index, name in
            let number = UInt32(index + 1)
            func exchange(
                _ method: String, _ path: String, _ begin: Int, _ fields: [(String, String)], _ body: String,
                _ answer: String
            ) -> Exchange {
                Exchange(
                    method, path: path, session: number, begin: Int64(begin), end: Int64(begin + 5), fields: fields,
                    body: body, responseBody: answer)
            }
            let token = "8c1f6e0a94b24d7fb0c35e2\(number)"
            let began = index * 100
            return RecordedSession(
                number: number,
                exchanges: [
                    exchange(
                        "POST", "/login", began, [("Content-Type", "application/json")],
                        #"{"username":"\#(name)","password":"p"}"#, #"{"token":"\#(token)"}"#),
                    exchange(
                        "GET", "/me", began + 10, [("Authorization", "Bearer \(token)")], "",
                        #"{"username":"\#(name)"}"#),
                ])
        }
    }

    /// What `GET /me` answers to a clone, by the name that it logged in with.
    private func fates(
        _ expectation: ReplayOptions.Expectation = .recorded, transport: ReplayOptions.TransportChoice = .wire,
        isFixed: Bool = false, me: @escaping @Sendable (String) -> String
    ) throws -> Replaying {
        let server = try LoopbackServer { request in
            if request.target == "/login" {
                let parts = String(decoding: request.body, as: UTF8.self).split(separator: "\"")
                let name = parts.dropFirst(3).first ?? ""
                return .ok(#"{"token":"token-of-\#(name)-0123456789"}"#)
            }
            let token = request.first("authorization") ?? ""
            let name = token.split(separator: "-").dropFirst(2).dropLast().joined(separator: "-")
            return .ok(#"{"username":"\#(me(name))"}"#)
        }
        defer { server.stop() }
        return try Replaying(sessions(), to: server.url) {
            if isFixed { $0.identityTemplate = nil }
        } options: {
            $0.transport = transport
            $0.expectation = expectation
        }
    }

    @Test(arguments: [ReplayOptions.TransportChoice.wire, .curl])
    func onePersonsDataForEverybodyIsAFailure(transport: ReplayOptions.TransportChoice) throws {
        #expect(try fates(transport: transport) { $0 }.fates == [.answered: 6], "everybody's own")
        #expect(try fates(transport: transport) { $0.uppercased() }.fates == [.answered: 6], "in another case")
        #expect(
            try fates(transport: transport) { _ in "alice" }.fates == [.answered: 3, .bodyDiffers: 3],
            "the recorded person's")
        #expect(
            try fates(transport: transport) { _ in "user0" }.fates == [.answered: 4, .bodyDiffers: 2],
            "that of the first clone")
    }

    @Test func peopleWhoAreNotReplacedAreComparedWithTheRecording() throws {
        #expect(try fates(isFixed: true) { $0 }.fates == [.answered: 6])
        #expect(try fates(isFixed: true) { _ in "alice" }.fates == [.answered: 4, .bodyDiffers: 2])
    }

    @Test(arguments: [ReplayOptions.Expectation.exact, .success, .any])
    func everyExpectationButAnyLooks(expectation: ReplayOptions.Expectation) throws {
        let found = try fates(expectation) { _ in "alice" }.fates
        #expect(found == (expectation == .any ? [.answered: 6] : [.answered: 3, .bodyDiffers: 3]))
    }

    @Test func theCauseNamesThePlaceAndNoValue() throws {
        let rows = try fates { _ in "alice" }.record.failures.rows
        let counts = rows.reduce(into: [String: UInt64]()) {
            $0[$1.key.cause?.text ?? "", default: 0] += $1.value.count
        }
        #expect(
            counts == [
                "answered with another session's data: $.username is the recorded one": 1,
                "answered with another session's data: $.username is not the session's own": 2,
            ])
    }
}
