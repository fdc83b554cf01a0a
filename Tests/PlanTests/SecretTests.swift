import Formats
import Testing

@testable import Plan

/// Values that clients compute from a password, where a file gives the clones other passwords.
@Suite struct SecretTests {
    /// One person's values, and what the client makes of them.
    struct Person {
        var name: String
        var password: String
        var salt: String
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var salt = "5f3a9c"
        /// The request after the login.
        var use: @Sendable (Person) -> (target: String, fields: [String], body: String, type: String)
        /// Whether plan must say that it cannot be computed.
        var isUnknown = false
        var testDescription: String { reason }

        static func query(
            _ reason: String, isUnknown: Bool = false, _ text: @escaping @Sendable (Person) -> String
        ) -> Case {
            Case(reason: reason, use: { ("/a?" + text($0), [], "", "") }, isUnknown: isUnknown)
        }
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static func hex(_ text: String) -> String { Hex.text(text.utf8) }
    private static func md5(_ text: String) -> String { HashAlgorithm.md5.hex(bytes(text)).text }
    private static func sha1(_ text: String) -> String { HashAlgorithm.sha1.hex(bytes(text)).text }
    private static func sha256(_ text: String) -> String { HashAlgorithm.sha256.hex(bytes(text)).text }
    private static func base64(_ text: String) -> String { Base64.encoded(bytes(text)).text }

