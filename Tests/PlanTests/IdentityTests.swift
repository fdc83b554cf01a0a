import Testing
import Traffic

@testable import Plan

@Suite struct IdentityTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        var path = "/auth/login"
        var credentials = #"{"username":"dora@corp.example","password":"x"}"#
        var type = "application/json"
        var method = "GET"
        var target = "/next"
        var fields: [String] = []
        var body = ""
        /// The value that clone 4 sends; nil if it sends the recorded one.
        var sent: String?
        var testDescription: String { reason }
    }

    static let multipart =
        "--b\r\nContent-Disposition: form-data; name=\"login\"\r\n\r\ndora\r\n"
        + "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nx\r\n--b--\r\n"

    @Test(arguments: [
        Case(
            reason: "in a query, encoded", target: "/next?who=dora%40corp.example",
            sent: "/next?who=user_4%40example.com"),
        Case(
            reason: "in a query, as it is", target: "/next?who=dora@corp.example", sent: "/next?who=user_4@example.com"),
        Case(reason: "in a path", target: "/u/dora@corp.example/x", sent: "/u/user_4@example.com/x"),
        Case(reason: "in a field", fields: ["X-User: dora@corp.example"], sent: "user_4@example.com"),
        Case(
            reason: "in a piece of a field", fields: ["X-Trace: u=dora@corp.example;v=1"],
            sent: "u=user_4@example.com;v=1"),
        Case(
            reason: "in a body", method: "POST",
            body: #"{"to":["dora@corp.example"],"text":"for dora@corp.example, soon"}"#,
            sent: #"{"to":["user_4@example.com"],"text":"for user_4@example.com, soon"}"#),
        Case(
            reason: "in HTTP Basic credentials",
            fields: ["Authorization: Basic ZG9yYUBjb3JwLmV4YW1wbGU6aHVudGVyMg=="],
            sent: "Basic dXNlcl80QGV4YW1wbGUuY29tOmh1bnRlcjI="),
        Case(reason: "a longer name that begins the same is another", target: "/next?who=dora@corp.example.org"),
        Case(
            reason: "a short name in a field of names", credentials: #"{"user":"bob","pwd":"x"}"#, method: "POST",
            body: #"{"login":"bob","role":"bob"}"#, sent: #"{"login":"user4","role":"user4"}"#),
        Case(
            reason: "a login whose field names are single letters",
            credentials: "u=bob&p=pass-of-bob&in=Login",
            type: PlantedValues.formType, method: "POST", body: #"{"login":"bob","p":"bob"}"#,
            sent: #"{"login":"user4","p":"user4"}"#),
        Case(
            reason: "a login that a field of the body names", path: "/doku.php?id=start",
            credentials: "sectok=&id=start&do=login&u=bob&p=pass-of-bob",
            type: PlantedValues.formType, method: "POST", body: #"{"login":"bob","p":"start"}"#,
            sent: #"{"login":"user4","p":"start"}"#),
        Case(
            reason: "a login that a parameter of the target names", path: "/index.php?action=login",
            credentials: "u=bob&p=pass-of-bob",
            type: PlantedValues.formType, method: "POST", body: #"{"login":"bob"}"#, sent: #"{"login":"user4"}"#),
        Case(
            reason: "two letters without a login", path: "/doku.php?id=start",
            credentials: "id=start&do=edit&u=bob&p=pass-of-bob",
            type: PlantedValues.formType, method: "POST", body: #"{"login":"bob"}"#),
        Case(
            reason: "a name next to a password in another language", credentials: "user=bob&kennwort=x",
            type: PlantedValues.formType, target: "/users/bob", sent: "/users/user4"),
        Case(
            reason: "the name of a role is not a person's name elsewhere", credentials: #"{"user":"admin","pwd":"x"}"#,
            method: "POST",
            body: #"{"login":"admin","role":"admin"}"#, sent: #"{"login":"user4","role":"admin"}"#),
        Case(
            reason: "a short name after a collection of people", credentials: #"{"user":"bob","pwd":"x"}"#,
            target: "/users/bob",
            sent: "/users/user4"),
        Case(
            reason: "a name as a word of a path", credentials: #"{"user":"ann_b","pwd":"x"}"#,
            target: "/~ann_b/ann_b-notes.txt", sent: "/~user_4/user_4-notes.txt"),
        Case(
            reason: "a name in a password does not count", credentials: #"{"user":"bob","pwd":"x"}"#, method: "POST",
            body: #"{"login":"bob","password":"bob-secret"}"#, sent: #"{"login":"user4","password":"bob-secret"}"#),
        Case(
            reason: "a name inside another word does not count", credentials: #"{"user":"bob","pwd":"x"}"#,
            target: "/bobby/kabob"),
        Case(
            reason: "a name in a text", credentials: #"{"user":"bob","pwd":"x"}"#, method: "POST",
            body: #"{"text":"dear\nbob, write to bob@x.example or (bob)"}"#,
            sent: #"{"text":"dear\nuser4, write to user4@x.example or (user4)"}"#),
        Case(
            reason: "a name next to a token in base64", credentials: #"{"user":"bob","pwd":"x"}"#,
            fields: ["X-Auth: " + PlantedValues.base64("bob:secret")], sent: PlantedValues.base64("user4:secret")),
        Case(
            reason: "a login of several parts", credentials: IdentityTests.multipart,
            type: "multipart/form-data; boundary=b", target: "/x/dora", sent: "/x/user4"),
        Case(
            reason: "a name one object further in", credentials: #"{"id":{"user":"dora"},"password":"x"}"#,
            target: "/x/dora", sent: "/x/user4"),
        Case(
            reason: "forms with unusual field names", credentials: "__login_name=dora&__login_password=x",
            type: "application/x-www-form-urlencoded", target: "/x/dora", sent: "/x/user4"),
        Case(
            reason: "the button's label is not a name", credentials: "email=d%40x.example&password=x&login=Log+in",
            type: "application/x-www-form-urlencoded", target: "/x?y=Log+in"),
        Case(
            reason: "a form", credentials: "user%5Bemail%5D=d%40x.example&user%5Bpassword%5D=x",
            type: "application/x-www-form-urlencoded", target: "/u/d@x.example", sent: "/u/user_4@example.com"),
        Case(
            reason: "a password is not a name", credentials: #"{"user":"letmein99","password":"letmein99"}"#,
            method: "POST",
            body: #"{"password":"letmein99"}"#),
        Case(
            reason: "no password, no login", credentials: #"{"username":"dora@corp.example"}"#,
            target: "/u/dora@corp.example"),
        Case(
            reason: "a password in another object is another matter",
            credentials: #"{"a":{"username":"dora@corp.example"},"b":{"password":"x"}}"#, target: "/u/dora@corp.example"
        ),
    ])
    func namesAreReplacedWhereverTheyAreMeant(test: Case) throws {
        var recording = Recording()
        recording.add("POST", test.path, body: test.credentials, type: test.type)
        recording.add(test.method, test.target, fields: test.fields, body: test.body)
        let script = try recording.script()
        let sent = try #require(script.rendered(1, CloneValues(script: script, clone: 4)))
        if !test.body.isEmpty {
            #expect(sent.body == test.sent ?? test.body)
        } else if !test.fields.isEmpty {
            #expect(sent.fields.values.contains(test.sent ?? ""))
        } else {
            #expect(sent.target == test.sent ?? test.target)
        }
        let recorded = try #require(script.rendered(1, CloneValues(recorded: script)))
        #expect(recorded.target == test.target)
        #expect(recorded.body == test.body)
    }

    @Test func aNameInTheNameOfAFileIsReplaced() throws {
        func upload(_ name: String) -> String {
            "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"pkg_\(name)-1.0.tgz\"\r\n\r\nabc\r\n--b--\r\n"
        }
        var recording = Recording()
        recording.add("POST", "/login", body: #"{"user":"anna7","password":"x"}"#)
        recording.add("POST", "/files", body: upload("anna7"), type: "multipart/form-data; boundary=b")
        let script = try recording.script()
        #expect(script.rendered(1, CloneValues(script: script, clone: 4))?.body == upload("user4"))
    }

    @Test(arguments: [
        ("/signup", #"{"email":"dora@corp.example","plan":"free"}"#, "user_4@example.com", "who registers by a link"),
        ("/newsletter", #"{"email":"dora@corp.example","plan":"free"}"#, "dora@corp.example", "who does not register"),
        (
            "/signup", #"{"email":"dora@corp.example","friend_email":"b@x.example"}"#, "dora@corp.example",
            "with two names it is unclear who it is"
        ),
    ])
    func anAddressAloneIsAPersonWhereItRegisters(target: String, body: String, sent: String, reason: String) throws {
        var recording = Recording()
        recording.add("POST", target, body: body)
        recording.add("GET", "/next?who=dora@corp.example")
        let script = try recording.script()
        let rendered = script.rendered(1, CloneValues(script: script, clone: 4))
        #expect(rendered?.target == "/next?who=\(sent)", "\(reason)")
    }

    @Test func nameAndAddressSideBySideAreOnePerson() throws {
        var recording = Recording()
        recording.add(
            "POST", "/register", body: #"{"username":"dora77","email":"d@x.example","name":"Dora","password":"x"}"#)
        recording.add("POST", "/login", body: #"{"email":"d@x.example","password":"x"}"#)
        recording.add("POST", "/login", body: #"{"email":"other@x.example","password":"x"}"#)
        let script = try recording.script { $0.identityTemplate = "c{clone}.{clone}" }
        let values = CloneValues(script: script, clone: 3)
        #expect(script.rendered(0, values)?.body == #"{"username":"c3.3","email":"c3.3","name":"Dora","password":"x"}"#)
        #expect(script.rendered(1, values)?.body == #"{"email":"c3.3","password":"x"}"#)
        #expect(script.rendered(2, values)?.body == #"{"email":"c3-1.3-1","password":"x"}"#)
    }

    @Test func twoSessionsOfOnePersonBecomeTwoPeople() throws {
        var sessions: [RecordedSession] = []
        for number in 1...2 {
            var recording = Recording(session: UInt32(number), startMs: Int64(number) * 100)
            recording.add("POST", "/auth/register", body: #"{"username":"dora","password":"x"}"#, status: 201)
            sessions.append(recording.recorded)
        }
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        let bodies = (0..<2).compactMap { slot -> String? in
            guard let turn = plan.firstTurn(ofSlot: slot) else { return nil }
            let script = plan.scripts[turn.script]
            return script.rendered(0, CloneValues(script: script, clone: turn.clone))?.body
        }
        #expect(bodies == [0, 1].map { #"{"username":"user\#($0)","password":"x"}"# })
    }

    @Test(arguments: [
        ("/auth/login", UInt16(200), 1), ("/auth/register", 409, 0), ("/signup", 200, 0), ("/session", 201, 1),
        ("/v3/auth/tokens", 201, 1),
        ("/people", 201, 0), ("/auth/register", 201, 0),
        ("/users?x=1", 200, 0), ("/users/login", 200, 0),
    ])
    func loginsWithoutRegistrationAreReported(target: String, status: UInt16, count: Int) throws {
        var recording = Recording()
        recording.add("POST", target, body: #"{"username":"dora","password":"x"}"#, status: status)
        recording.add("POST", "/auth/login", body: #"{"username":"dora","password":"x"}"#)
        #expect(try recording.plan().findings.loginsWithoutRegistration == count)
    }

    @Test func withoutTemplateNamesStay() throws {
        let script = try BindingTests.life().script { $0.identityTemplate = nil }
        let values = CloneValues(script: script, clone: 9)
        #expect(script.rendered(0, values)?.body.contains("alice@wonder.land") == true)
    }

    @Test func aWordThatOthersPathsHaveIsNotAName() throws {
        let sessions = ["shop", "dora"].enumerated().map { number, name in
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 100)
            recording.add("POST", "/login", body: #"{"username":"\#(name)","password":"x"}"#)
            recording.add("GET", "/shop/\(name)")
            return recording.recorded
        }
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        let targets = plan.scripts.map { $0.rendered(1, CloneValues(script: $0, clone: 3))?.target }
        #expect(targets == ["/shop/shop", "/shop/user3"])
    }

    @Test func aloneInHTTPBasicANameIsAPersons() throws {
        var recording = Recording()
        recording.add("GET", "/dav/dora/", fields: ["Authorization: Basic " + PlantedValues.base64("dora:x")])
        let script = try recording.script()
        let sent = try #require(script.rendered(0, CloneValues(script: script, clone: 3)))
        #expect(sent.target == "/dav/user3/")
        #expect(sent.fields["Authorization"] == "Basic " + PlantedValues.base64("user3:x"))
    }

    @Test(arguments: [("svc:x", "grant_type=password&scope=a"), ("token:abcdef", "")])
    func aProgramInHTTPBasicIsNobody(credentials: String, body: String) throws {
        let field = "Authorization: Basic " + PlantedValues.base64(credentials)
        var recording = Recording()
        recording.add("POST", "/token", fields: [field], body: body, type: PlantedValues.formType)
        let script = try recording.script()
        let sent = script.rendered(0, CloneValues(script: script, clone: 3))
        #expect(sent?.fields["Authorization"].map { "Authorization: " + $0 } == field)
    }

    @Test func anAddressThatBeginsWithANameIsTheSamePersons() throws {
        var recording = Recording()
        recording.add("POST", "/register", body: #"{"email":"dora@x.example","password":"x"}"#)
        recording.add("POST", "/login", body: #"{"user":"dora","password":"x"}"#)
        let script = try recording.script()
        let values = CloneValues(script: script, clone: 3)
        #expect(script.rendered(0, values)?.body == #"{"email":"user_3@example.com","password":"x"}"#)
        #expect(script.rendered(1, values)?.body == #"{"user":"user3","password":"x"}"#)
    }
}
