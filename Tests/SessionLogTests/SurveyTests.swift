import Credentials
import Formats
import HTTPWire
import Testing
import Traffic

@testable import SessionLog

@Suite("What is in a log")
struct SurveyTests {
    private let folder: ScratchFolder
    init() throws { folder = try ScratchFolder() }

    private func exchange(_ target: String, began: Int64, lasting: Int64, status: UInt16 = 200) -> Exchange {
        Exchange(
            connection: 1, session: 1,
            request: RoundTripTests.message(Array("GET \(target) HTTP/1.1\r\n\r\n".utf8), from: began, to: began),
            response: RoundTripTests.message(from: began, to: began + lasting), status: status)
    }

    private func summary(_ exchanges: [Exchange]) throws -> LogSummary {
        var batch = ExchangeBatch()
        for exchange in exchanges { batch.append(exchange) }
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 1 << 14)
        return try LogSurvey.summary(of: LogSelection(paths: [folder.file("a.rlog")])).summary
    }

    @Test("Percentiles are those of the sorted times, to three digits")
    func percentiles() throws {
        var random = SplitMix64(seed: 9)
        let times = (0..<2000).map { _ in Int64.random(in: 50_000...900_000_000, using: &random) }
        let summary = try summary(times.map { exchange("/a", began: 0, lasting: $0) })
        let sorted = times.sorted()
        let found = try #require(summary.serviceTimeMs)
        for (percentile, value) in [(50, found.p50), (95, found.p95), (99, found.p99)] {
            let exact = Double(sorted[2000 * percentile / 100 - 1]) / 1e6
            #expect(abs(value - exact) <= exact * 0.001, "p\(percentile)")
        }
        #expect(found.max == Double(sorted[1999]) / 1e6)
        #expect(found.count == 2000)
    }

    @Test("Hosts are without user information, which is secret")
    func hosts() throws {
        let exchanges = ["u:pw@h:80", "h:80", "u@h:80"].map { host in
            Exchange(
                connection: 1, session: 1,
                request: RoundTripTests.message(
                    Array("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8), from: 0, to: 0),
                response: RoundTripTests.message(from: 0, to: 1), status: 200)
        }
        #expect(try summary(exchanges).hosts.map(\.name) == ["h:80"])
    }

    @Test("Endpoints past the bound share a row, and none is lost")
    func manyEndpoints() throws {
        let count = EndpointSurvey.maximumEndpoints + 50
        let names = (0..<count).map { number in
            "/n"
                + String(
                    String(number).map { Character(UnicodeScalar(UInt8(ascii: "k") + UInt8($0.wholeNumberValue ?? 0))) }
                )
        }
        let summary = try summary(names.map { exchange($0, began: 0, lasting: 1) })
        #expect(summary.endpoints.count == EndpointSurvey.maximumEndpoints + 1)
        #expect(summary.endpoints.first?.method == "*" && summary.endpoints.first?.count == 50)
        #expect(summary.endpoints.reduce(0) { $0 + $1.count } == UInt64(count))
    }

    @Test("Errors of clients and of servers are counted separately")
    func errors() throws {
        let statuses: [UInt16] = [200, 302, 400, 404, 499, 500, 503, 599, 600]
        let summary = try summary(statuses.map { exchange("/a", began: 0, lasting: 1, status: $0) })
        #expect(summary.endpoints.first?.clientErrors == 3)
        #expect(summary.endpoints.first?.serverErrors == 4)
    }

    static let second: Int64 = 1_000_000_000
    static let rates: [(reason: String, began: [Int64], perBucket: Int64, counts: [UInt64], busiest: Int64)] = [
        ("one moment", [5], 1, [1], 0), ("a quiet second between", [0, 1, 2 * second], 1, [2, 0, 1], 0),
        ("the last is the busiest", [7 * second, 9 * second, 9 * second + 1], 1, [1, 0, 2], 9),
        ("before 1970", [-second - 1, -1, 0], 1, [1, 1, 1], 0),
        ("a second ends where the next begins", [second - 1, second], 1, [1, 1], 1),
        ("as many seconds as buckets", [0, 4095 * second], 1, [1] + [UInt64](repeating: 0, count: 4094) + [1], 4095),
        (
            "more seconds than buckets", [0, 3 * second, 2 * second, 4097 * second], 2,
            [1, 2] + [UInt64](repeating: 0, count: 2046) + [1], 2
        ),
    ]

    @Test("Exchanges per second", arguments: rates)
    func rate(reason: String, began: [Int64], perBucket: Int64, counts: [UInt64], busiest: Int64) throws {
        let rate = try #require(try summary(began.map { exchange("/a", began: $0, lasting: 0) }).rate)
        #expect(rate.secondsPerBucket == perBucket, "\(reason)")
        #expect(rate.counts == counts, "\(reason)")
        #expect(
            rate.start == (began.min() ?? 0) / Self.second * Self.second - (began[0] < 0 ? Self.second : 0), "\(reason)"
        )
        let most = try #require(counts.max())
        #expect(rate.busiestPerSecond == Double(most) / Double(perBucket), "\(reason)")
        if counts.count(where: { $0 == most }) == 1 { #expect(rate.busiest == busiest * Self.second, "\(reason)") }
    }

    @Test func countsOfLossesMayBeAnyNumbers() throws {
        var batch = ExchangeBatch()
        batch.append(RoundTripTests.exchange(nil, RoundTripTests.message(from: 1, to: 2), status: 200, number: 1))
        var loss = CaptureLoss(second: 1)
        loss.unparsedMessages = .max
        batch.losses = [loss]
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 1 << 14)
        let found = try LogSurvey.summary(of: LogSelection(paths: [folder.file("a.rlog")]), listsSessions: true).summary
        #expect(found.losses.unparsedMessages == .max)
        #expect(found.completenessRatio == 0)
    }

    @Test("Each count covers the right exchanges")
    func exactCounts() throws {
        let head = { (line: String) in Array("\(line)\r\nHost: h.example\r\n\r\n".utf8) }
        let request = { (path: String, bytes: UInt64, at: Int64) in
            RoundTripTests.message(head("POST \(path) HTTP/1.1"), bodyBytes: bytes, from: at, to: at + 5)
        }
        let cut = RoundTripTests.message(head("POST /a HTTP/1.1"), bodyBytes: 3, from: 40, to: 45, isComplete: false)
        let answer = { (bytes: UInt64, from: Int64, to: Int64) in
            RoundTripTests.message(bodyBytes: bytes, from: from, to: to)
        }
        let exchanges = [
            RoundTripTests.exchange(request("/a", 10, 100), answer(1000, 1_000_100, 3_000_100), status: 200, number: 1),
            RoundTripTests.exchange(request("/a", 20, 200), answer(2000, 1_000_200, 1_000_200), status: 404, number: 2),
            RoundTripTests.exchange(request("/b", 40, 300), nil, status: nil, number: 2),
            RoundTripTests.exchange(nil, answer(4000, 50, 60), status: 500, version: .http2, scheme: .https, number: 3),
            RoundTripTests.exchange(cut, answer(1, 70, 80), status: 399, number: 3),
        ]
        var batch = ExchangeBatch()
        for exchange in exchanges { batch.append(exchange) }
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 1 << 14)
        let selection = LogSelection(paths: [folder.file("a.rlog")])
        let found = try LogSurvey.summary(of: selection, listsSessions: true).summary
        #expect(
            found.exchanges == 5 && found.completeExchanges == 2, "a cut request and half an exchange are not complete")
        #expect(found.missingRequests == 1 && found.missingResponses == 1)
        #expect(found.completenessRatio == 0.4)
        #expect(found.began == 40 && found.ended == 3_000_100)
        #expect(found.requestBodyBytes == 73 && found.responseBodyBytes == 7001)
        #expect(found.sessions == 3 && found.connections == 3)
        #expect(found.statuses.map { "\($0.name): \($0.count)" } == ["200: 1", "399: 1", "404: 1", "500: 1"])
        #expect(found.protocols.map { "\($0.name): \($0.count)" } == ["HTTP/1.1: 4", "HTTP/2 over TLS: 1"])
        #expect(found.hosts.map { "\($0.name): \($0.count)" } == ["h.example: 4"])
        let rows = found.endpoints.map { row in
            "\(row.method) \(row.path) \(row.count): \(row.clientErrors)+\(row.serverErrors) errors, "
                + "\(row.missingResponses) missing, \(row.requestBodyBytes) up, \(row.responseBodyBytes) down, "
                + "\(row.serviceTimeMs?.count ?? 0) times"
        }
        #expect(
            rows == [
                "POST /a 3: 1+0 errors, 0 missing, 33 up, 3001 down, 3 times",
                "* (no request seen) 1: 0+1 errors, 0 missing, 0 up, 4000 down, 0 times",
                "POST /b 1: 0+0 errors, 1 missing, 40 up, 0 down, 0 times",
            ])
        let times = try #require(found.serviceTimeMs)
        #expect(times.count == 3 && times.max == 3, "from the first byte of the request to the last of the response")
        #expect(abs(times.mean - (3 + 1 + 0.000_04) / 3) < 0.002, "milliseconds")
        let sessions = try #require(found.sessionList).map { row in
            "\(row.number): \(row.exchanges) in \(row.began)...\(row.ended), \(row.errors) errors"
        }
        #expect(
            sessions == [
                "1: 1 in 100...3000100, 0 errors", "2: 2 in 200...1000200, 1 errors", "3: 2 in 40...80, 1 errors",
            ])
    }

    @Test("The whole range of times does not overflow")
    func extremeTimes() throws {
        let summary = try summary([exchange("/a", began: .min, lasting: 0), exchange("/a", began: .max, lasting: 0)])
        #expect(summary.rate?.counts.reduce(0, +) == 2)
    }

    static let tokens: [(reason: String, field: String, kinds: [CredentialKind])] = [
        ("a JWT", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJz.c2ln", [.bearerJWT(algorithm: "HS256")]),
        ("a JWT that names no algorithm", "Authorization: Bearer eyJ4IjoxfQ.eyJz.c2ln", [.bearerJWT(algorithm: "?")]),
        (
            "a JWT's algorithm that is none", "Authorization: Bearer eyJhbGciOjF9.eyJz.c2ln",
            [.bearerJWT(algorithm: "?")]
        ),
        ("not quite a JWT", "Authorization: Bearer eyJh.e!.c2ln", [.bearerOpaque]),
        ("an opaque token", "Authorization: bearer abc.def", [.bearerOpaque]),
        ("no token after the scheme", "Authorization: Bearer", [.bearerOpaque]),
        ("a password", "authorization: Basic eDp5", [.basic]), ("a digest", "Authorization: Digest a=b", [.digest]),
        ("something of one's own", "Authorization: AWS4-HMAC-SHA256 x", [.otherAuthorization]),
        (
            "cookies and a key", "Cookie: a=b; sessionid=c; d=e\r\nX-API-Key: k",
            [.otherCookie, .sessionCookie(name: "sessionid"), .apiKey(name: "x-api-key")]
        ), ("nothing", "Accept: */*", []),
    ]

    @Test("Kinds of credentials", arguments: tokens)
    func credentials(reason: String, field: String, kinds: [CredentialKind]) throws {
        let head = try #require(RequestHead(Array("GET / HTTP/1.1\r\n\(field)\r\n\r\n".utf8)))
        #expect(CredentialKind.kinds(in: head.fields.map { ($0.name, $0.value) }) == kinds, "\(reason)")
    }

    @Test("Numbers are counted once, however far apart")
    func numberSet() {
        var set = NumberSet()
        for number in [0, 63, 64, 65_535, 65_536, 65_535, 0, UInt32.max] { set.insert(number) }
        #expect(set.count == 6)
    }
}
