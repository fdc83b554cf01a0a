import ContentCodings
import Formats
import Testing
import Traffic

@testable import Plan

@Suite struct BindingTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        /// The first exchange's response.
        var answer = ""
        var answerFields: [String] = []
        var answerType = "application/json"
        /// Its request.
        var source = ("POST", "/things")
        var sourceBody = ""
        /// The second exchange's request.
        var method = "GET"
        var target = "/next"
        var fields: [String] = []
        var body = ""
        var type = "application/json"
        /// The place where the value is found; nil when nothing is bound.
        var found: String?
        var testDescription: String { reason }
    }

    static let uuid = "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f"
    static let opaque = "Zk9pQ2x4WmRtS3lR"

    @Test(arguments: [
        Case(
            reason: "a token in a field", answer: #"{"access_token":"\#(opaque)"}"#,
            fields: ["Authorization: Bearer \(opaque)"], found: "$.access_token"),
        Case(
            reason: "a token in a query", answer: #"{"t":"\#(opaque)"}"#, target: "/next?a=1&t=\(opaque)&b=2",
            found: "$.t"),
        Case(
            reason: "a percent-encoded value in a query", answer: #"{"cursor":"a/b+c==0123456"}"#,
            target: "/next?cursor=a%2Fb%2Bc%3D%3D0123456", found: "$.cursor"),
        Case(reason: "a UUID in a path", answer: #"{"ref":"\#(uuid)"}"#, target: "/x/\(uuid)/y", found: "$.ref"),
        Case(
            reason: "a value in a JSON body", answer: #"{"a":{"b":["\#(opaque)"]}}"#, method: "POST",
            body: #"{"x":[{"y":"\#(opaque)"}]}"#, found: "$.a.b[0]"),
        Case(
            reason: "a JSON escape at either end", answer: #"{"k":"abc\/def0123456789"}"#, method: "POST",
            body: #"{"y":"abc/def0123456789"}"#, found: "$.k"),
        Case(
            reason: "a form field", answer: #"{"csrf":"\#(opaque)"}"#, method: "POST", body: "a=1&csrf=\(opaque)",
            type: "application/x-www-form-urlencoded", found: "$.csrf"),
        Case(
            reason: "a form as the source", answer: "oauth_token=\(opaque)&x=1",
            answerType: "application/x-www-form-urlencoded",
            target: "/next?token=\(opaque)", found: "form oauth_token"),
        Case(
            reason: "a hidden field of a page",
            answer: "<!doctype html><form><INPUT type=hidden\nname='csrf' value=\"\(opaque)\"/><input name=q></form>",
            answerType: "text/html; charset=utf-8", method: "POST", body: "q=1&csrf=\(opaque)",
            type: "application/x-www-form-urlencoded", found: "HTML field csrf"),
        Case(
            reason: "a token of letters alone", answer: #"{"refresh_token":"rt_kqmvwzexhtyaplbs"}"#,
            method: "POST", body: #"{"refresh_token":"rt_kqmvwzexhtyaplbs"}"#, found: "$.refresh_token"),
        Case(
            reason: "a token of letters alone in a field", answer: #"{"token":"kqmvwzexhtyaplbs"}"#,
            fields: ["Authorization: Bearer kqmvwzexhtyaplbs"], found: "$.token"),
        Case(
            reason: "words of the same length", answer: #"{"title":"my-first-article-title"}"#, method: "POST",
            body: #"{"title":"my-first-article-title"}"#, found: nil),
        Case(
            reason: "a cookie in a field", answerFields: ["Set-Cookie: sid=\(opaque); Path=/; HttpOnly"],
            fields: ["X-Session: \(opaque)"], found: "cookie sid"),
        Case(
            reason: "a segment of Location", answerFields: ["Location: /things/\(uuid)"], target: "/things/\(uuid)",
            found: "header Location path[1]"),
        Case(
            reason: "a parameter of Location", answerFields: ["Location: https://a.example/cb?code=\(opaque)"],
            target: "/cb?code=\(opaque)", found: "header Location ?code"),
        Case(
            reason: "an ETag", answerFields: ["ETag: \"5f3a-9b7c1d22e\""],
            fields: ["If-None-Match: \"5f3a-9b7c1d22e\""],
            found: "header ETag"),
        Case(
            reason: "a short id in the path of its collection", answer: #"{"id":17}"#, target: "/things/17",
            found: "$.id"),
        Case(
            reason: "a short id in a list", answer: #"{"things":[{"id":3},{"id":17}]}"#, source: ("GET", "/api"),
            target: "/things/17/x", found: "$.things[1].id"),
        Case(
            reason: "a short id named after its collection", answer: #"{"thing_id":17}"#, source: ("GET", "/api"),
            target: "/things/17", found: "$.thing_id"),
        Case(
            reason: "a short id in a field of that name", answer: #"{"thingId":17}"#, source: ("GET", "/api"),
            method: "POST",
            body: #"{"thing_id":17}"#, found: "$.thingId"),
        Case(
            reason: "a person's id from registering", answer: #"{"id":42}"#, source: ("POST", "/auth/register"),
            target: "/users/42", found: "$.id"),
        Case(
            reason: "a short id of something else", answer: #"{"id":17}"#, source: ("POST", "/auth/register"),
            target: "/things/17", found: nil),
        Case(
            reason: "a long id of whatever it is", answer: #"{"id":170351}"#, source: ("POST", "/orders"),
            target: "/things/170351", found: "$.id"),
        Case(reason: "a short number that is not an id", answer: #"{"count":17}"#, target: "/things/17", found: nil),
        Case(reason: "a short id where no id is wanted", answer: #"{"id":17}"#, target: "/next?page=17", found: nil),
        Case(reason: "a flag", answer: #"{"id":true}"#, target: "/things/true", found: nil),
        Case(reason: "a word", answer: #"{"state":"ready"}"#, target: "/things?state=ready", found: nil),
        Case(reason: "a date", answer: #"{"day":"2024-05-01"}"#, target: "/things?day=2024-05-01", found: nil),
        Case(
            reason: "what the client sent first is its own", answer: #"{"key":"\#(uuid)"}"#,
            sourceBody: #"{"key":"\#(uuid)"}"#,
            target: "/things/\(uuid)", found: nil),
        Case(
            reason: "a body that is not text", answer: "PNG\u{1}{\"k\":\"\(opaque)\"}", answerType: "image/png",
            target: "/next?k=\(opaque)", found: nil),
    ])
    func valuesAreBoundWhereTheyCannotBeThereByChance(test: Case) throws {
        var recording = Recording()
        recording.add(
            test.source.0, test.source.1, body: test.sourceBody, answer: test.answer, answerFields: test.answerFields,
            answerType: test.answerType)
        recording.add(test.method, test.target, fields: test.fields, body: test.body, type: test.type)
        let script = try recording.script()
        #expect(script.requests[0].sources.map(\.locator.description) == [test.found].compactMap(\.self))
        #expect(script.requests[1].neededValues.count == (test.found == nil ? 0 : 1))
        let rendered = try #require(script.rendered(1, CloneValues(recorded: script)))
        #expect(rendered.target == test.target)
        #expect(rendered.body == test.body)
        for field in test.fields {
            let parts = field.split(separator: ": ", maxSplits: 1).map(String.init)
            #expect(rendered.fields[parts[0]] == parts[1])
        }
    }

    /// The life of a session of SampleAPI.
    static func life() -> Recording {
        var recording = Recording()
        recording.add(
            "POST", "/auth/register", body: #"{"username":"alice@wonder.land","password":"s3cret"}"#, status: 201,
            answer: #"{"id":"usr_8K2jd93kdK","username":"alice@wonder.land"}"#)
        recording.add(
            "POST", "/auth/login", body: #"{"username":"alice@wonder.land","password":"s3cret"}"#,
            answer: #"{"access_token":"\#(Tokens.first)","refresh_token":"rt_firstAAAA1111","expires_in":900}"#)
        recording.add(
            "GET", "/api/protected", fields: ["Authorization: Bearer \(Tokens.first)"], answer: #"{"subject":"x"}"#)
        recording.add(
            "POST", "/api/v1/items", fields: ["Authorization: Bearer \(Tokens.first)"], body: #"{"name":"lamp"}"#,
            status: 201, answer: #"{"id":"itm_77aXbY19zQ","name":"lamp"}"#,
            answerFields: ["Location: /api/v1/items/itm_77aXbY19zQ"])
        recording.add(
            "GET", "/api/v1/items/itm_77aXbY19zQ", fields: ["Authorization: Bearer \(Tokens.first)"],
            answer: #"{"id":"itm_77aXbY19zQ","name":"lamp"}"#)
        recording.add(
            "POST", "/auth/refresh", body: #"{"refresh_token":"rt_firstAAAA1111"}"#,
            answer: #"{"access_token":"\#(Tokens.second)","refresh_token":"rt_secondBBBB2222","expires_in":900}"#)
        recording.add(
            "GET", "/api/v1/items/itm_77aXbY19zQ", fields: ["Authorization: Bearer \(Tokens.second)"],
            answer: #"{"id":"itm_77aXbY19zQ","name":"lamp"}"#)
        recording.add("POST", "/auth/logout", fields: ["Authorization: Bearer \(Tokens.second)"], status: 204)
        return recording
    }

    @Test func aLifeIsReplayedWithFreshValues() throws {
        let script = try BindingTests.life().script()
        var values = CloneValues(script: script, clone: 7)
        #expect(script.rendered(0, values)?.body == #"{"username":"user_7@example.com","password":"s3cret"}"#)
        #expect(script.rendered(1, values)?.body == #"{"username":"user_7@example.com","password":"s3cret"}"#)
        #expect(script.rendered(2, values) == nil, "no token yet")
        script.take(1, from: #"{"refresh_token":"R1","expires_in":9,"access_token":"A1"}"#, into: &values)
        #expect(script.rendered(2, values)?.fields["Authorization"] == "Bearer A1")
        script.take(3, from: #"{"id":"itm_new"}"#, fields: ["Location: /api/v1/items/itm_new"], into: &values)
        #expect(script.rendered(4, values)?.target == "/api/v1/items/itm_new")
        #expect(script.rendered(5, values)?.body == #"{"refresh_token":"R1"}"#)
        #expect(script.rendered(6, values) == nil, "the refreshed token supersedes the first")
        script.take(5, from: #"{"refresh_token":"R2","access_token":"A2"}"#, into: &values)
        #expect(
            script.rendered(6, values)
                == Rendered(
                    target: "/api/v1/items/itm_new", fields: ["Authorization": "Bearer A2"], body: ""))
        #expect(script.rendered(7, values)?.fields["Authorization"] == "Bearer A2")
    }

    @Test func findingsNamePlacesAndNoValues() throws {
        let findings = try BindingTests.life().plan().findings
        let rows = findings.bindings.map { "\($0.sourceEndpoint) \($0.source) ×\($0.count)" }
        #expect(
            rows == [
                "POST /auth/login $.access_token ×3", "POST /api/v1/items $.id ×2",
                "POST /auth/refresh $.access_token ×2",
                "POST /auth/login $.refresh_token ×1",
            ])
        #expect(findings.bindings[0].sinks.map(\.place) == Array(repeating: "field Authorization", count: 3))
        #expect(findings.bindings[3].sinks.map(\.place) == ["JSON refresh_token"])
        #expect(findings.loginsWithoutRegistration == 0)
        #expect(findings.tokens.isEmpty)
        let text = String(describing: findings)
        for secret in ["alice", "s3cret", "rt_", "eyJ", "77aXbY19zQ"] { #expect(!text.contains(secret)) }
    }

    @Test func aSourceMustHaveEndedBeforeTheRequestBegan() throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#, beganNs: 0, endedNs: 100)
        recording.add("GET", "/b?k=\(BindingTests.opaque)", beganNs: 50, endedNs: 120)
        recording.add("GET", "/c?k=\(BindingTests.opaque)", beganNs: 130, endedNs: 140)
        let script = try recording.script()
        // The value was sent before the response had arrived: it is the client's own.
        #expect(script.values.isEmpty)
    }

    @Test func anObjectIsPreferredToAListPosition() throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"list":["x","\#(BindingTests.opaque)"]}"#)
        recording.add("GET", "/b", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        recording.add("GET", "/c", answer: #"{"list":["\#(BindingTests.opaque)"]}"#)
        recording.add("GET", "/d?k=\(BindingTests.opaque)")
        let script = try recording.script()
        #expect(script.requests.map { $0.sources.map(\.locator.description) } == [[], ["$.k"], [], []])
    }

    @Test(arguments: [ContentCoding.Step.gzip, .deflate, .brotli, .zstd])
    func compressedBodiesAreSearched(step: ContentCoding.Step) throws {
        var recording = Recording()
        recording.add(
            "GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#,
            answerFields: ["Content-Encoding: \(ContentCoding([step]).fieldValue)"])
        let body = try #require(recording.exchanges[0].response).body
        let coded = try ContentCoding([step]).encoded(body)
        recording.edit { $0.response?.body = coded }
        recording.add("GET", "/d?k=\(BindingTests.opaque)")
        let script = try recording.script()
        #expect(script.requests[0].sources.map(\.locator.description) == ["$.k"])
    }

    @Test func bodiesInUnknownCodingsAreCountedAndNotSearched() throws {
        var recording = Recording()
        recording.add(
            "GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#, answerFields: ["Content-Encoding: exi"])
        // As it is, it would be text in spite of its coding.
        recording.edit { $0.response?.body[0] = 0x03 }
        recording.add("GET", "/d?k=\(BindingTests.opaque)")
        let plan = try recording.plan()
        #expect(plan.scripts[0].values.isEmpty)
        #expect(plan.findings.codedBodies == 1)
    }

    @Test func aRepeatedTokenIsWhicheverCameLast() throws {
        var recording = Recording()
        let answer = #"{"token":"\#(BindingTests.opaque)"}"#
        recording.add("POST", "/login", answer: answer)
        recording.add("GET", "/a", fields: ["X-Token: \(BindingTests.opaque)"], answer: answer)
        recording.add("GET", "/b", fields: ["X-Token: \(BindingTests.opaque)"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        script.take(0, from: #"{"token":"one"}"#, into: &values)
        #expect(script.rendered(1, values)?.fields["X-Token"] == "one")
        #expect(script.rendered(2, values)?.fields["X-Token"] == "one", "the second response may not repeat it")
        script.take(1, from: #"{"token":"two"}"#, into: &values)
        #expect(script.rendered(2, values)?.fields["X-Token"] == "two")
    }

    @Test func valuesInTextInsideJSONAreEscaped() throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        recording.add("POST", "/b", body: #"{"text":"see \#(BindingTests.opaque), please"}"#)
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        script.take(0, from: #"{"k":"a\"b"}"#, into: &values)
        #expect(script.rendered(1, values)?.body == #"{"text":"see a\"b, please"}"#)
    }

    @Test func aDuplicateMemberIsNotTrusted() throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"other","k":"\#(BindingTests.opaque)"}"#)
        recording.add("GET", "/d?k=\(BindingTests.opaque)")
        #expect(try recording.script().values.isEmpty)
    }

    @Test func renderingWithRecordedValuesGivesTheRecording() throws {
        var random = SplitMix64(seed: 5)
        var places = 0
        defer { #expect(places > 1000, "values were found at all") }
        for round in 0..<150 {
            let recording = RandomSession.make(&random)
            let script = try recording.script { $0.keepsCookies = true }
            places += script.requests.reduce(0) { $0 + $1.target.places.count + $1.body.places.count }
            for (index, exchange) in recording.exchanges.enumerated() {
                let request = try #require(exchange.request)
                let rendered = try #require(script.rendered(index, CloneValues(recorded: script)))
                let lines = request.head.text.split(separator: "\r\n")
                #expect(rendered.target == lines[0].split(separator: " ")[1], "round \(round)")
                #expect(rendered.body == request.body.text, "round \(round)")
                for line in lines.dropFirst(2) where !line.hasPrefix("Content-Length") {
                    let parts = line.split(separator: ": ", maxSplits: 1)
                    #expect(rendered.fields[String(parts[0])] == String(parts[1]), "round \(round)")
                }
            }
        }
    }
}
