import Testing
import Traffic

@testable import Plan

@Suite struct IdentityFileTests {
    static let people =
        "username,email,password,phone\nann7,ann@x.example,pw-a,111\nben,ben@x.example,pw-b,222\ncid,c@x.example,pw-c,333\n"

    struct Case: CustomTestStringConvertible {
        var reason: String
        var csv = IdentityFileTests.people
        var credentials = #"{"username":"dora77","password":"hunter2"}"#
        var type = "application/json"
        var body: String?
        var fields: [String] = []
        var target = "/next"
        /// The login of clone 1, and what it sends next.
        var login: String?
        var sent: String?
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(reason: "user name and password", login: #"{"username":"ben","password":"pw-b"}"#),
        Case(
            reason: "an address takes the column of addresses", credentials: #"{"login":"d@old.example","pwd":"x"}"#,
            login: #"{"login":"ben@x.example","pwd":"pw-b"}"#),
        Case(
            reason: "all columns of a registration, a number among them",
            credentials: #"{"username":"dora77","email":"d@old.example","phone":5551234,"plan":"free","password":"x"}"#,
            login: #"{"username":"ben","email":"ben@x.example","phone":222,"plan":"free","password":"pw-b"}"#),
        Case(
            reason: "a form with its password twice",
            credentials: "username=dora77&password1=a%26b&password2=a%26b", type: "application/x-www-form-urlencoded",
            login: "username=ben&password1=pw-b&password2=pw-b"),
        Case(
            reason: "a member of the session by the same address, encoded",
            credentials: #"{"email":"d@old.example","password":"x"}"#, target: "/people/d%40old.example",
            login: #"{"email":"ben@x.example","password":"pw-b"}"#, sent: "/people/ben%40x.example"),
        Case(
            reason: "a password elsewhere in the session",
            body: #"{"old_password":"hunter2","hint":"hunter2"}"#,
            login: #"{"username":"ben","password":"pw-b"}"#, sent: #"{"old_password":"pw-b","hint":"hunter2"}"#),
        Case(
            reason: "HTTP Basic of the same person", fields: ["Authorization: Basic ZG9yYTc3Omh1bnRlcjI="],
            login: #"{"username":"ben","password":"pw-b"}"#, sent: "Basic YmVuOnB3LWI="),
        Case(
            reason: "a password that is also someone's name is both",
            credentials: #"{"username":"letmein99","password":"letmein99"}"#,
            login: #"{"username":"ben","password":"pw-b"}"#),
        Case(
            reason: "columns with other names, quoted, with another separator",
            csv: "E-Mail;\"pass wd\"\r\na@x.example;\"p;1\"\r\nb@x.example;\"p\"\"2\"\r\n",
            credentials: #"{"username":"dora77","passwd":"x"}"#,
            login: #"{"username":"b@x.example","passwd":"p\"2"}"#),
        Case(
            reason: "without a column for passwords they stay", csv: "user\na\nb\n",
            login: #"{"username":"b","password":"hunter2"}"#),
        Case(
            reason: "values with placeholders", csv: "username,password\na,p\nb-{clone}-{counter},p\n",
            login: #"{"username":"b-1-2","password":"p"}"#),
    ])
    func recordedPeopleBecomeThoseOfTheFile(test: Case) throws {
        var recording = Recording()
        recording.add("POST", "/login", body: test.credentials, type: test.type)
        recording.add(test.body == nil ? "GET" : "POST", test.target, fields: test.fields, body: test.body ?? "")
        let feeds = try IdentityFileTests.feeds(test.csv)
        let plan = try recording.plan { $0.feeds = feeds }
        let script = plan.scripts[0]
        let turn = CloneTurn(slot: 1, turn: 0, clone: 1, script: 0, due: .zero)
        let values = CloneValues(script: script, clone: 1, row: plan.row(of: turn))
        #expect(script.rendered(0, values)?.body == test.login)
        let next = try #require(script.rendered(1, values))
        if test.body != nil {
            #expect(next.body == test.sent)
        } else if !test.fields.isEmpty {
            #expect(next.fields["Authorization"] == test.sent)
        } else {
            #expect(next.target == test.sent ?? test.target)
        }
        #expect(script.rendered(0, CloneValues(recorded: script))?.body == test.credentials)
    }

    static func feeds(_ csv: String, _ rule: Feeds.WhenUsedUp = .stop) throws -> Feeds {
        var feeds = Feeds()
        #expect(feeds.add(people: try FeedTable(csv: Array(csv.utf8))) == nil)
        feeds.whenUsedUp = rule
        return feeds
    }

    static let login = #"{"username":"dora77","password":"hunter2"}"#

    @Test func basicAloneIsAPersonToo() throws {
        var recording = Recording()
        recording.add("GET", "/a", fields: ["Authorization: Basic Ym9iOng="])
        let feeds = try IdentityFileTests.feeds(IdentityFileTests.people)
        let plan = try recording.plan { $0.feeds = feeds }
        let row = plan.row(of: CloneTurn(slot: 0, turn: 0, clone: 0, script: 0, due: .zero))
        let values = CloneValues(script: plan.scripts[0], clone: 0, row: row)
        #expect(plan.scripts[0].rendered(0, values)?.fields["Authorization"] == "Basic YW5uNzpwdy1h")
    }

    @Test func twoPeopleOfASessionHaveTwoRows() throws {
        var recording = Recording()
        recording.add("POST", "/login", body: IdentityFileTests.login)
        recording.add("POST", "/login", body: #"{"username":"other9","password":"zzz"}"#)
        let feeds = try IdentityFileTests.feeds(IdentityFileTests.people)
        let plan = try recording.plan { $0.feeds = feeds }
        #expect(plan.clonesWithValues == 1)
        let row = plan.row(of: CloneTurn(slot: 0, turn: 0, clone: 0, script: 0, due: .zero))
        let values = CloneValues(script: plan.scripts[0], clone: 0, row: row)
        #expect(plan.scripts[0].rendered(0, values)?.body == #"{"username":"ann7","password":"pw-a"}"#)
        #expect(plan.scripts[0].rendered(1, values)?.body == #"{"username":"ben","password":"pw-b"}"#)
    }

    @Test(arguments: [
        (Feeds.WhenUsedUp.stop, ["ann7", "ben", "cid"]),
        (.wrap, ["ann7", "ben", "cid", "ann7", "ben", "cid", "ann7", "ben"]),
    ])
    func whatHappensWhenTheFileIsUsedUp(rule: Feeds.WhenUsedUp, names: [String]) throws {
        let plan = try IdentityFileTests.plan(rule, slots: 8)
        let sent = (0..<8).compactMap { slot in
            plan.firstTurn(ofSlot: slot).map { IdentityFileTests.name(plan, $0) }
        }
        #expect(sent == names)
        #expect(plan.plannedClones == names.count)
        #expect(plan.isShortOfValues(plan.outline()) == (rule == .stop))
    }

    @Test func reuseFollowsTheSlots() throws {
        let plan = try IdentityFileTests.plan(.reuse, slots: 2, duration: .seconds(1))
        for slot in 0..<2 {
            var turn = try #require(plan.firstTurn(ofSlot: slot))
            for _ in 0..<3 {
                #expect(IdentityFileTests.name(plan, turn) == ["ann7", "ben"][slot])
                turn = try #require(plan.turn(after: turn))
            }
        }
        #expect(throws: PlanError.tooFewRows(clones: 3, needed: 4)) { try IdentityFileTests.plan(.reuse, slots: 4) }
    }

    static func plan(_ rule: Feeds.WhenUsedUp, slots: Int, duration: Duration? = nil) throws -> ReplayPlan {
        var recording = Recording()
        recording.add("POST", "/login", body: login)
        let feeds = try feeds(people, rule)
        return try recording.plan { options in
            options.feeds = feeds
            options.population = .slots(slots)
            options.duration = duration
            options.ramp = .zero
        }
    }

    static func name(_ plan: ReplayPlan, _ turn: CloneTurn) -> String {
        let values = CloneValues(script: plan.scripts[0], clone: turn.clone, row: plan.row(of: turn))
        let body = plan.scripts[0].rendered(0, values)?.body ?? ""
        return String(body.split(separator: "\"").dropFirst(3).first ?? "")
    }

    @Test func theFindingsSayWhatPeopleBecome() throws {
        let findings = try IdentityFileTests.plan(.stop, slots: 1).findings
        #expect(findings.identities.map(\.field) == ["password", "username"])
        #expect(findings.identities.map(\.becomes) == ["{password}", "{username}"])
        #expect(findings.loginsWithoutRegistration == 0)
    }

    @Test func rulesGoBeforeColumns() throws {
        var recording = Recording()
        recording.add("POST", "/login", body: #"{"username":"dora77","password":"hunter2","tenant":"t1"}"#)
        let feeds = try IdentityFileTests.feeds(IdentityFileTests.people)
        let script = try recording.script { options in
            options.feeds = feeds
            options.bindingRules = BindingRules(identities: [
                .init(endpoint: "POST /login", field: "username", value: "{email}"),
                .init(endpoint: "POST /login", field: "password", value: nil),
                .init(endpoint: "POST /login", field: "tenant", value: "t-{clone}"),
            ])
        }
        let plan = try recording.plan { $0.feeds = feeds }
        let row = plan.row(of: CloneTurn(slot: 2, turn: 0, clone: 2, script: 0, due: .zero))
        #expect(
            script.rendered(0, CloneValues(script: script, clone: 2, row: row))?.body
                == #"{"username":"c@x.example","password":"hunter2","tenant":"t-2"}"#)
    }

    @Test func feedsGoWhereTheRulesPutThem() throws {
        var feeds = Feeds()
        #expect(feeds.add(try FeedTable(lines: Array("k-one\r\n\nk-two\n".utf8)), named: "apikey") == nil)
        var recording = Recording()
        recording.add(
            "GET", "/items",
            fields: ["X-Api-Key: a81bc81b-dead-4e5d-abff-90865d1e13b1", "Authorization: Bearer 3f9aab31c0de77"])
        let place = { BindingRules.Place(endpoint: "GET /items", place: $0) }
        let plan = try recording.plan { options in
            options.feeds = feeds
            options.bindingRules = BindingRules([
                .init(value: "{apikey}", sinks: [place("field X-Api-Key"), place("field Authorization")])
            ])
        }
        let row = plan.row(of: CloneTurn(slot: 1, turn: 0, clone: 1, script: 0, due: .zero))
        let sent = plan.scripts[0].rendered(0, CloneValues(script: plan.scripts[0], clone: 1, row: row))
        #expect(sent?.fields["X-Api-Key"] == "k-two")
        #expect(sent?.fields["Authorization"] == "Bearer k-two")
        #expect(feeds.add(try FeedTable(lines: [0x61]), named: "apikey") == "apikey")
        #expect(feeds.add(try FeedTable(lines: [0x61]), named: "clone") == "clone")
    }
}

@Suite struct FeedTableTests {
    @Test func objectsAreRows() throws {
        let table = try FeedTable(
            jsonLines: Array("{\"user\":\"a\\u0041\",\"id\":7}\n\n{\"id\":8,\"x\":1,\"user\":null}\n".utf8))
        #expect(table.columns == ["user", "id"])
        #expect(
            (0..<2).map { row in (0..<2).map { Array(table.value(row: row, column: $0)).text } } == [
                ["aA", "7"], ["", "8"],
            ])
    }

    @Test func quotedFieldsHoldAnything() throws {
        let table = try FeedTable(csv: Array("\u{feff}a,b\n\"x\ny\",\n,\"\"\"\"\n".utf8))
        #expect(table.columns == ["a", "b"])
        #expect(
            (0..<2).map { row in (0..<2).map { Array(table.value(row: row, column: $0)).text } } == [
                ["x\ny", ""], ["", "\""],
            ])
    }

    @Test(arguments: [
        ("", FeedTable.Problem.noRows), ("a,b\n", .noRows), ("a,a\n1,2\n", .badHeader("a")),
        ("a,\n1,2\n", .badHeader("")),
        ("a,b\n1,2\n\n3\n", .unequalLine(line: 4, values: 1, columns: 2)), ("a\n\"x\n\n", .openQuote(line: 2)),
    ])
    func badTablesSayWhere(csv: String, problem: FeedTable.Problem) {
        #expect(throws: problem) { try FeedTable(csv: Array(csv.utf8)) }
    }

    @Test(arguments: [
        ("", FeedTable.Problem.noRows), ("[1]\n", .badObject(line: 1)), ("{\"a\":1}\n{\"a\":", .badObject(line: 2)),
        ("{\"a\":1}\n{\"b\":1}", .missingMember(line: 2, name: "a")),
        ("{\"a\":[1]}", .nestedMember(line: 1, name: "a")),
    ])
    func badObjectsSayWhere(lines: String, problem: FeedTable.Problem) {
        #expect(throws: problem) { try FeedTable(jsonLines: Array(lines.utf8)) }
    }
}
