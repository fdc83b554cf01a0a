import Testing
import Traffic

@testable import Plan

/// The grants of a session's logins, and how they are renewed.
@Suite struct GrantTests {
    private let login = #"{"access_token":"\#(Tokens.first)","refresh_token":"r3fresh0T0ken00001","expires_in":900}"#
    private let again = #"{"access_token":"\#(Tokens.second)","refresh_token":"r3fresh0T0ken00002","expires_in":900}"#
    private let credentials = #"{"username":"ann@example.org","password":"secret"}"#

    /// A login, a read, a refresh, a read.
    private func recording(_ refreshes: Bool = true) -> Recording {
        var recording = Recording()
        recording.add("POST", "/auth/register", body: credentials, status: 201, answer: #"{"id":"usr_1"}"#)
        recording.add("POST", "/auth/login", body: credentials, answer: login)
        recording.add("GET", "/items", fields: ["Authorization: Bearer \(Tokens.first)"])
        guard refreshes else { return recording }
        recording.add("POST", "/auth/refresh", body: #"{"refresh_token":"r3fresh0T0ken00001"}"#, answer: again)
        recording.add("GET", "/items", fields: ["Authorization: Bearer \(Tokens.second)"])
        return recording
    }

    @Test func aLoginAndItsRefreshAreOneGrant() throws {
        let script = try recording().script()
        let grant = try #require(script.grants.first)
        #expect(script.grants.count == 1)
        #expect(grant.renewers == [1, 3])
        #expect(grant.credentials.count == 2)
        #expect(script.requests.map(\.grants) == [[], [], [0], [], [0]])
        #expect(script.requests.map(\.renews) == [nil, 0, nil, 0, nil])
        #expect(grant.refresh.map { script.renewalRequests[$0].method } == ["POST"])
        #expect(grant.login.map { script.renewalRequests[$0].expectedStatus } == [200], "no one registers twice")
        #expect(!grant.isFetched)
    }

    @Test func aRenewalFillsEveryValueOfTheGrantAndContinuesFromTheLatest() throws {
        let script = try recording().script()
        let grant = try #require(script.grants.first)
        var values = CloneValues(script: script, clone: 7)
        func answer(_ number: Int) -> String { #"{"access_token":"a\#(number)","refresh_token":"r\#(number)"}"# }
        func take(_ request: Int, _ number: Int) {
            for source in script.request(request).sources {
                values[source.value] = source.value(head: [], body: Array(answer(number).utf8))
            }
        }
        func body(_ request: Int) -> String? {
            var body: [UInt8] = []
            return script.request(request).body.append(to: &body, values: values) ? body.text : nil
        }
        take(1, 1)
        #expect(script.rendered(2, values)?.fields["Authorization"] == "Bearer a1")
        // Two renewals out of order, then the session's own.
        let refresh = script.requests.count + grant.refresh.lowerBound
        #expect(body(refresh) == #"{"refresh_token":"r1"}"#)
        take(refresh, 2)
        #expect(script.rendered(2, values)?.fields["Authorization"] == "Bearer a2")
        #expect(script.rendered(4, values)?.fields["Authorization"] == "Bearer a2")
        #expect(body(refresh) == #"{"refresh_token":"r2"}"#)
        #expect(body(3) == #"{"refresh_token":"r2"}"#)
        take(3, 3)
        #expect(script.rendered(4, values)?.fields["Authorization"] == "Bearer a3")
        #expect(body(refresh) == #"{"refresh_token":"r3"}"#)
        let again = script.requests.count + grant.login.lowerBound
        #expect(body(again) == #"{"username":"user_7@example.com","password":"secret"}"#)
        take(again, 4)
        #expect(script.rendered(4, values)?.fields["Authorization"] == "Bearer a4")
        #expect(body(refresh) == #"{"refresh_token":"r4"}"#)
    }

    @Test func lifetimesAreReadFromTheTokenAndFromItsNeighbours() throws {
        let script = try recording().script()
        let request = script.requests[1]
        var values = CloneValues(script: script, clone: 1)
        func expiry(_ body: String, now: Int64) -> Int64? {
            for source in request.sources {
                values[source.value] = source.value(head: [], body: Array(body.utf8))
            }
            return request.expiry(of: script.grants[0], values: values, body: Array(body.utf8), now: now)
        }
        #expect(expiry(#"{"access_token":"opaque","expires_in":60}"#, now: 1000) == 1060)
        #expect(expiry(#"{"access_token":"opaque","expires_in":"60"}"#, now: 1000) == 1060)
        #expect(expiry(#"{"access_token":"opaque","expires_in":-1}"#, now: 1000) == nil)
        #expect(expiry(#"{"access_token":"opaque"}"#, now: 1000) == nil)
        let token = Tokens.token(#"{"iat":1000,"exp":1020}"#)
        #expect(expiry(#"{"access_token":"\#(token)"}"#, now: 1001) == 1020)
        #expect(expiry(#"{"access_token":"\#(token)","expires_in":10}"#, now: 1001) == 1011, "what is earlier counts")
        #expect(expiry(#"{"access_token":"\#(token)"}"#, now: 5000) == 5020, "the target's clock is behind")
        #expect(expiry(#"{"access_token":"\#(token)"}"#, now: 100) == 120, "the target's clock is ahead")
    }

    @Test func aRefreshThatNothingFollowsIsFoundByWhatItGives() throws {
        var recording = recording(false)
        recording.add("POST", "/auth/refresh", body: #"{"refresh_token":"r3fresh0T0ken00001"}"#, answer: again)
        let script = try recording.script()
        #expect(script.grants.map(\.renewers) == [[1, 3]])
        #expect(script.grants.first?.refresh.count == 1)
    }

    @Test func aLoginByFormIsReplayedWithThePageThatGaveItsToken() throws {
        var recording = Recording()
        let page = #"<form><input name="csrf" value="c5rf0T0ken000000001"></form>"#
        recording.add("GET", "/", answer: "<p>welcome</p>", answerType: "text/html")
        recording.add(
            "GET", "/login", answer: page, answerFields: ["Set-Cookie: visit=v1s1t0000000001; Path=/"],
            answerType: "text/html")
        recording.add(
            "POST", "/login", fields: ["Cookie: visit=v1s1t0000000001"],
            body: "csrf=c5rf0T0ken000000001&username=ann%40example.org&password=secret",
            type: "application/x-www-form-urlencoded", status: 302,
            answerFields: ["Set-Cookie: sid=s3ss10n000000001; Path=/; Max-Age=600", "Location: /home"])
        recording.add("GET", "/home", fields: ["Cookie: visit=v1s1t0000000001; sid=s3ss10n000000001"])
        let script = try recording.script()
        let grant = try #require(script.grants.first)
        #expect(script.grants.count == 1)
        #expect(grant.cookies.map(\.text) == ["sid"])
        #expect(grant.credentials == [])
        #expect(grant.login.map { script.renewalRequests[$0].method } == ["GET", "POST"])
        #expect(grant.refresh.isEmpty)
        #expect(script.requests.map(\.grants) == [[], [], [], [0]])
        var values = CloneValues(script: script, clone: 1, now: 1000)
        values.takeCookies(
            Array("HTTP/1.1 302 Found\r\nSet-Cookie: sid=x; Path=/; Max-Age=600\r\n\r\n".utf8), of: script.requests[2],
            target: CookieTarget(host: "api.example.com"))
        #expect(values.jar.expiry(ofAny: grant.cookies) == 1600)
    }

    @Test func aCodeFlowIsBoundFromStateToTokenAndReplayedWhole() throws {
        var recording = Recording()
        let state = "st4te0000000000001"
        let code = "c0de00000000000001"
        recording.add(
            "GET", "/app/login", status: 302,
            answerFields: ["Location: https://api.example.com/authorize?client_id=web&state=\(state)"])
        recording.add(
            "GET", "/authorize?client_id=web&state=\(state)",
            answer: #"<form><input name="csrf" value="c5rf0T0ken000000001"></form>"#, answerType: "text/html")
        recording.add(
            "POST", "/authorize?client_id=web&state=\(state)",
            body: "csrf=c5rf0T0ken000000001&username=ann%40example.org&password=secret",
            type: "application/x-www-form-urlencoded", status: 302,
            answerFields: ["Location: https://app.example.com/callback?code=\(code)&state=\(state)"])
        recording.add(
            "POST", "/token", body: "grant_type=authorization_code&code=\(code)&client_id=web",
            type: "application/x-www-form-urlencoded", answer: login)
        recording.add("GET", "/items", fields: ["Authorization: Bearer \(Tokens.first)"])
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 3)
        script.take(
            0, from: "", fields: ["Location: https://api.example.com/authorize?client_id=web&state=FRESHstate"],
            into: &values)
        #expect(script.rendered(1, values)?.target == "/authorize?client_id=web&state=FRESHstate")
        script.take(1, from: #"<form><input name="csrf" value="FRESHcsrf"></form>"#, into: &values)
        #expect(
            script.rendered(2, values)?.body == "csrf=FRESHcsrf&username=user_3%40example.com&password=secret")
        script.take(
            2, from: "", fields: ["Location: https://app.example.com/callback?code=FRESHcode&state=FRESHstate"],
            into: &values)
        #expect(
            script.rendered(3, values)?.body == "grant_type=authorization_code&code=FRESHcode&client_id=web")
        script.take(3, from: #"{"access_token":"FRESHaccess"}"#, into: &values)
        #expect(script.rendered(4, values)?.fields["Authorization"] == "Bearer FRESHaccess")
        let grant = try #require(script.grants.first { !$0.credentials.isEmpty })
        #expect(grant.login.map { script.renewalRequests[$0].method } == ["GET", "GET", "POST", "POST"])
    }

    @Test func thePlanShowsHowLoginsAreRenewed() throws {
        let logins = try recording().plan().findings.logins
        #expect(
            logins == [
                PlanFindings.Login(
                    endpoint: "POST /auth/login", refresh: "POST /auth/refresh", steps: 1, sessions: 1)
            ])
        #expect(try recording(false).plan().findings.logins.map(\.refresh) == [nil])
    }

    @Test func twoPeopleOfOneSessionKeepTheirOwnGrants() throws {
        var recording = recording(false)
        let other = Tokens.token(#"{"sub":"usr_9","jti":"tok_z9","exp":1700000900}"#)
        recording.add(
            "POST", "/auth/login", body: #"{"username":"bob@example.org","password":"secret"}"#,
            answer: #"{"access_token":"\#(other)","expires_in":900}"#)
        recording.add("GET", "/items", fields: ["Authorization: Bearer \(other)"])
        recording.add("GET", "/items", fields: ["Authorization: Bearer \(Tokens.first)"])
        let script = try recording.script()
        #expect(script.grants.map(\.renewers) == [[1], [3]])
        #expect(script.requests.map(\.grants) == [[], [], [0], [], [1], [0]])
        #expect(Set(script.grants[0].credentials).isDisjoint(with: script.grants[1].credentials))
    }

    @Test func aTokenAgainstForgedRequestsIsNotALogin() throws {
        var recording = Recording()
        recording.add("GET", "/page", answer: #"{"csrf":"c5rf0T0ken000000001"}"#)
        recording.add("POST", "/save", fields: ["X-CSRF-Token: c5rf0T0ken000000001"], body: "{}")
        #expect(try recording.script().grants.isEmpty)
    }
}
