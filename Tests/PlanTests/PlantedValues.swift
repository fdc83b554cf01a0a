import Formats

@testable import Plan

/// Values planted in a recording, and decoys that only resemble planted values.
enum PlantedValues {
    /// A response with a value.
    struct Answer {
        var fields: [String] = []
        var body = ""
        var type = "application/json"
    }

    /// A request with the value.
    struct Use {
        var method = "GET"
        var target: String
        var fields: [String] = []
        var body = ""
        var type = "application/json"
    }

    /// A way in which a value gets from a response into a request.
    struct Kind: Sendable {
        var name: String
        /// Makes a value.
        var value: @Sendable (inout SplitMix64) -> String = { PlantedValues.letters(20, &$0) }
        var answer: @Sendable (String) -> Answer
        var use: @Sendable (String) -> Use
        /// Whether it is the clone's own; a decoy is sent as recorded.
        var isPlanted = true
        /// Whether the request comes first.
        var comesFirst = false
        /// The body of the request that the response answers.
        var sent: (@Sendable (String) -> String)?
    }

    static func letters(_ count: Int, _ random: inout SplitMix64) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<count).map { _ in alphabet[Int(random.next() % 62)] })
    }

    static func digits(_ count: Int, _ random: inout SplitMix64) -> String {
        String((0..<count).map { $0 == 0 ? "\(1 + random.next() % 9)" : "\(random.next() % 10)" }.joined())
    }

    static func uuid(_ random: inout SplitMix64) -> String {
        let digits = Array("0123456789abcdef")
        let hex = (0..<32).map { _ in digits[Int(random.next() % 16)] }
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }

    static func base64(_ text: String, _ form: Base64 = .standard) -> String { form.encoded(text) }

    static func base64(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        Base64.standard.append(bytes, to: &output)
        return output.text
    }

    static func token(claim value: String) -> String {
        Base64.url.encoded(#"{"alg":"HS256","typ":"JWT"}"#) + "."
            + Base64.url.encoded(#"{"sub":"\#(value)","n":1}"#) + ".c2lnbmF0dXJlc2lnbmF0dXJl"
    }

    static func form(_ value: String) -> String {
        var output: [UInt8] = []
        PercentStyle.unreserved.append(Array(value.utf8), to: &output)
        return output.text
    }

    static let formType = "application/x-www-form-urlencoded"
}

extension Base64 {
    func encoded(_ text: String) -> String {
        var output: [UInt8] = []
        append(text.utf8, to: &output)
        return output.text
    }
}

extension PlantedValues {
    static let planted: [Kind] =
        [
            Kind(
                name: "JSON, nested → bearer token",
                answer: { Answer(body: #"{"data":{"auth":{"key":"\#($0)"},"n":3}}"#) },
                use: { Use(target: "/k/bearer", fields: ["Authorization: Bearer \($0)"]) }),
            Kind(
                name: "JSON, array → path", value: { PlantedValues.uuid(&$0) },
                answer: { Answer(body: #"{"rows":[{"ref":"x"},{"ref":"\#($0)"}]}"#) },
                use: { Use(target: "/k/rows/\($0)/detail") }),
            Kind(
                name: "header → header", answer: { Answer(fields: ["X-Request-Key: \($0)"]) },
                use: { Use(target: "/k/header", fields: ["X-Reply-Key: \($0)"]) }),
            Kind(
                name: "Set-Cookie → header", answer: { Answer(fields: ["Set-Cookie: csrf=\($0); Path=/"]) },
                use: { Use(target: "/k/double", fields: ["X-CSRF-Token: \($0)"]) }),
            Kind(
                name: "HTML input → form",
                answer: {
                    Answer(body: "<form><input type=hidden name=\"_csrf\" value='\($0)'></form>", type: "text/html")
                },
                use: {
                    Use(method: "POST", target: "/k/form", body: "a=1&_csrf=\($0)", type: PlantedValues.formType)
                }),
            Kind(
                name: "HTML meta → header",
                answer: {
                    Answer(body: "<html><meta content=\"\($0)\" name=csrf-token><p>Hello</p></html>", type: "text/html")
                },
                use: { Use(method: "DELETE", target: "/k/meta", fields: ["X-CSRF-Token: \($0)"]) }),
            Kind(
                name: "HTML-escaped input → form",
                value: { PlantedValues.letters(9, &$0) + "&<\"" + PlantedValues.letters(9, &$0) },
                answer: {
                    let value = $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
                        "\"", with: "&#34;")
                    return Answer(body: "<form><input name=state value=\"\(value)\"></form>", type: "text/html")
                },
                use: {
                    Use(
                        method: "POST", target: "/k/escaped", body: "state=\(PlantedValues.form($0))",
                        type: PlantedValues.formType)
                }),
            Kind(
                name: "link of a page → path",
                answer: {
                    Answer(body: "<a href='/k/about'>x</a><a href=\"/k/doc/\($0)/edit?x=1\">y</a>", type: "text/html")
                },
                use: { Use(target: "/k/doc/\($0)/edit?x=1") }),
            Kind(
                name: "link of a page → query",
                answer: { Answer(body: "<a href=\"/k/list?page=2&amp;cursor=\($0)\">more</a>", type: "text/html") },
                use: { Use(target: "/k/list?page=2&cursor=\($0)") }),
            Kind(
                name: "Location → path",
                answer: { Answer(fields: ["Location: https://h.example/k/orders/\($0)/show"]) },
                use: { Use(target: "/k/orders/\($0)/show") }),
            Kind(
                name: "Location → JSON", answer: { Answer(fields: ["Location: /cb?state=1&code=\($0)"]) },
                use: { Use(method: "POST", target: "/k/code", body: #"{"grant":"x","code":"\#($0)"}"#) }),
            Kind(
                name: "Link header → query",
                answer: { Answer(fields: ["Link: <https://h.example/k/page?after=\($0)&n=5>; rel=\"next\""]) },
                use: { Use(target: "/k/page?after=\($0)&n=5") }),
            Kind(
                name: "URL in JSON → query",
                answer: { Answer(body: #"{"next":"https:\/\/h.example\/k\/feed?since=\#($0)"}"#) },
                use: { Use(target: "/k/feed?since=\($0)") }),
            Kind(
                name: "XML element → XML",
                answer: {
                    Answer(
                        body: "<?xml version=\"1.0\"?><r><s:id xmlns:s=\"u\">7</s:id><s:id>\($0)</s:id></r>",
                        type: "application/xml")
                },
                use: { Use(method: "POST", target: "/k/xml", body: "<q><id>\($0)</id></q>", type: "text/xml") }),
            Kind(
                name: "XML attribute → query",
                answer: { Answer(body: "<r><item a=\"1\" key=\"\($0)\"/></r>", type: "application/atom+xml") },
                use: { Use(target: "/k/attribute?item=\($0)") }),
            Kind(
                name: "form → JSON",
                answer: { Answer(body: "oauth_token=\(PlantedValues.form($0))&x=1", type: PlantedValues.formType) },
                use: { Use(method: "POST", target: "/k/oauth", body: #"{"x":{"t":"\#($0)"}}"#) }),
            Kind(
                name: "JSON → multipart", answer: { Answer(body: #"{"upload":"\#($0)"}"#) },
                use: {
                    Use(
                        method: "POST", target: "/k/upload",
                        body: "--b0undary\r\nContent-Disposition: form-data; name=\"upload_key\"\r\n\r\n\($0)\r\n"
                            + "--b0undary\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nabc\r\n--b0undary--\r\n",
                        type: "multipart/form-data; boundary=b0undary")
                }),
            Kind(
                name: "JSON → inside base64", answer: { Answer(body: #"{"secret":"\#($0)"}"#) },
                use: { Use(target: "/k/basic", fields: ["Authorization: Basic " + PlantedValues.base64("svc:\($0)")]) }),
            Kind(
                name: "JSON → JSON in base64 in a query", answer: { Answer(body: #"{"viewer":"\#($0)"}"#) },
                use: { Use(target: "/k/packed?state=" + PlantedValues.base64(#"{"v":"\#($0)","w":1}"#, .url)) }),
            Kind(
                name: "inside base64 → path",
                answer: { Answer(body: #"{"cursor":"\#(PlantedValues.base64(#"{"last":"\#($0)"}"#))"}"#) },
                use: { Use(target: "/k/after/\($0)") }),
            Kind(
                name: "JWT claim → path", value: { "usr_" + PlantedValues.letters(10, &$0) },
                answer: { Answer(body: #"{"id_token":"\#(PlantedValues.token(claim: $0))"}"#) },
                use: { Use(target: "/k/people/\($0)/orders") }),
            Kind(
                name: "URL-encoded in a query",
                value: { PlantedValues.letters(8, &$0) + "/+=&" + PlantedValues.letters(8, &$0).lowercased() + "==" },
                answer: { Answer(body: #"{"blob":"\#($0)"}"#) },
                use: { Use(target: "/k/encoded?blob=\(PlantedValues.form($0))") }),
            Kind(
                name: "JSON-escaped → header",
                value: { PlantedValues.letters(8, &$0) + "/" + PlantedValues.letters(8, &$0) },
                answer: { Answer(body: #"{"etag":"\#($0.replacing("/", with: "\\/"))"}"#) },
                use: { Use(target: "/k/etag", fields: ["X-If: \($0)"]) }),
            Kind(
                name: "a script of a page → header",
                answer: { Answer(body: "<script>window.app = {csrf: \"\($0)\", n: 1}</script>", type: "text/html") },
                use: { Use(target: "/k/script", fields: ["X-Csrf: \($0)"]) }),
            Kind(
                name: "plain text → query", answer: { Answer(body: "\($0)\n", type: "text/plain") },
                use: { Use(target: "/k/plain?nonce=\($0)") }),
            Kind(
                name: "short id → path of its collection", value: { PlantedValues.digits(3, &$0) },
                answer: { Answer(body: #"{"ticket":{"id":\#($0),"n":1}}"#) },
                use: { Use(target: "/k/tickets/\($0)/close") }
            ),
            Kind(
                name: "short number, told by the sessions", value: { PlantedValues.digits(5, &$0) },
                answer: { Answer(body: #"{"pin":{"no":"\#($0)"}}"#) }, use: { Use(target: "/k/pin?answer=\($0)") }),
            Kind(
                name: "JSON in a cookie", answer: { Answer(body: #"{"cart":{"ref":"\#($0)"}}"#) },
                use: { Use(target: "/k/cart", fields: ["Cookie: cart=\(PlantedValues.form(#"{"ref":"\#($0)"}"#))"]) }),
        ] + plantedPlaces + plantedForms + plantedParts + plantedInner + plantedProtocols

    static func decoy(
        _ name: String, _ value: @escaping @Sendable (inout SplitMix64) -> String,
        use: (@Sendable (String) -> Use)? = nil,
        answer: (@Sendable (String) -> Answer)? = nil, comesFirst: Bool = false,
        sent: (@Sendable (String) -> String)? = nil
    ) -> Kind {
        let path = name.filter { $0.isLetter && $0.isASCII }
        return Kind(
            name: name, value: value, answer: answer ?? { Answer(body: #"{"\#(path)":"\#($0)"}"#) },
            use: use ?? { Use(target: "/d/\(path)?v=\(PlantedValues.form($0))") }, isPlanted: false,
            comesFirst: comesFirst, sent: sent)
    }

    static func constant(_ value: String) -> @Sendable (inout SplitMix64) -> String { { _ in value } }

    static func oneOf(_ values: [String]) -> @Sendable (inout SplitMix64) -> String {
        { values[Int($0.next() % UInt64(values.count))] }
    }

    static let decoys: [Kind] =
        [
            decoy("flag", constant("true")),
            decoy("language", constant("en")),
            decoy("locale", constant("en-US")),
            decoy("one", constant("1")),
            decoy("status", oneOf(["pending", "accepted", "delivered"])),
            decoy("colour", oneOf(["crimson", "turquoise", "chartreuse", "ultramarine"])),
            decoy("currency", constant("EUR")),
            decoy("version", constant("2.14.3-rc1")),
            decoy("build", constant("9f2c4e11a0b37d5586e1f2c4d9aa07be3c51f0d2")),
            decoy(
                "tenant", constant("3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f"),
                use: { Use(target: "/d/tenants/\($0)/home") }),
            decoy(
                "public key", constant("pk_live_51H8fGk2eZvKYlo2C"),
                use: { Use(target: "/d/pay", fields: ["X-Key: \($0)"]) }),
            decoy("packed constant", constant("eyJ2IjoxLCJjIjoiYWJjZGVmZ2hpamtsIn0=")),
            decoy("host", constant("cdn-7.assets.example.com")),
            decoy("date", { "2024-0\(1 + $0.next() % 9)-1\($0.next() % 10)" }),
            decoy("amount", { "\(1 + $0.next() % 90).\(10 + $0.next() % 89)" }),
            decoy(
                "coincidence", { "\(1 + $0.next() % 9)" }, use: { _ in Use(target: "/d/list?page=4") },
                answer: { Answer(body: #"{"count":\#($0)}"#) }),
            decoy(
                "an id of something else", { "\(1 + $0.next() % 9)" }, use: { _ in Use(target: "/d/shelves/5") },
                answer: { Answer(body: #"{"order":{"id":\#($0)}}"#) }),
            decoy(
                "the client's own", { PlantedValues.uuid(&$0) },
                use: { Use(method: "POST", target: "/d/own", body: #"{"idempotency_key":"\#($0)"}"#) },
                sent: { #"{"idempotency_key":"\#($0)"}"# }),
            decoy(
                "the client's own, encoded", { PlantedValues.uuid(&$0) }, use: { Use(target: "/d/trace/\($0)") },
                sent: { #"{"trace":"\#(PlantedValues.base64($0))"}"# }),
            decoy("sent before it came", { PlantedValues.uuid(&$0) }, comesFirst: true),
            decoy(
                "a pick of a list", oneOf(["small-01", "medium-02", "large-03", "huge-04"]),
                answer: { _ in
                    Answer(body: #"{"sizes":["small-01","medium-02","large-03","huge-04"]}"#)
                }),
            decoy(
                "user agent", constant("x"),
                use: { _ in
                    Use(target: "/d/agent", fields: ["User-Agent: Probe/17.4.20240501-abcdef"])
                }, answer: { _ in Answer(body: #"{"client":"Probe/17.4.20240501-abcdef"}"#) }),
            decoy("media type", constant("application/vnd.api+json;version=2")),
            decoy("time zone", constant("Europe/Amsterdam")),
            decoy("nothing", constant("")),
            decoy("zero", constant("0")),
            decoy("sort order", oneOf(["ascending", "descending"])),
            decoy("null", constant("null")),
        ] + decoyPlaces + decoyForms + decoyParts + decoyInner + decoyProtocols

    /// A recording of one person: every kind once.
    static func session(_ number: Int, _ random: inout SplitMix64) -> (
        Recording, [(kind: Kind, value: String, answer: Int, use: Int)]
    ) {
        var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
        recording.add("POST", "/login", body: #"{"username":"p\#(number)@people.example","password":"x"}"#)
        var places: [(kind: Kind, value: String, answer: Int, use: Int)] = []
        for (index, kind) in (planted + decoys).enumerated() {
            let value = kind.value(&random)
            let answer = kind.answer(value)
            let use = kind.use(value)
            func source() {
                recording.add(
                    kind.sent == nil ? "GET" : "POST", "/source/kind\(index)", body: kind.sent?(value) ?? "",
                    answer: answer.body, answerFields: answer.fields, answerType: answer.type)
            }
            if !kind.comesFirst { source() }
            recording.add(use.method, use.target, fields: use.fields, body: use.body, type: use.type)
            if kind.comesFirst { source() }
            let last = recording.exchanges.count - 1
            places.append((kind, value, kind.comesFirst ? last : last - 1, kind.comesFirst ? last - 1 : last))
        }
        return (recording, places)
    }
}
