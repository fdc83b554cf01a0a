import Capture
import Testing
import Traffic

/// Which credentials identify a client, and which are shared (`--session-by auto`).
@Suite struct SharedCredentialTests {
    struct Row: CustomTestStringConvertible {
        var reason: String
        var visits: [Visit]
        var sessions: [Int]
        var testDescription: String { reason }
    }

    private static let key = "Authorization: Bearer the-api-key"
    private static func token(_ name: String) -> String { "Authorization: Bearer token-of-\(name)" }
    private static func cookie(_ name: String) -> String { "Cookie: theme=dark; sessionid=cookie-of-\(name)" }

    static let rows: [Row] = [
        Row(
            reason: "a browser's parallel connections carry one token",
            visits: [1, 2, 1, 3, 2].map { Visit(connection: $0, carrying: [token("ann")]) },
            sessions: [0, 0, 0, 0, 0]),
        Row(
            reason: "a client that moves to another network, and stays there, goes on",
            visits: [
                Visit(connection: 1, carrying: [token("ann")]),
                Visit(connection: 2, carrying: [token("ann")], address: 2, seconds: 20),
                Visit(connection: 2, carrying: [token("ann")], address: 2, seconds: 40),
            ],
            sessions: [0, 0, 0]),
        Row(
            reason: "two clients use a key within seconds",
            visits: [
                Visit(connection: 1, carrying: [key]), Visit(connection: 2, carrying: [key], address: 2, seconds: 1),
                Visit(connection: 3, carrying: [key], address: 3, seconds: 2),
                Visit(connection: 1, carrying: [key], seconds: 3),
                Visit(connection: 2, carrying: [key], address: 2, seconds: 4),
            ],
            sessions: [0, 1, 2, 0, 1]),
        Row(
            reason: "two clients use a key in turns, slowly: from the second turn on they are told apart",
            visits: [
                Visit(connection: 1, carrying: [key]), Visit(connection: 2, carrying: [key], address: 2, seconds: 20),
                Visit(connection: 1, carrying: [key], seconds: 40),
                Visit(connection: 2, carrying: [key], address: 2, seconds: 60),
            ],
            sessions: [0, 0, 0, 1]),
        Row(
            reason: "a proxy's connection: one key for all users, a cookie for each",
            visits: ["ann", "bob", "ann", "carl", "bob"].map { Visit(connection: 1, carrying: [key, cookie($0)]) },
            sessions: [0, 1, 0, 2, 1]),
        Row(
            reason: "the same with the cookie first and over several connections",
            visits: zip([1, 2, 2, 1, 3], ["ann", "bob", "ann", "bob", "carl"])
                .map { Visit(connection: $0, carrying: [cookie($1), key]) },
            sessions: [0, 1, 0, 1, 2]),
        Row(
            reason: "users one after another, each with the key",
            visits: ["ann", "ann", "bob", "bob"].map { Visit(connection: 1, carrying: [key, cookie($0)]) },
            sessions: [0, 0, 1, 1]),
        Row(
            reason: "users of several addresses, the key and a cookie each",
            visits: [
                Visit(connection: 1, carrying: [key, cookie("ann")]),
                Visit(connection: 2, carrying: [key, cookie("bob")], address: 2, seconds: 1),
                Visit(connection: 3, carrying: [key, cookie("ann")], seconds: 2),
            ],
            sessions: [0, 1, 0]),
        Row(
            reason: "a cookie renewed by a response stands beside the same token",
            visits: [
                Visit(connection: 1, carrying: [token("ann"), cookie("ann-1")]),
                Visit(
                    connection: 1, carrying: [token("ann"), cookie("ann-1")],
                    given: ["Set-Cookie: sessionid=cookie-of-ann-2; Path=/"]),
                Visit(connection: 2, carrying: [token("ann"), cookie("ann-2")]),
            ],
            sessions: [0, 0, 0]),
        Row(
            reason: "a cookie that is given to several users is the balancer's",
            visits: ["ann", "bob", "ann", "bob"].map {
                Visit(connection: 1, carrying: [token($0)], given: ["Set-Cookie: node-session=cluster-node-one"])
            } + [
                Visit(connection: 2, carrying: ["Cookie: node-session=cluster-node-one", token("bob")]),
                Visit(connection: 3, carrying: ["Cookie: node-session=cluster-node-one"]),
            ],
            sessions: [0, 1, 0, 1, 1, 2]),
        Row(
            reason: "what carries nothing on a proxy's connection belongs to none of its users",
            visits: [
                Visit(connection: 1, carrying: [token("ann")]), Visit(connection: 1, carrying: [token("bob")]),
                Visit(connection: 1, carrying: [token("ann")]), Visit(connection: 1),
                Visit(connection: 1, carrying: [token("bob")]), Visit(connection: 1),
            ],
            sessions: [0, 1, 0, 2, 1, 2]),
        Row(
            reason: "what carries nothing on one user's connection is that user's",
            visits: [Visit(connection: 1), Visit(connection: 1, carrying: [token("ann")]), Visit(connection: 1)],
            sessions: [0, 0, 0]),
        Row(
            reason: "a client that signs its own tokens goes on with its session",
            visits: (1...3).map { number in
                let token = TestToken.with("{\"iss\":\"app\",\"sub\":\"ann\",\"iat\":\(number)}")
                return Visit(connection: 1, carrying: ["Authorization: Bearer \(token)"])
            },
            sessions: [0, 0, 0]),
        Row(
            reason: "self-signed tokens of two subjects are two sessions",
            visits: ["ann", "bob", "ann"].map { name in
                let token = TestToken.with("{\"iss\":\"app\",\"sub\":\"\(name)\"}")
                return Visit(connection: 1, carrying: ["Authorization: Bearer \(token)"])
            },
            sessions: [0, 1, 0]),
        Row(
            reason: "an API key's field names nobody",
            visits: [1, 2, 1].map { Visit(connection: $0, carrying: ["X-Api-Key: 0123456789abcdef"]) },
            sessions: [0, 1, 0]),
        Row(
            reason: "a token in a field of its own",
            visits: [1, 2].map { Visit(connection: $0, carrying: ["X-Auth-Token: 0123456789abcdef"]) },
            sessions: [0, 0]),
    ]