    @Test(arguments: [
        Case.query("hexadecimal digits after a prefix: Subsonic") { "p=enc:\(hex($0.password))&c=app" },
        Case.query("hexadecimal digits") { "auth=\(hex($0.password))" },
        Case.query("in upper case") { "auth=\(hex($0.password).uppercased())" },
        Case.query("percent-encoded prefix") { "p=enc%3A\(hex($0.password))" },
        Case.query("name and password in hexadecimal digits") { "auth=\(hex("\($0.name):\($0.password)"))" },
        Case.query("base64 in a parameter") { "auth=\(FieldCase.percent(base64($0.password)))" },
        Case.query("a token with a salt: Subsonic") { "t=\(md5($0.password + $0.salt))&s=\($0.salt)" },
        Case.query("the salt before the password") { "key=\(sha1($0.salt + $0.password))&salt=\($0.salt)" },
        Case.query("a hash without a salt") { "hash=\(sha256($0.password))" },
        Case.query("a hash of a hash") { "hash=\(md5(md5($0.password)))" },
        Case.query("name and password") { "hash=\(md5("\($0.name):\($0.password)"))" },
        Case.query("a hash of a hash and a salt") { "hash=\(md5(md5($0.password) + $0.salt))&nonce=\($0.salt)" },
        Case(reason: "an upper-case hash in JSON") {
            ("/a", [], #"{"digest":"\#(sha256($0.password).uppercased())"}"#, "application/json")
        },
        Case(reason: "base64 of a hash in a form") {
            let hash = Base64.encoded(HashAlgorithm.sha1.hash(bytes($0.password))).text
            return ("/a", [], "key=" + FieldCase.percent(hash), FieldCase.form)
        },
        Case(reason: "name and password in base64 in a field of its own") {
            ("/a", ["X-Auth: " + base64("\($0.name):\($0.password)")], "", "")
        },
        Case(reason: "a hash with a scheme in a field") { ("/a", ["X-Auth: {SHA} \(sha1($0.password))"], "", "") },
        Case(reason: "the password twice") {
            ("/a", [], "x=1&confirm=\($0.password)", FieldCase.form)
        },
        Case.query("a form that is not known", isUnknown: true) { "passwordHash=\(sha256("k" + $0.password + "k"))" },
    ])
    func aSecretIsComputedFromTheClonesPassword(test: Case) throws {
        let table = try FeedTable(csv: Array("username,password\nbob7,N3w-w0rd\nbob8,0ther-w0rd\n".utf8))
        let recorded = Person(name: "ann", password: "0ld-Secret", salt: test.salt)
        let live = Person(name: "bob8", password: "0ther-w0rd", salt: test.salt)
        var recording = Recording()
        recording.add("POST", "/login", body: #"{"username":"ann","password":"0ld-Secret"}"#)
        let (target, fields, body, type) = test.use(recorded)
        recording.add(body.isEmpty ? "GET" : "POST", target, fields: fields, body: body, type: type)
        var options = PlanOptions()
        #expect(options.feeds.add(people: table) == nil)
        let plan = try ReplayPlan(sessions: [recording.recorded], options: options)
        let row = FeedRow(feeds: options.feeds, number: 1)
        let sent = plan.scripts[0].rendered(1, CloneValues(script: plan.scripts[0], clone: 1, row: row))
        let wanted = test.use(test.isUnknown ? recorded : live)
        #expect(sent?.target == wanted.target)
        #expect(sent?.body == wanted.body)
        for line in wanted.fields {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            #expect(sent?.fields[parts[0]] == parts[1])
        }
        let unknown = plan.findings.tokens.filter { $0.sentAsRecorded == .passwordForm }
        #expect(unknown.map(\.place) == (test.isUnknown ? ["query passwordHash"] : []))
        // The recorded values give the recorded request.
        let again = plan.scripts[0].rendered(1, CloneValues(recorded: plan.scripts[0]))
        #expect(again?.target == target)
        #expect(again?.body == body)
    }

    /// A challenge of the service goes into the hash, so that it differs even with the recorded password.
    @Test(arguments: [
        (#"{"challenge":"8f2c41d7"}"#, #"{"challenge":"0a1b2c3d"}"#, "application/json"),
        ("<r><challenge>8f2c41d7</challenge></r>", "<r><challenge>0a1b2c3d</challenge></r>", "text/xml"),
        (
            "<input name='salt' value='8f2c41d7'>", "<input name='salt' value='0a1b2c3d'>", "text/html"
        ),
    ])
    func aChallengeIsAnswered(given: String, live: String, type: String) throws {
        var recording = Recording()
        recording.add("POST", "/register", body: #"{"username":"ann","password":"0ld-Secret"}"#, status: 201)
        recording.add("GET", "/challenge", answer: given, answerType: type)
        recording.add(
            "POST", "/login", body: #"{"username":"ann","response":"\#(SecretTests.md5("0ld-Secret8f2c41d7"))"}"#)
        let script = try recording.script { $0.identityTemplate = nil }
        var values = CloneValues(script: script, clone: 1)
        script.take(1, from: live, fields: ["Content-Type: \(type)"], into: &values)
        #expect(
            script.rendered(2, values)?.body
                == #"{"username":"ann","response":"\#(SecretTests.md5("0ld-Secret0a1b2c3d"))"}"#)
    }

    /// Subsonic carries the login in each request; only the file knows the password of a token.
    @Test(arguments: [true, false])
    func subsonicLogsInWithEachRequest(isToken: Bool) throws {
        func target(_ name: String, _ password: String) -> String {
            let secret =
                isToken
                ? "t=\(SecretTests.md5(password + "c19b2d"))&s=c19b2d" : "p=enc:\(SecretTests.hex(password))"
            return "/rest/ping.view?u=\(name)&\(secret)&v=1.16.1&c=app"
        }
        var recording = Recording()
        recording.add("GET", target("ann", "0ld-Secret"), answer: "<ok/>", answerType: "text/xml")
        var options = PlanOptions()
        let table = try FeedTable(csv: Array("username,password\nbob7,N3w-w0rd\n".utf8))
        #expect(options.feeds.add(people: table) == nil)
        let script = try ReplayPlan(sessions: [recording.recorded], options: options).scripts[0]
        let row = FeedRow(feeds: options.feeds, number: 0)
        let sent = script.rendered(0, CloneValues(script: script, clone: 0, row: row))
        #expect(sent?.target == target("bob7", "N3w-w0rd"))
        // Without a file, the recorded account is used.
        let plain = try recording.script()
        #expect(plain.rendered(0, CloneValues(script: plain, clone: 0))?.target == target("ann", "0ld-Secret"))
    }

    /// Digests of other things stay as they are, and nothing is said of them.
    @Test func otherDigestsAreSentAsRecorded() throws {
        var recording = Recording()
        recording.add("POST", "/login", body: #"{"username":"ann","password":"0ld-Secret"}"#)
        recording.add("GET", "/blobs?etag=\(SecretTests.md5("something else"))")
        var options = PlanOptions()
        let table = try FeedTable(csv: Array("username,password\nbob7,N3w-w0rd\n".utf8))
        #expect(options.feeds.add(people: table) == nil)
        let plan = try ReplayPlan(sessions: [recording.recorded], options: options)
        #expect(plan.scripts[0].requests[1].target.isLiteral)
        #expect(plan.findings.tokens.isEmpty)
    }
}
