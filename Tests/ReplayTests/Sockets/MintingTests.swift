import Measurement
import Plan
import Replay
import TestSupport
import TestThreads
import Testing
import Traffic

/// Values made off the sending threads and sent over real sockets.
@Suite(.waits) struct MintingTests {
    /// `{"alg":"ES384"}`, `{"sub":"ann@corp.example","iat":1700000000,"exp":1700000600}`, and an invalid signature.
    private static let token =
        "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhbm5AY29ycC5leGFtcGxlIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDA2MDB9.AAAA"

    private func session(_ fields: [(String, String)], count: Int64 = 3) -> RecordedSession {
        RecordedSession(
            number: 1,
            exchanges: (0..<count).map { index in
                Exchange(
                    "POST", path: "/items", begin: index * 20, end: index * 20 + 1, fields: fields, body: #"{"a":1}"#)
            })
    }

    @Test func slowSignaturesAreThereWhenTheyAreNeeded() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let keys = try KeyRing(reading: Array(SlowKey.pem.utf8))
        let run = try Replaying([session([("Authorization", "Bearer \(MintingTests.token)")])], to: server.url) {
            options in
            options.mintKeys = keys
            options.population = .slots(5)
            options.ramp = .zero
        }
        #expect(run.fates == [.answered: 15])
        let sent = Set(server.requests.compactMap { $0.first("Authorization") })
        #expect(sent.count == 5, "each clone has one of its own")
        #expect(sent.allSatisfy { $0.hasPrefix("Bearer eyJhbGciOiJFUzM4NCJ9.") && !$0.contains(MintingTests.token) })
        #expect(run.counts.tokensMinted == 5)
        #expect(run.counts.tokensRefreshed == 0)
        #expect(run.record.series.windows.reduce(0) { $0 + $1.minting.totalCount } == 5)
        #expect(run.record.series.windows.reduce(0) { $0 + $1.tokenWait.totalCount } == 15)
    }

    @Test func expiringTokensAreSignedAgainAhead() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let keys = try KeyRing(reading: Array(SlowKey.pem.utf8))
        // Valid for three seconds.
        let token =
            "eyJhbGciOiJFUzM4NCJ9.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDAwM30.AAAA"
        let recorded = RecordedSession(
            number: 1,
            exchanges: [0, 1400, 2600].map { begin in
                Exchange(path: "/items", begin: begin, end: begin + 1, fields: [("Authorization", "Bearer \(token)")])
            })
        let run = try Replaying([recorded], to: server.url) { options in
            options.mintKeys = keys
            options.speed = .factor(1)
        }
        #expect(run.fates == [.answered: 3])
        #expect(run.counts.tokensRefreshed > 0)
        #expect(Set(server.requests.compactMap { $0.first("Authorization") }).count > 1)
    }

    /// Asked for a value, it returns the clone; asked for a signature, the method and the first field.
    private static let command = #"""
        sed -u -e 's/.*"id":\([0-9]*\),"kind":"value".*"clone":\([0-9]*\).*/{"id":\1,"value":"key-\2"}/' \
          -e 's/.*"id":\([0-9]*\),"kind":"signature","name":"\([a-z]*\)".*"method":"\([A-Z]*\)","target":"\([^"]*\)".*"body":"\([^"]*\)".*/{"id":\1,"value":"\2 \3 \4 \5"}/'
        """#

    private func rules() -> BindingRules {
        var key = BindingRules.Rule(sinks: [.init(endpoint: "POST /items", place: "field X-Api-Key")])
        key.asked = "apikey"
        var signature = BindingRules.Rule(sinks: [.init(endpoint: "POST /items", place: "field X-Signature")])
        signature.signature = "hmac"
        return BindingRules([key, signature])
    }

    private static let secrets = [
        ("X-Api-Key", "a81bc81b-dead-4e5d-abff-90865d1e13b1"), ("X-Signature", "5d41402abc4b2a76b9719d911017c592"),
    ]

    @Test(arguments: [ReplayOptions.TransportChoice.wire, .curl])
    func aCommandMakesValuesAndSignatures(transport: ReplayOptions.TransportChoice) throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let run = try Replaying([session(MintingTests.secrets)], to: server.url) { options in
            options.bindingRules = rules()
            options.population = .slots(4)
        } options: { options in
            options.mintCommand = MintingTests.command
            options.transport = transport
        }
        #expect(run.fates == [.answered: 12])
        #expect(
            Set(server.requests.compactMap { $0.first("X-Api-Key") }) == ["key-0", "key-1", "key-2", "key-3"])
        #expect(Set(server.requests.compactMap { $0.first("X-Signature") }) == ["hmac POST /items eyJhIjoxfQ=="])
        #expect(run.counts.tokensMinted == 4 + 12)
    }

    @Test(arguments: [
        ("true", "it ends at once"), ("sleep 60", "it says nothing"),
        (#"sed -u 's/.*"id":\([0-9]*\).*/{"id":\1,"error":"no"}/'"#, "it refuses"), ("exit 3", "it fails"),
        ("echo nonsense; cat > /dev/null", "it says something else"),
    ])
    func aCommandThatMakesNothingIsCounted(command: String, reason: String) throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let run = try Replaying([session(MintingTests.secrets, count: 1)], to: server.url) { options in
            options.bindingRules = rules()
        } options: { options in
            options.mintCommand = command
            options.mintTimeout = .milliseconds(300)
        }
        #expect(run.fates == [.missingBinding: 1], "\(reason)")
        #expect(run.counts.tokensFailed > 0, "\(reason)")
        #expect(server.requests.isEmpty)
    }
}