    @Test(arguments: rows) func sessions(_ row: Row) {
        #expect(Visit.sessions(row.visits) == row.sessions)
        #expect(Visit.regrouped(row.visits) == row.sessions, "found again in a log")
    }

    /// Values of Authorization that change with each request of one client, on their own connections.
    @Test(arguments: [
        (
            "Digest answers change; the user's name stays",
            [
                "Digest username=\"ann\", realm=\"r\", nonce=\"1\", nc=00000001, response=\"aa\"",
                "Digest username=\"ann\", realm=\"r\", nonce=\"1\", nc=00000002, response=\"bb\"",
                "Digest username=\"bob\", realm=\"r\", nonce=\"1\", nc=00000003, response=\"cc\"",
            ], [0, 0, 1]
        ),
        (
            "AWS signatures change, and the scope from day to day; the key's id stays",
            [
                "AWS4-HMAC-SHA256 Credential=AKIDANN/20260101/us-east-1/s3/aws4_request, Signature=aa",
                "AWS4-HMAC-SHA256 Credential=AKIDANN/20260102/us-east-1/s3/aws4_request, Signature=bb",
                "AWS4-HMAC-SHA256 Credential=AKIDBOB/20260102/us-east-1/s3/aws4_request, Signature=cc",
            ], [0, 0, 1]
        ),
        (
            "OAuth 1 signs each request",
            [
                "OAuth oauth_nonce=\"1\", oauth_token=\"ann\"", "OAuth oauth_nonce=\"2\", oauth_token=\"ann\"",
                "OAuth oauth_nonce=\"3\", oauth_token=\"bob\"",
            ], [0, 0, 1]
        ),
        (
            "NTLM's messages belong to their connections",
            ["NTLM TlRMTVNTUAABAAAA", "NTLM TlRMTVNTUAABAAAA", "NTLM TlRMTVNTUAADAAAA"], [0, 1, 2]
        ),
        ("Basic is as good as a token", ["Basic YW5uOnNlY3JldA==", "Basic YW5uOnNlY3JldA=="], [0, 0]),
    ])
    func schemes(_ reason: String, _ values: [String], _ sessions: [Int]) {
        let visits = values.enumerated().map { index, value in
            Visit(connection: UInt16(index + 1), carrying: ["Authorization: \(value)"])
        }
        #expect(Visit.sessions(visits) == sessions, "\(reason)")
    }
}
