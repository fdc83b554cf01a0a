import Formats

extension FieldCase {
    /// A user's number and a key in base64, as Tryton writes them: `name:number:key`.
    @Sendable private static func session(_ user: String) -> String { encoded("ann:\(user):\(key(user))") }
    @Sendable private static func encoded(_ text: String) -> String { Base64.encoded(Array(text.utf8)).text }
    private static func key(_ user: String) -> String { "9f8e7d6c5b4a39281706\(user)ab" }

    private static func call(
        _ number: Int, _ method: String, _ parameters: String, result: String = "null", fields: [String] = [],
        encode: @escaping @Sendable (String) -> String = { $0 }
    ) -> Step {
        Step(
            "POST /db/", fields: fields,
            body: #"{"id":\#(number),"method":"\#(method)","params":\#(parameters)}"#,
            answer: #"{"id":\#(number),"result":\#(result)}"#, encode: encode)
    }

    private static let login = call(
        0, "common.db.open", #"["x"]"#, result: #"[§,"9f8e7d6c5b4a39281706§ab"]"#)

    /// Values of services in which many procedures share a path.
    static let procedures: [FieldCase] = [
        FieldCase(
            "Tryton: a user's number in base64 beside a key", give: login,
            use: call(1, "model.party.read", "[[],{}]", fields: ["Authorization: Session §"], encode: session)),
        FieldCase(
            "the same in one session", ["3"], give: login,
            use: call(1, "model.party.read", "[[],{}]", fields: ["Authorization: Session §"], encode: session)),
        FieldCase(
            "a number beside a key in a field of its own", ["3"],
            give: Step("POST /enter", answer: #"{"uid":§,"level":§,"secret":"9f8e7d6c5b4a39281706§ab"}"#),
            use: Step("GET /a", fields: ["X-Session: §"]) { encoded("\($0)|\(key($0))") }),
        FieldCase(
            "JSON-RPC: the number of a call is no id", give: call(1, "customer.create", "[{}]", result: #"{"id":§}"#),
            use: call(4, "customer.list", "[]")),
        FieldCase(
            "JSON-RPC: an id as the first parameter, in one session", ["3"],
            give: call(1, "customer.create", "[{}]", result: "§"), use: call(3, "customer.read", "[§]")),
        FieldCase(
            "JSON-RPC: a count is no id", ["3"], give: call(1, "customer.count", "[]", result: "3"),
            use: call(3, "customer.read", "[§]"), isBound: false),
        FieldCase(
            "JSON-RPC: a limit is no id", ["3"], give: call(1, "customer.create", "[{}]", result: "3"),
            use: call(3, "customer.search", #"["x",§]"#), isBound: false),
        FieldCase(
            "CouchDB: a revision that equal documents share",
            Array(repeating: "1-967a00dff5e02add41819138abb3284d", count: 4),
            live: "1-0123456789abcdef0123456789abcdef",
            give: Step("POST /db", body: #"{"a":1}"#, status: 201, answer: #"{"ok":true,"rev":"§"}"#),
            use: Step("PUT /db/doc", body: #"{"_rev":"§","a":2}"#)),
    ]
}
