import Formats

@testable import Plan

/// More kinds: values inside longer texts, and others that are no values there.
extension PlantedValues {
    /// A number whose bytes are all below 128, as protobuf's `fixed32`.
    private static func fourBytes(_ number: String) -> String {
        var bytes: [UInt8] = []
        BinaryNumber.fourBytes.append(UInt64(number) ?? 0, to: &bytes)
        return bytes.text
    }

    static let plantedInner: [Kind] = [
        Kind(
            name: "short id → a file's name", value: { digits(4, &$0) },
            answer: { Answer(body: #"{"id":\#($0),"n":1}"#) },
            use: { Use(target: "/k/reports/order_\($0).pdf") }),
        Kind(
            name: "short id → an expression", value: { digits(3, &$0) },
            answer: { Answer(body: #"{"row":{"id":\#($0)}}"#) },
            use: { Use(target: "/k/rows?filter=RowID%20eq%20\($0)%20and%20Open%20eq%20true") }),
        Kind(
            name: "short id → a topic", value: { digits(3, &$0) }, answer: { Answer(body: #"{"room":{"id":\#($0)}}"#) },
            use: { Use(method: "POST", target: "/k/topic", body: #"{"channel":"room.\#($0).events"}"#) }),
        Kind(
            name: "URN → short id in a path", value: { digits(4, &$0) },
            answer: { Answer(body: #"{"id":"urn:x:\#($0)"}"#) },
            use: { Use(target: "/k/urn/\($0)") }),
        Kind(
            name: "a row's id → form", value: { digits(3, &$0) },
            answer: { Answer(body: #"<table><tr id="row-\#($0)"><td>x</td></tr></table>"#, type: "text/html") },
            use: { Use(method: "POST", target: "/k/rowform", body: "row=\($0)", type: formType) }),
        Kind(
            name: "escaped JSON in a script → path", value: { digits(4, &$0) },
            answer: {
                Answer(body: #"<script>S = JSON.parse("{\"id\":\#($0),\"n\":1}");</script>"#, type: "text/html")
            },
            use: { Use(target: "/k/script/\($0)") }),
        Kind(
            name: "escaped JSON in a script → header",
            answer: { Answer(body: #"<script>S = JSON.parse("{\"csrf\":\"\#($0)\"}");</script>"#, type: "text/html") },
            use: { Use(method: "POST", target: "/k/scripttoken", fields: ["X-Ref: \($0)"], body: "{}") }),
        Kind(
            name: "field of a cookie → header",
            answer: { Answer(fields: ["Set-Cookie: _x=2|1a2b|\($0)|17; Path=/never"], body: "{}") },
            use: { Use(method: "POST", target: "/k/half", fields: ["X-Half: \($0)"], body: "{}") }),
        Kind(
            name: "UUID → bare digits", value: { uuid(&$0) }, answer: { Answer(body: #"{"page":"\#($0)"}"#) },
            use: { Use(target: "/k/page/Title-\($0.replacing("-", with: ""))") }),
        Kind(
            name: "number of protobuf → number of protobuf",
            value: { random in "\((0..<4).reduce(0) { $0 + Int(64 + random.next() % 63) << (8 * $1) })" },
            answer: { Answer(body: "\u{0d}\(fourBytes($0))", type: "application/x-protobuf") },
            use: {
                Use(
                    method: "POST", target: "/k/fixed", body: "\u{15}\(fourBytes($0))", type: "application/x-protobuf")
            }),
    ]

    static let decoyInner: [Kind] = [
        decoy(
            "a year in a file's name", { "20\(20 + $0.next() % 9)" }, use: { Use(target: "/d/report_\($0).pdf") },
            answer: { _ in Answer(body: #"{"year":"none"}"#) }),
        decoy(
            "a size in a file's name", oneOf(["200", "400", "800"]), use: { Use(target: "/d/thumb_\($0).jpg") },
            answer: { Answer(body: #"{"sizes":[\#($0)]}"#) }),
        decoy(
            "a version in a path", constant("2"), use: { Use(target: "/d/v\($0)/items") },
            answer: { Answer(body: #"{"id":\#($0)}"#) }),
        decoy(
            "a number of a date", { "1\($0.next() % 10)" },
            use: { Use(method: "POST", target: "/d/date", body: #"{"day":"2024-05-\#($0)"}"#) },
            answer: { Answer(body: #"{"id":\#($0)}"#) }),
        decoy(
            "a number that equals an id", { "\(1 + $0.next() % 9)" }, use: { _ in Use(target: "/d/step_5.html") },
            answer: { Answer(body: #"{"id":\#($0)}"#) }),
        decoy(
            "a number of protobuf that all have", constant("\u{05}"),
            use: { Use(method: "POST", target: "/d/kind", body: "\u{08}\($0)", type: "application/x-protobuf") },
            answer: { Answer(body: "\u{10}\($0)", type: "application/x-protobuf") }),
        decoy(
            "an address of another service", constant("https://other.example/back"),
            use: { Use(method: "POST", target: "/d/back", body: #"{"uri":"\#($0)"}"#) },
            answer: { _ in Answer(body: #"{"ok":true}"#) }),
        decoy(
            "a token that the client makes", { letters(24, &$0) },
            use: { Use(method: "POST", target: "/d/made", body: #"{"client_ref":"\#($0)"}"#) },
            answer: { _ in Answer(body: #"<script>x = "nothing";</script>"#, type: "text/html") }),
        decoy(
            "a sentence with a number", { "\(10 + $0.next() % 90)" },
            use: { Use(method: "POST", target: "/d/sentence", body: #"{"text":"give me \#($0) more"}"#) },
            answer: { _ in Answer(body: #"{"ok":true}"#) }),
        decoy(
            "a list that the client sent", { "\(10 + $0.next() % 90)" },
            use: { Use(target: "/d/many?ids=\($0)%2C7") }, answer: { Answer(body: #"{"ids":[\#($0),7]}"#) },
            sent: { #"{"ids":[\#($0),7]}"# }),
    ]
}
