import Capture
import Testing
import Traffic

/// How exchanges are grouped into sessions.
@Suite struct SessionTests {
    private static let bearer = "Authorization: Bearer "

    /// Logs in on its own connection and receives `token`.
    private static func login(_ port: UInt16, as name: String, token: String, at microseconds: Int64) -> Talk {
        var talk = Talk(clientPort: port)
        talk.microseconds = microseconds
        talk.open()
        post(&talk, "/auth/login", "{\"username\":\"\(name)\"}", answer: "{\"access_token\": \"\(token)\"}")
        return talk
    }

    private static func post(_ talk: inout Talk, _ target: String, _ body: String, answer: String) {
        talk.client("POST \(target) HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        talk.server(ok(answer, fields: "Content-Type: application/json\r\n"))
    }

    private static func visit(_ talk: inout Talk, _ target: String, _ fields: String = "", answer: String = "") {
        talk.client(get(target, fields: fields))
        talk.server(ok("x", fields: answer))
    }

    private static func visit(_ port: UInt16, _ target: String, _ fields: String, at microseconds: Int64) -> Talk {
        var talk = Talk(clientPort: port)
        talk.microseconds = microseconds
        talk.open()
        visit(&talk, target, fields)
        return talk
    }

    /// The session of each exchange, numbered by first appearance.
    private static func sessions(_ recording: Recording) -> [Int] {
        var seen: [UInt32] = []
        return recording.exchanges.map { exchange in
            if !seen.contains(exchange.session) { seen.append(exchange.session) }
            return seen.firstIndex(of: exchange.session) ?? -1
        }
    }

    @Test func aTokenJoinsConnections() {
        let recording = Recording([
            Self.login(1, as: "ann", token: "token-of-ann", at: 0),
            Self.login(2, as: "bob", token: "token-of-bob", at: 100_000),
            Self.visit(3, "/a", Self.bearer + "token-of-ann\r\n", at: 200_000),
            Self.visit(4, "/b", Self.bearer + "token-of-bob\r\n", at: 300_000),
            Self.visit(5, "/c", "", at: 400_000),
        ])
        #expect(Self.sessions(recording) == [0, 1, 0, 1, 2])
    }

    @Test func aProxyConnectionIsSplitByToken() {
        var talk = Talk.opened()
        for name in ["ann", "bob", "ann", "bob"] { Self.visit(&talk, "/", Self.bearer + "token-of-\(name)\r\n") }
        #expect(Self.sessions(Recording(talk)) == [0, 1, 0, 1])
    }

    @Test func whatCameBeforeTheLoginOnItsConnectionBelongsToIt() {
        var talk = Talk.opened()
        Self.visit(&talk, "/start")
        Self.post(&talk, "/login", "user=ann&password=secret", answer: "{\"token\":\"token-of-ann\"}")
        Self.visit(&talk, "/a", Self.bearer + "token-of-ann\r\n")
        Self.visit(&talk, "/public")
        #expect(Self.sessions(Recording(talk)) == [0, 0, 0, 0])
    }

    @Test func anotherLoginOnTheSameConnectionIsAnotherSession() {
        var talk = Talk.opened()
        Self.post(&talk, "/login", "{\"username\":\"ann\"}", answer: "{\"token\":\"token-of-ann\"}")
        Self.post(&talk, "/login", "{\"username\":\"bob\"}", answer: "{\"token\":\"token-of-bob\"}")
        #expect(Self.sessions(Recording(talk)) == [0, 1])
    }

    @Test func registeringThenLoggingInUnderOneNameIsOneSession() {
        var talk = Talk.opened()
        Self.post(&talk, "/register", "{\"username\":\"ann\"}", answer: "{\"token\":\"first-token\"}")
        Self.post(&talk, "/login", "{\"username\":\"ann\"}", answer: "{\"token\":\"other-token\"}")
        #expect(Self.sessions(Recording(talk)) == [0, 0])
    }

    @Test func aRefreshContinuesTheSession() {
        var first = Talk.opened(clientPort: 1)
        Self.post(
            &first, "/login", "{\"username\":\"ann\"}",
            answer: "{\"access_token\":\"access-one\",\"refresh_token\":\"refresh-one\"}")
        var second = Talk(clientPort: 2)
        second.microseconds = 100_000
        second.open()
        Self.post(
            &second, "/refresh", "{\"refresh_token\":\"refresh-one\"}",
            answer: "{\"access_token\":\"access-two\",\"refresh_token\":\"refresh-two\"}")
        let recording = Recording([first, second, Self.visit(3, "/", Self.bearer + "access-two\r\n", at: 200_000)])
        #expect(Self.sessions(recording) == [0, 0, 0])
    }

    @Test func cookiesJoinWhenTheyWereGivenOrSoundLikeSessions() {
        var first = Talk.opened(clientPort: 1)
        Self.visit(&first, "/", answer: "Set-Cookie: basket=0123456789abcdef; Path=/\r\n")
        let recording = Recording([
            first,
            Self.visit(2, "/", "Cookie: theme=dark; basket=0123456789abcdef\r\n", at: 100_000),
            Self.visit(3, "/", "Cookie: _ga=GA1.2.1234567890.1234567890\r\n", at: 200_000),
            Self.visit(4, "/", "Cookie: _ga=GA1.2.1234567890.1234567890\r\n", at: 300_000),
            Self.visit(5, "/", "Cookie: PHPSESSID=abcdefgh12\r\n", at: 400_000),
            Self.visit(6, "/", "Cookie: PHPSESSID=abcdefgh12\r\n", at: 500_000),
        ])
        #expect(Self.sessions(recording) == [0, 0, 1, 2, 3, 3])
    }

    @Test func aKeyThatSeveralClientsUseAtOnceIsNotAnIdentity() {
        let key = Self.bearer + "the-api-key\r\n"
        var talks = [Self.visit(1, "/a", key, at: 0)]
        var other = Talk(clientPort: 2)
        other.client = SocketAddress(v4: 0x0a00_0009, port: 2)
        other.microseconds = 100_000
        other.open()
        Self.visit(&other, "/b", key)
        Self.visit(&other, "/c", key)
        talks.append(other)
        let sessions = Self.sessions(Recording(talks))
        #expect(sessions[0] != sessions[1])
        #expect(sessions[1] == sessions[2])
    }

    @Test func byConnection() {
        var options = CaptureOptions()
        options.sessionBy = .connection
        let token = Self.bearer + "token-of-ann\r\n"
        let recording = Recording(
            [Self.visit(1, "/a", token, at: 0), Self.visit(2, "/b", token, at: 100_000)], options: options)
        #expect(Self.sessions(recording) == [0, 1])
    }

    @Test func byClientAddress() {
        var options = CaptureOptions()
        options.sessionBy = .client
        let recording = Recording(
            [Self.visit(1, "/a", "", at: 0), Self.visit(2, "/b", "", at: 100_000)], options: options)
        #expect(Self.sessions(recording) == [0, 0])
    }

    @Test func rememberedCredentialsAreBounded() {
        var options = CaptureOptions()
        options.limits.maxCredentials = 4
        var talks: [Talk] = []
        for number in 0..<12 {
            let port = UInt16(number + 1)
            let token = Self.bearer + "token-number-\(number % 6)\r\n"
            talks.append(Self.visit(port, "/", token, at: Int64(number) * 100_000))
        }
        // With room for four of six tokens, the oldest is always forgotten before it is used again.
        #expect(Set(Self.sessions(Recording(talks, options: options))).count == 12)
        options.limits.maxCredentials = 6
        #expect(Set(Self.sessions(Recording(talks, options: options))).count == 6)
    }
}
