import Plan
import Testing
import Workflows

@Suite struct BindingsFileTests {
    private static func rules(_ text: String) throws -> BindingRules {
        try BindingsFile.rules(in: Array(text.utf8), path: "bindings.yaml")
    }

    @Test func decisionsAreRead() throws {
        let rules = try BindingsFileTests.rules(
            """
            bindings:
            - name: "token"
              response: "POST /login"
              take: "$.access_token"
              pin: true
              sessions: 3
              into:
              - request: "GET /items/{id}"
                put: "field Authorization"
                sessions: 2
            - response: "GET /a"
              take: "$.b"
              drop: true
            - value: "{apikey}"
              into:
              - {request: "GET /a", put: "field X-Api-Key"}
            constants: []
            identities:
            - {request: "POST /login", field: username, value: "{email}"}
            - {request: "POST /login", field: password, drop: true}
            """)
        #expect(rules.rules.map(\.name) == ["token", nil, nil])
        #expect(rules.rules.map(\.isPinned) == [true, false, false])
        #expect(rules.rules.map(\.isDropped) == [false, true, false])
        #expect(rules.rules[0].source == .init(endpoint: "POST /login", place: "$.access_token"))
        #expect(rules.rules[0].sinks == [.init(endpoint: "GET /items/{id}", place: "field Authorization")])
        #expect(rules.rules[2].value == "{apikey}")
        #expect(rules.identities.map(\.value) == ["{email}", nil])
        #expect(rules.identities.map(\.field) == ["username", "password"])
    }

    @Test func aUUIDIsForTheRequestUnlessTheFileSaysForTheClone() throws {
        let rules = try BindingsFileTests.rules(
            """
            bindings:
            - {value: "{uuid}", into: [{request: "POST /pay", put: "field Idempotency-Key"}]}
            - {value: "{uuid}", per: request, into: [{request: "POST /pay", put: "field X-Request-Id"}]}
            - {value: "{uuid}", per: clone, into: [{request: "POST /pay", put: "field X-Device"}]}
            """)
        #expect(rules.rules.map(\.isForClone) == [false, false, true])
    }

    @Test(arguments: [
        ("bindings: []", "an empty list"), ("bindings:", "nothing in the list"), ("identities: []", "no bindings"),
    ])
    func emptyFilesDecideNothing(text: String, reason: String) throws {
        let rules = try BindingsFileTests.rules(text)
        #expect(rules.rules.isEmpty && rules.identities.isEmpty, "\(reason)")
    }

    @Test(arguments: [
        ("[1]", "a list called 'bindings'"), ("a: [", "not valid YAML"),
        ("bindings: 7", "1: 'bindings' must be a list"),
        ("bindings:\n- 7", "a binding needs"), ("bindings:\n- name: x", "or a 'value'"),
        ("bindings:\n- {response: GET /, take: $.a, drop: maybe}", "true or false"),
        ("bindings:\n- {response: GET /, take: $.a, into: 7}", "'into' must be a list"),
        ("bindings:\n- {response: GET /, take: $.a, into: [{request: GET /}]}", "pairs of"),
        ("bindings:\n- {value: x}", "needs an 'into'"),
        (
            "bindings:\n- {value: x, per: day, into: [{request: GET /, put: field A}]}",
            "'per' must be 'clone' or 'request'"
        ),
        ("bindings:\n- {response: GET /, tak: $.a}", "'tak' is not one of"),
        ("identities:\n- {request: POST /, field: a}", "an identity needs a 'value'"),
        ("identities:\n- {field: a, value: b}", "an identity needs 'request'"),
        ("sessions: 1", "'sessions' is not one of"),
    ])
    func badFilesSayWhatIsWrong(text: String, message: String) throws {
        let failure = #expect(throws: BindingsFile.Problem.self) { try BindingsFileTests.rules(text) }
        #expect(failure.map { "\($0)".contains(message) } == true, "\(failure.map { "\($0)" } ?? "")")
    }
}
