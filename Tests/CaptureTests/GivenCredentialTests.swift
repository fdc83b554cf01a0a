import Capture
import Testing

/// Credentials issued by responses, and the sessions that they identify (`--session-by auto`).
@Suite struct GivenCredentialTests {
    struct Row: CustomTestStringConvertible {
        var reason: String
        var visits: [Visit]
        var sessions: [Int]
        var testDescription: String { reason }
    }

    private static let equal = "session=eyJfZmxhc2hlcyI6.same.second"

    static let rows: [Row] = [
        Row(
            reason: "a cookie that was set stays the session's beside changing tokens of pages",
            visits: [
                Visit(connection: 1, given: ["Set-Cookie: session_id=cookie-of-ann-12345; Path=/"])
            ]
                + ["one", "one", "two", "two", "three"].map {
                    Visit(
                        connection: 1,
                        carrying: ["Cookie: session_id=cookie-of-ann-12345", "Authorization: Bearer page-token-\($0)"])
                } + [Visit(connection: 2, carrying: ["Cookie: session_id=cookie-of-ann-12345"])],
            sessions: [0, 0, 0, 0, 0, 0, 0]),
        Row(
            reason: "two people's equal cookies: each connection goes on with its own session",
            visits: [
                Visit(connection: 1, given: ["Set-Cookie: sid=cookie-of-ann-1"]),
                Visit(connection: 2, given: ["Set-Cookie: sid=cookie-of-ben-1"]),
                Visit(connection: 1, carrying: ["Cookie: sid=cookie-of-ann-1"], given: ["Set-Cookie: \(equal)"]),
                Visit(connection: 2, carrying: ["Cookie: sid=cookie-of-ben-1"], given: ["Set-Cookie: \(equal)"]),
                Visit(
                    connection: 1, carrying: ["Cookie: \(equal)"], given: ["Set-Cookie: session=session-of-ann-2"]),
                Visit(
                    connection: 2, carrying: ["Cookie: \(equal)"], given: ["Set-Cookie: session=session-of-ben-2"]),
                Visit(connection: 1, carrying: ["Cookie: session=session-of-ann-2"]),
                Visit(connection: 2, carrying: ["Cookie: session=session-of-ben-2"]),
            ],
            sessions: [0, 1, 0, 1, 0, 1, 0, 1]),
        Row(
            reason: "three people's, too",
            visits: (1...3).map {
                Visit(connection: UInt16($0), given: ["Set-Cookie: sid=cookie-of-person-\($0)"])
            }
                + (1...3).map {
                    Visit(
                        connection: UInt16($0), carrying: ["Cookie: sid=cookie-of-person-\($0)"],
                        given: ["Set-Cookie: \(equal)"])
                } + (1...3).map { Visit(connection: UInt16($0), carrying: ["Cookie: \(equal)"]) },
            sessions: [0, 1, 2, 0, 1, 2, 0, 1, 2]),
        Row(
            reason: "an equal cookie on a connection of its own names nobody",
            visits: [
                Visit(connection: 1, given: ["Set-Cookie: \(equal)"]),
                Visit(connection: 2, given: ["Set-Cookie: \(equal)"]),
                Visit(connection: 3, carrying: ["Cookie: \(equal)"]),
            ],
            sessions: [0, 1, 2]),
        Row(
            reason: "a token given in X-Subject-Token is carried in X-Auth-Token",
            visits: [
                Visit(connection: 1, given: ["X-Subject-Token: gAAAAABtoken-of-ann"], body: #"{"auth":{}}"#),
                Visit(connection: 1, carrying: ["X-Auth-Token: gAAAAABtoken-of-ann"]),
                Visit(connection: 2, carrying: ["X-Auth-Token: gAAAAABtoken-of-ann"]),
            ],
            sessions: [0, 0, 0]),
        Row(
            reason: "access and refresh as simplejwt names them; the log-out sends the refresh token alone",
            visits: [
                Visit(
                    connection: 1,
                    answer: #"{"refresh":"eyJhbGciOiJIUzI1.cmVm.r1","access":"eyJhbGciOiJIUzI1.YWNj.a1"}"#,
                    body: #"{"username":"ann","password":"x"}"#),
                Visit(connection: 1, carrying: ["Authorization: Bearer eyJhbGciOiJIUzI1.YWNj.a1"]),
                Visit(connection: 1, body: #"{"refresh":"eyJhbGciOiJIUzI1.cmVm.r1"}"#),
                Visit(connection: 2, body: #"{"refresh":"eyJhbGciOiJIUzI1.cmVm.r1"}"#),
            ],
            sessions: [0, 0, 0, 0]),
        Row(
            reason: "a session's number in the query",
            visits: [
                Visit(connection: 1, answer: #"{"data":{"sid":"kq9Zt3Lm8Xw2"}}"#, body: #"{"account":"ann"}"#),
                Visit(connection: 2, target: "/webapi/entry.cgi?api=x&_sid=kq9Zt3Lm8Xw2"),
                Visit(connection: 3, target: "/webapi/entry.cgi;jsessionid=kq9Zt3Lm8Xw2?x=1"),
                Visit(connection: 4, target: "/webapi/entry.cgi?_sid=another-number"),
                Visit(connection: 5, target: "/webapi/entry.cgi?_sid=another-number"),
            ],
            sessions: [0, 0, 0, 1, 1]),
        Row(
            reason: "a token in a link is nobody's until somebody was given it",
            visits: [
                Visit(connection: 1, carrying: ["Authorization: Bearer token-of-ann"]),
                Visit(connection: 1, target: "/verify?token=sent-by-mail-1234"),
                Visit(
                    connection: 1, carrying: ["Authorization: Bearer token-of-ann"],
                    answer: #"{"upload_token":"kq9Zt3Lm8Xw2"}"#, body: #"{"size":1}"#),
                Visit(connection: 2, target: "/upload?token=kq9Zt3Lm8Xw2"),
            ],
            sessions: [0, 0, 0, 0]),
    ]

    @Test(arguments: rows) func sessions(_ row: Row) {
        #expect(Visit.sessions(row.visits) == row.sessions)
        #expect(Visit.regrouped(row.visits) == row.sessions, "found again in a log")
    }
}
