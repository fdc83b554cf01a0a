import Formats

@testable import Plan

/// More kinds, in notations and places of services other than JSON ones.
extension PlantedValues {
    static func hex(_ count: Int, _ random: inout SplitMix64) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<count).map { _ in digits[Int(random.next() % 16)] })
    }

    private static func capitals(_ count: Int, _ random: inout SplitMix64) -> String {
        letters(count, &random).uppercased()
    }

    static let plantedPlaces: [Kind] = [
        Kind(
            name: "ETag → If-Match", value: { "\"\(PlantedValues.digits(2, &$0))\"" },
            answer: { Answer(fields: ["ETag: \($0)"]) },
            use: { Use(method: "PUT", target: "/k/doc", fields: ["If-Match: \($0)"], body: #"{"n":1}"#) }),
        Kind(
            name: "Last-Modified → If-Unmodified-Since", value: { "Wed, 21 Oct 2015 07:\(10 + $0.next() % 50):00 GMT" },
            answer: { Answer(fields: ["Last-Modified: \($0)"]) },
            use: { Use(method: "DELETE", target: "/k/doc", fields: ["If-Unmodified-Since: \($0)"]) }),
        Kind(
            name: "milliseconds as an id → path", value: { "17\(PlantedValues.digits(11, &$0))" },
            answer: { Answer(body: #"{"created":\#($0)}"#) }, use: { Use(target: "/k/moments/\($0)") }),
        Kind(
            name: "64-bit number → JSON", value: { PlantedValues.digits(18, &$0) },
            answer: { Answer(body: #"{"id":\#($0),"id_str":"\#($0)"}"#) },
            use: { Use(method: "POST", target: "/k/like", body: #"{"target":\#($0)}"#) }),
        Kind(
            name: "object id, hex → query", value: { PlantedValues.hex(24, &$0) },
            answer: { Answer(body: #"{"_id":{"$oid":"\#($0)"}}"#) }, use: { Use(target: "/k/find?ref=\($0)&x=1") }),
        Kind(
            name: "ULID in capitals → path", value: { "01" + PlantedValues.capitals(24, &$0) },
            answer: { Answer(body: #"{"data":{"type":"x","id":"\#($0)"}}"#) },
            use: { Use(target: "/k/jobs/\($0)/relationships") }),
        Kind(
            name: "slug of Location → path", value: { "my-first-post-\(PlantedValues.digits(4, &$0))" },
            answer: { Answer(fields: ["Location: /k/posts/\($0)/"]) }, use: { Use(target: "/k/posts/\($0)/edit") }),
        Kind(
            name: "word and number of Location → number", value: { PlantedValues.digits(3, &$0) },
            answer: { Answer(fields: ["Location: https://h.example/issue\($0)?ok=1"]) },
            use: { Use(target: "/k/rest/issue/\($0)") }),
        Kind(
            name: "short hidden field → form of its name", value: { PlantedValues.digits(2, &$0) },
            answer: { Answer(body: "<form><input type=hidden name=row-0-id value=\($0)></form>", type: "text/html") },
            use: { Use(method: "POST", target: "/k/rows", body: "row-0-id=\($0)&n=9", type: PlantedValues.formType) }),
        Kind(
            name: "JSON in an attribute → header",
            answer: { Answer(body: "<body hx-headers='{\"X-K\": \"\($0)\"}'></body>", type: "text/html") },
            use: { Use(target: "/k/hx", fields: ["X-K: \($0)"]) }),
        Kind(
            name: "escaped JSON in an attribute → JSON",
            answer: {
                Answer(body: "<div data-props=\"{&quot;ref&quot;:&quot;\($0)&quot;}\"></div>", type: "text/html")
            },
            use: { Use(method: "POST", target: "/k/props", body: #"{"ref":"\#($0)"}"#) }),
        Kind(
            name: "path in an attribute of its own name → path", value: { PlantedValues.uuid(&$0) },
            answer: { Answer(body: "<button hx-delete='/k/rows/\($0)'>x</button>", type: "text/html") },
            use: { Use(method: "DELETE", target: "/k/rows/\($0)") }),
        Kind(
            name: "JSON of a script → path", value: { PlantedValues.uuid(&$0) },
            answer: {
                Answer(
                    body: "<script type=\"application/json\">{\"a\":1,\"cart\":\"\($0)\"}</script>", type: "text/html")
            },
            use: { Use(target: "/k/carts/\($0)") }),
        Kind(
            name: "JSON → text of a GraphQL query",
            answer: { Answer(body: #"{"data":{"add":{"id":"\#($0)"}}}"#) },
            use: { Use(method: "POST", target: "/k/graphql", body: #"{"query":"mutation{drop(id:\"\#($0)\"){ok}}"}"#) }),
        Kind(
            name: "Set-Cookie → form", answer: { Answer(fields: ["Set-Cookie: xsrf=\($0); Path=/k"]) },
            use: { Use(method: "POST", target: "/k/x", body: "_xsrf=\($0)", type: PlantedValues.formType) }),
        Kind(
            name: "XML text → XML attribute", value: { PlantedValues.hex(32, &$0) },
            answer: { Answer(body: "<m><sync>\($0)</sync></m>", type: "application/xml") },
            use: { Use(method: "REPORT", target: "/k/dav", body: "<r since=\"\($0)\"/>", type: "application/xml") }),
        Kind(
            name: "token with marks → query",
            value: { "s\(PlantedValues.digits(4, &$0))_7_\(PlantedValues.digits(3, &$0))" },
            answer: { Answer(body: #"{"next_batch":"\#($0)"}"#) }, use: { Use(target: "/k/sync?since=\($0)&t=0") }),
        Kind(
            name: "short code, told by the sessions", value: { PlantedValues.capitals(6, &$0) },
            answer: { Answer(body: #"{"code":"\#($0)"}"#) }, use: { Use(target: "/k/confirm?code=\($0)") }),
    ]

    static let decoyPlaces: [Kind] = [
        decoy("page size", constant("20"), answer: { Answer(body: #"{"total":\#($0),"limit":\#($0)}"#) }),
        decoy("country", oneOf(["NL", "BE", "DE"])),
        decoy(
            "asset", constant("app.3f2b8c1e.js"), use: { Use(target: "/d/static/\($0)") },
            answer: { Answer(body: "<script src=\"/d/static/\($0)\"></script>", type: "text/html") }),
        decoy(
            "link by its word", oneOf(["imprint", "about", "pricing"]), use: { Use(target: "/d/pages/\($0)") },
            answer: { Answer(body: "<a href=\"/d/pages/\($0)\">x</a>", type: "text/html") }),
        decoy(
            "the moment it is", { "17000\(PlantedValues.digits(5, &$0))" },
            use: { Use(target: "/d/poll?_=\((Int($0) ?? 0) + 1)") }, answer: { Answer(body: #"{"now":\#($0)}"#) }),
        decoy(
            "a choice of a form", oneOf(["3", "5"]),
            use: { Use(method: "POST", target: "/d/vote", body: "choice=\($0)", type: PlantedValues.formType) },
            answer: { _ in Answer(body: #"{"options":[{"n":3},{"n":5}]}"#) }),
        decoy(
            "a number behind another word", { "\(1 + $0.next() % 9)" }, use: { _ in Use(target: "/d/user/5") },
            answer: { Answer(fields: ["Location: /d/issue\($0)"]) }),
        decoy("weekday", oneOf(["monday", "tuesday", "friday"])),
    ]
}
