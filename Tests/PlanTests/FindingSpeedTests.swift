import Formats
import Glibc
import Testing
import Traffic

@testable import Plan

private let isAsked = getenv("REPRISE_BENCH") != nil

/// The CPU time of the search: `REPRISE_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter
/// FindingSpeedTests`.
@Suite(.serialized, .enabled(if: isAsked))
struct FindingSpeedTests {
    /// Sessions of one hundred exchanges each, typical of JSON services.
    private static func sessions(exchanges: Int) -> [RecordedSession] {
        var random = SplitMix64(seed: 11)
        return (0..<exchanges / 100).map { number in
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 50)
            recording.add(
                "POST", "/auth/login", body: #"{"username":"p\#(number)@people.example","password":"x"}"#,
                answer: #"{"access_token":"\#(PlantedValues.token(claim: "u\(number)-\(random.next())"))"}"#)
            let token = PlantedValues.token(claim: "u\(number)-\(random.next())")
            for index in 0..<33 {
                let item = PlantedValues.uuid(&random)
                let fields = [
                    "Authorization: Bearer \(token)", "User-Agent: Probe/1.0 (Linux x86_64)",
                    "Accept: application/json",
                    "X-Request-Id: \(PlantedValues.uuid(&random))", "Cookie: theme=dark; sid=\(random.next())",
                ]
                recording.add(
                    "POST", "/api/v1/items", fields: fields,
                    body: #"{"name":"lamp \#(index)","price":12.5,"tags":["a","b"],"ref":"\#(random.next())"}"#,
                    status: 201,
                    answer:
                        #"{"id":"\#(item)","name":"lamp","owner":{"id":\#(number)},"created":"2024-05-01T10:00:00Z"}"#,
                    answerFields: ["Location: /api/v1/items/\(item)", "Server: x"])
                recording.add(
                    "GET", "/api/v1/items/\(item)?fields=id,name&page=\(index)", fields: fields,
                    answer:
                        #"{"id":"\#(item)","name":"lamp","rows":[{"n":1,"t":"some words in a row"},{"n":2,"t":"more words"}]}"#
                )
                recording.add(
                    "GET", "/api/v1/items?cursor=\(random.next())", fields: fields, answer: #"{"items":[],"next":null}"#
                )
            }
            return recording.recorded
        }
    }

    /// The CPU time used by this process, regardless of other programs.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func tenTimesTheLogTakesAboutTenTimesAsLong() throws {
        var times: [Double] = []
        for count in [10_000, 100_000] {
            let sessions = FindingSpeedTests.sessions(exchanges: count)
            let exchanges = sessions.reduce(0) { $0 + $1.exchanges.count }
            let began = FindingSpeedTests.processorSeconds
            let bound = try ReplayPlan(sessions: sessions, options: PlanOptions()).findings.bindings
                .reduce(0) { $0 + $1.count }
            let took = FindingSpeedTests.processorSeconds - began
            times.append(took)
            print("\(exchanges) exchanges: \(took) s, \(bound) uses bound")
        }
        print("10× the log takes \(times[1] / times[0])× the time")
        #expect(times[1] < times[0] * 12)
    }
}
