import Testing
import Traffic

@testable import Plan

/// Recognition of people: registrations in every form, and texts that are not names of people.
@Suite struct PeopleTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        var body: String
        var type = "application/json"
        /// What clone 7 sends.
        var sent: String
        var testDescription: String { reason }
    }

    private static let digits = String(repeating: "1234567890", count: 3)

    @Test(arguments: [
        Case(
            reason: "a telephone number", body: #"{"phone":"+491555500001","password":"pw1234"}"#,
            sent: #"{"phone":"+491550000007","password":"pw1234"}"#),
        Case(
            reason: "six digits at the end make a number", body: #"{"phone":"+1 (555) 123456","password":"pw1234"}"#,
            sent: #"{"phone":"+1 (555) 120007","password":"pw1234"}"#),
        Case(
            reason: "nine digits, of which seven change", body: #"{"phone":"123456789","password":"pw1234"}"#,
            sent: #"{"phone":"120000007","password":"pw1234"}"#),
        Case(
            reason: "five digits make a name", body: #"{"phone":"+1 x12345","password":"pw1234"}"#,
            sent: #"{"phone":"user7","password":"pw1234"}"#),
        Case(
            reason: "a number of 32 characters", body: #"{"phone":"+\#(digits)1","password":"pw1234"}"#,
            sent: #"{"phone":"+\#(digits.dropLast(6))0000007","password":"pw1234"}"#),
        Case(
            reason: "one of 33 is a name", body: #"{"phone":"+\#(digits)12","password":"pw1234"}"#,
            sent: #"{"phone":"user7","password":"pw1234"}"#),
        Case(
            reason: "a brace makes a name, as it would be a hole", body: #"{"phone":"{1}1234567","password":"pw1234"}"#,
            sent: #"{"phone":"user7","password":"pw1234"}"#),
        Case(
            reason: "letters past ASCII make a name", body: #"{"phone":"Nº1234567","password":"pw1234"}"#,
            sent: #"{"phone":"user7","password":"pw1234"}"#),
        Case(
            reason: "a value that is neither text nor a number is not a name",
            body: #"{"user":true,"login":"ann99","password":"pw1234"}"#,
            sent: #"{"user":true,"login":"user7","password":"pw1234"}"#),
        Case(
            reason: "parameters of JSON-RPC",
            body: #"{"jsonrpc":"2.0","method":"signup","params":["tom","pw"],"id":1}"#,
            sent: #"{"jsonrpc":"2.0","method":"signup","params":["user7","pw"],"id":1}"#),
        Case(
            reason: "parameters of XML-RPC",
            body:
                "<methodCall><methodName>auth.login</methodName><params><param><value><string>tom</string></value></param>"
                + "<param><value><string>pw</string></value></param></params></methodCall>",
            type: "text/xml",
            sent:
                "<methodCall><methodName>auth.login</methodName><params><param><value><string>user7</string></value></param>"
                + "<param><value><string>pw</string></value></param></params></methodCall>"),
        Case(
            reason: "name and password in base64", body: #"{"credentials":"\#(PlantedValues.base64("tommy:pw-1"))"}"#,
            sent: #"{"credentials":"\#(PlantedValues.base64("user7:pw-1"))"}"#),
        Case(
            reason: "a telephone number and its code", body: #"{"msisdn":"4917612345001","pin":"4711"}"#,
            sent: #"{"msisdn":"4917610000007","pin":"4711"}"#),
        Case(
            reason: "XML", body: "<user><email>ann@example.com</email><password>pw</password></user>",
            type: "application/xml", sent: "<user><email>user_7@example.com</email><password>pw</password></user>"),
        Case(
            reason: "XML with namespaces and attributes",
            body: "<s:E><s:B><u:reg u:login=\"ann99\" u:password=\"pw\"/></s:B></s:E>", type: "text/xml",
            sent: "<s:E><s:B><u:reg u:login=\"user7\" u:password=\"pw\"/></s:B></s:E>"),
        Case(
            reason: "a password among the credentials",
            body:
                #"{"username":"ann99","enabled":true,"credentials":[{"type":"password","value":"pw","temporary":false}]}"#,
            sent:
                #"{"username":"user7","enabled":true,"credentials":[{"type":"password","value":"pw","temporary":false}]}"#
        ),
        Case(
            reason: "arguments in a GraphQL document",
            body: #"{"query":"mutation { signup(email: \"ann@example.com\", password: \"pw\") { id } }"}"#,
            sent: #"{"query":"mutation { signup(email: \"user_7@example.com\", password: \"pw\") { id } }"}"#),
        Case(
            reason: "an object in a GraphQL document",
            body: #"{"query":"mutation { signup(input: {email: \"ann@example.com\", password: \"pw\"}) { id } }"}"#,
            sent: #"{"query":"mutation { signup(input: {email: \"user_7@example.com\", password: \"pw\"}) { id } }"}"#),
    ])
    func registrationsAreSeen(test: Case) throws {
        var recording = Recording()
        recording.add("POST", "/register", body: test.body, type: test.type, status: 201, answer: #"{"id":1}"#)
        let plan = try recording.plan()
        let values = CloneValues(script: plan.scripts[0], clone: 7)
        #expect(plan.scripts[0].rendered(0, values)?.body == test.sent)
        #expect(plan.findings.identities.map(\.names) == [1])
    }

    @Test(arguments: [
        (
            #"{"method":"user.create","params":["tom","tom@x.de","pw"]}"#,
            #"{"method":"user.create","params":["user7","user_7@example.com","pw"]}"#
        ),
        (
            #"{"method":"common.db.login","params":["tom",{"password":"pw"},"en"]}"#,
            #"{"method":"common.db.login","params":["user7",{"password":"pw"},"en"]}"#
        ),
        (#"{"method":"page.get","params":["tom","pw"]}"#, #"{"method":"page.get","params":["tom","pw"]}"#),
        (#"{"method":"login","params":["tom"]}"#, #"{"method":"login","params":["tom"]}"#),
        (#"{"params":["tom","pw"]}"#, #"{"params":["tom","pw"]}"#),
        (
            #"{"credentials":"\#(PlantedValues.base64("no colon"))"}"#,
            #"{"credentials":"\#(PlantedValues.base64("no colon"))"}"#
        ),
    ])
    func theMethodSaysWhetherParametersAreOfPeople(body: String, sent: String) throws {
        var recording = Recording()
        recording.add("POST", "/rpc", body: body, answer: #"{"result":1}"#)
        let script = try recording.script()
        #expect(script.rendered(0, CloneValues(script: script, clone: 7))?.body == sent)
    }

    @Test func anAddressIsOnePersonsInAnyCaseOfLetters() throws {
        var recording = Recording()
        recording.add("POST", "/register", body: #"{"email":"Ann0@Ex.com","password":"pw1234"}"#, status: 201)
        recording.add("POST", "/login", body: #"{"email":"ann0@ex.com","password":"pw1234"}"#)
        let plan = try recording.plan()
        let values = CloneValues(script: plan.scripts[0], clone: 7)
        let sent = [0, 1].map { plan.scripts[0].rendered($0, values)?.body }
        #expect(sent == Array(repeating: #"{"email":"user_7@example.com","password":"pw1234"}"#, count: 2))
        #expect(plan.findings.peoplePerSession == 1)
    }

    @Test func telephoneNumbersOfClonesDiffer() {
        let template = IdentityTemplate(any: "+4915{clone:7}")
        let numbers = [0, 7, 123_456, 9_999_999].map { template.name(ofClone: $0).text }
        #expect(numbers == ["+49150000000", "+49150000007", "+49150123456", "+49159999999"])
        let other = IdentityTemplate(any: "+4915{clone:7}", person: 1)
        #expect(other.name(ofClone: 7).text == "+49151000007")
    }

    @Test func aClientsIdentifierThatAResponseGaveIsNotAPersonsName() throws {
        var recording = Recording()
        let client = "s6BhdRkqt3-client-01"
        recording.add(
            "POST", "/oauth/register", body: #"{"redirect_uris":["https://a.example/cb"]}"#, status: 201,
            answer: #"{"client_id":"\#(client)","client_secret":"\#(BindingTests.opaque)"}"#)
        recording.add(
            "GET", "/me", fields: ["Authorization: Basic \(PlantedValues.base64("\(client):\(BindingTests.opaque)"))"])
        recording.add("POST", "/session", body: #"{"user":"\#(client)","secret":"\#(BindingTests.opaque)"}"#)
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: #"{"client_id":"live-client","client_secret":"live-secret"}"#, into: &values)
        let basic = PlantedValues.base64("live-client:live-secret")
        #expect(script.rendered(1, values)?.fields["Authorization"] == "Basic \(basic)")
        #expect(script.rendered(2, values)?.body == #"{"user":"live-client","secret":"live-secret"}"#)
    }

    @Test func aNameThatTheRegistrationRepeatsIsStillAPersons() throws {
        var recording = Recording()
        recording.add(
            "POST", "/register", body: #"{"username":"alice99","password":"pw"}"#, status: 201,
            answer: #"{"username":"alice99"}"#)
        recording.add("POST", "/login", body: #"{"username":"alice99","password":"pw"}"#)
        let script = try recording.script()
        let values = CloneValues(script: script, clone: 7)
        #expect(script.rendered(1, values)?.body == #"{"username":"user7","password":"pw"}"#)
    }

    @Test(arguments: [
        ("/wiki/PageAnna", "/wiki/PageUser7", "a word of an identifier"),
        ("/wiki/PageAnnaTwo", "/wiki/PageUser7Two", "in its middle"), ("/wiki/Anna", "/wiki/User7", "with a capital"),
        ("/wiki/ANNA_1", "/wiki/USER7_1", "in capitals"), ("/wiki/anna", "/wiki/user7", "as it is"),
        ("/wiki/PageAnnabel", "/wiki/PageAnnabel", "another name"), ("/wiki/PAGEANNA", "/wiki/PAGEANNA", "no word"),
        ("/wiki/Hannah", "/wiki/Hannah", "in another name"),
    ])
    func aNameWithOtherCapitalsIsFoundInIdentifiers(target: String, sent: String, reason: String) throws {
        var recording = Recording()
        recording.add("POST", "/register", body: #"{"username":"anna","password":"pw"}"#, status: 201)
        recording.add("POST", target, body: #"{"comment":"May Anna and anna"}"#)
        let script = try recording.script()
        let rendered = script.rendered(1, CloneValues(script: script, clone: 7))
        #expect(rendered?.target == sent, "\(reason)")
        #expect(rendered?.body == #"{"comment":"May Anna and user7"}"#, "in a sentence a capital says little")
    }
}
