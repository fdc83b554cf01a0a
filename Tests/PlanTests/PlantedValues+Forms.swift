import Formats

@testable import Plan

/// More kinds, in common notations of values.
extension PlantedValues {
    /// A client secret, with special characters in some.
    private static func secret(_ random: inout SplitMix64) -> String {
        letters(10, &random) + ["+", "/", "=", "."][Int(random.next() % 4)] + letters(9, &random) + "7z"
    }

    static let plantedForms: [Kind] = [
        Kind(
            name: "JSON → behind a colon in a field", value: { secret(&$0) },
            answer: { Answer(body: #"{"s":"\#($0)"}"#) },
            use: { Use(target: "/k/colon", fields: ["X-Key: client-7:\($0)"]) }),
        Kind(
            name: "JSON → parameter of a field", value: { secret(&$0) }, answer: { Answer(body: #"{"s":"\#($0)"}"#) },
            use: { Use(target: "/k/parameter", fields: [#"X-Sig: Token token="\#($0)""#]) }),
        Kind(
            name: "JSON → piece of a query, encoded once", value: { secret(&$0) },
            answer: { Answer(body: #"{"s":"\#($0)"}"#) }, use: { Use(target: "/k/piece?q=key%3A\(form($0))") }),
        Kind(
            name: "JSON behind )]}' → header", answer: { Answer(body: ")]}',\n{\"x\":\"\($0)\"}") },
            use: { Use(target: "/k/guarded", fields: ["X-Ref: \($0)"]) }),
        Kind(
            name: "JSON Lines → JSON Lines",
            answer: { Answer(body: "{\"n\":1}\n{\"id\":\"\($0)\"}\n", type: "application/x-ndjson") },
            use: {
                Use(
                    method: "POST", target: "/k/bulk", body: "{\"a\":1}\n{\"delete\":{\"_id\":\"\($0)\"}}\n",
                    type: "application/x-ndjson")
            }),
        Kind(
            name: "JSON that says it is a form", answer: { Answer(body: #"{"lease":"\#($0)"}"#, type: formType) },
            use: { Use(method: "POST", target: "/k/lied", body: #"{"lease":"\#($0)"}"#, type: formType) }),
        Kind(
            name: "fragment → header",
            answer: { Answer(fields: ["Location: /cb.html#access_token=\($0)&token_type=Bearer&state=xyz"]) },
            use: { Use(target: "/k/fragment", fields: ["X-Ref: \($0)"]) }),
        Kind(
            name: "list with bars → query", value: { uuid(&$0) },
            answer: { Answer(body: #"{"items":[{"ref":"\#($0)"}]}"#) },
            use: { Use(target: "/k/bars?ids=\($0)%7Cabc") }),
        Kind(
            name: "member name → path", value: { uuid(&$0) },
            answer: { Answer(body: #"{"lines":{"\#($0)":{"qty":1}}}"#) },
            use: { Use(target: "/k/line/\($0)") }),
        Kind(
            name: "JSON → form field's name", value: { uuid(&$0) }, answer: { Answer(body: #"{"line":"\#($0)"}"#) },
            use: { Use(method: "POST", target: "/k/names", body: "qty%5B\($0)%5D=2", type: formType) }),
        Kind(
            name: "short id → GraphQL argument", value: { digits(3, &$0) },
            answer: { Answer(body: #"{"data":{"addNote":{"id":"\#($0)"}}}"#) },
            use: {
                Use(method: "POST", target: "/k/graph", body: #"{"query":"mutation{dropNote(id:\"\#($0)\"){ok}}"}"#)
            }),
        Kind(
            name: "JSON → GraphQL shorthand", value: { uuid(&$0) }, answer: { Answer(body: #"{"note":"\#($0)"}"#) },
            use: { Use(method: "POST", target: "/k/short", body: #"{"query":"{ notes(ids: [\"\#($0)\"]) { id } }"}"#) }),
        Kind(
            name: "long state of a page → form", value: { letters(9_000, &$0) },
            answer: { Answer(body: "<input type=hidden name=__STATE value=\"\($0)\">", type: "text/html") },
            use: { Use(method: "POST", target: "/k/state", body: "__STATE=\($0)", type: formType) }),
        Kind(
            name: "capitals → small letters", value: { uuid(&$0).uppercased() },
            answer: { Answer(body: #"{"sum":"\#($0)"}"#) }, use: { Use(target: "/k/sums/\($0.lowercased())") }),
        Kind(
            name: "a name without digits, told by the sessions", value: { letters(5, &$0).filter(\.isLetter) + "ab" },
            answer: { Answer(body: #"{"copy":{"from":"\#($0)"}}"#) },
            use: { Use(method: "POST", target: "/k/copy", body: #"{"source":"\#($0)"}"#) }),
    ]

    static let decoyForms: [Kind] = [
        decoy(
            "an amount that is an id", { "\(1 + $0.next() % 9)" },
            use: { Use(method: "POST", target: "/d/cart", body: #"{"qty":\#($0)}"#) },
            answer: { Answer(body: #"{"item":{"id":\#($0)}}"#) }),
        decoy(
            "a number that the client sent", { "\(10 + $0.next() % 90)" },
            use: { Use(method: "POST", target: "/d/size", body: #"{"n":\#($0)}"#) },
            answer: { Answer(body: #"{"n":\#($0)}"#) }, sent: { #"{"n":\#($0)}"# }),
        decoy(
            "a word of GraphQL", oneOf(["ASC", "DESC"]),
            use: { Use(method: "POST", target: "/d/graph", body: #"{"query":"{ notes(order: \#($0)) { id } }"}"#) },
            answer: { Answer(body: #"{"data":{"notes":{"order":"\#($0)"}}}"#) }),
        decoy(
            "a key that the client makes", { uuid(&$0) },
            use: { Use(method: "POST", target: "/d/pay", fields: ["Idempotency-Key: \($0)"], body: "{}") },
            answer: { _ in Answer(body: #"{"ok":true}"#) }),
        decoy(
            "a choice that all pages have", oneOf(["small", "large"]),
            use: { Use(method: "POST", target: "/d/choose", body: "size=\($0)", type: formType) },
            answer: { _ in
                Answer(body: "<select name=size><option value=small><option value=large></select>", type: "text/html")
            }),
        decoy(
            "a sentence that all know", constant("The quick brown fox jumps"),
            use: { Use(method: "POST", target: "/d/say", body: #"{"text":"\#($0)"}"#) }),
        decoy("a price", { "\(100 + $0.next() % 900),50" }),
        decoy("a time", { "1\($0.next() % 10):\(10 + $0.next() % 50)" }),
        decoy(
            "bytes of a message", { digits(3, &$0) },
            use: { Use(method: "POST", target: "/d/range", fields: ["X-Bytes: \($0)"], body: "{}") },
            answer: { _ in Answer(body: #"{"size":12}"#) }),
        decoy(
            "a flag in lines", oneOf(["true", "false"]),
            use: {
                Use(
                    method: "POST", target: "/d/lines", body: "{\"a\":\($0)}\n{\"a\":\($0)}\n",
                    type: "application/x-ndjson")
            },
            answer: { Answer(body: "{\"a\":\($0)}\n{\"b\":1}\n", type: "application/x-ndjson") }),
    ]
}
