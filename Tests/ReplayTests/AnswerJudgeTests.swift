import Measurement
import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

/// Which answers are good ones. The recording has a status, and for gRPC and GraphQL more than that.
@Suite struct AnswerJudgeTests {
    @Test(arguments: [
        (UInt16(401), UInt16(200), Fate.betterThanRecorded), (304, 200, .betterThanRecorded),
        (429, 200, .betterThanRecorded), (500, 204, .betterThanRecorded), (503, 201, .betterThanRecorded),
        (404, 200, .unexpectedStatus), (403, 200, .unexpectedStatus), (200, 201, .unexpectedStatus),
        (401, 302, .unexpectedStatus), (401, 500, .unexpectedStatus), (200, 401, .unexpectedStatus),
        (401, 401, .answered), (200, 200, .answered),
    ])
    func aSuccessWhereTheRecordingHasAnErrorIsBetter(recorded: UInt16, live: UInt16, fate: Fate) throws {
        let session = RecordedSession(
            number: 1, exchanges: [Exchange(path: "/a", begin: 0, end: 1, status: recorded)])
        #expect(try ScriptedRun([session]) { _, _ in .init(status: live) }.fates == [fate: 1])
        let exact = try ScriptedRun([session], options: { $0.expectation = .exact }) { _, _ in .init(status: live) }
        #expect(exact.fates == [live == recorded ? .answered : .unexpectedStatus: 1], "exact")
        let better = try ScriptedRun([session]) { _, _ in .init(status: live) }
        #expect(better.counts.failures == (fate == .unexpectedStatus ? 1 : 0))
    }

    private func grpc(_ status: Int) -> RecordedSession {
        var exchange = Exchange("POST", path: "/pkg.Service/Call", begin: 0, end: 1)
        exchange.response?.head = Array(":status: 200\r\ncontent-type: application/grpc\r\n\r\n".utf8)
        exchange.response?.trailers = Array("grpc-status: \(status)\r\n".utf8)
        return RecordedSession(number: 1, exchanges: [exchange])
    }

    @Test(arguments: [
        (0, "grpc-status: 0", ReplayOptions.Expectation.recorded, Fate.answered),
        (0, "Grpc-Status: 16", .recorded, .unexpectedStatus), (0, "x: y", .recorded, .unexpectedStatus),
        (5, "grpc-status: 5", .recorded, .answered), (5, "grpc-status: 0", .recorded, .unexpectedStatus),
        (16, "grpc-status: 0", .recorded, .betterThanRecorded), (16, "grpc-status: 0", .exact, .unexpectedStatus),
        (5, "grpc-status: 7", .sameClass, .answered), (5, "grpc-status: 5", .success, .unexpectedStatus),
        (0, "grpc-status: 13", .any, .answered),
    ])
    func grpcStatusCountsAsTheStatus(
        recorded: Int, field: String, expectation: ReplayOptions.Expectation, fate: Fate
    ) throws {
        let run = try ScriptedRun([grpc(recorded)], options: { $0.expectation = expectation }) { _, _ in
            .init(fields: [field])
        }
        #expect(run.fates == [fate: 1])
    }

    @Test(arguments: [
        (#"{"data":{"me":1}}"#, #"{"data":{"me":2}}"#, Fate.answered),
        (#"{"data":{"me":1}}"#, #"{"data":null,"errors":[{"message":"not let in"}]}"#, .bodyDiffers),
        (#"{"errors":[{"message":"a"}]}"#, #"{"errors":[{"message":"b"}]}"#, .answered),
        (#"{"data":{"me":1}}"#, #"{"data":{"me":1},"errors":[]}"#, .answered),
    ])
    func graphQLErrorsAreFailuresWhereTheRecordingHasNone(recorded: String, live: String, fate: Fate) throws {
        let session = RecordedSession(
            number: 1,
            exchanges: [
                Exchange(
                    "POST", path: "/api", begin: 0, end: 1, fields: [("Content-Type", "application/json")],
                    body: #"{"query":"query { me }"}"#, responseBody: recorded)
            ])
        #expect(try ScriptedRun([session]) { _, _ in .init(body: live) }.fates == [fate: 1])
    }
}
