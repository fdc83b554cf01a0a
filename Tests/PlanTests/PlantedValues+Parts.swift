import Formats

@testable import Plan

/// More kinds: values inside messages and files, and parts of longer values.
extension PlantedValues {
    private static func upload(_ name: String, _ content: String) -> String {
        "--b0undary\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\(name)\"\r\n"
            + "Content-Type: text/csv\r\n\r\n\(content)\r\n--b0undary--\r\n"
    }

    private static let uploadType = "multipart/form-data; boundary=b0undary"

    /// A protobuf message whose field 1 is `text`, shorter than 128 bytes.
    private static func message(_ text: String) -> String { "\u{0a}\(Character(.init(UInt8(text.utf8.count))))\(text)" }

    /// The same in a gRPC frame.
    private static func frame(_ text: String) -> String {
        let message = message(text)
        return "\0\0\0\0\(Character(.init(UInt8(message.utf8.count))))\(message)"
    }

    /// A signed value of a service: a name in JSON and a signature.
    private static func signed(_ random: inout SplitMix64) -> String {
        #"["ann", []].\#(letters(6, &random)).\#(letters(12, &random))7z-\#(letters(9, &random))"#
    }

    private static func escaped(_ text: String) -> String { text.replacing("\"", with: "\\\"") }

    static let plantedParts: [Kind] = [
        Kind(
            name: "JSON → table in a file", value: { uuid(&$0) }, answer: { Answer(body: #"{"row":"\#($0)"}"#) },
            use: {
                Use(
                    method: "POST", target: "/k/table", body: upload("a.csv", "id,n\n\($0),1\n"), type: uploadType)
            }),
        Kind(
            name: "JSON → name of a file", value: { uuid(&$0) }, answer: { Answer(body: #"{"doc":"\#($0)"}"#) },
            use: { Use(method: "POST", target: "/k/file", body: upload("\($0).csv", "n\n1\n"), type: uploadType) }),
        Kind(
            name: "table → path", value: { uuid(&$0) }, answer: { Answer(body: "id,n\n\($0),1\n", type: "text/csv") },
            use: { Use(target: "/k/row/\($0)") }),
        Kind(
            name: "protobuf → protobuf",
            answer: { Answer(body: message($0), type: "application/x-protobuf") },
            use: { Use(method: "POST", target: "/k/proto", body: message($0), type: "application/x-protobuf") }),
        Kind(
            name: "gRPC → gRPC", answer: { Answer(body: frame($0), type: "application/grpc") },
            use: { Use(method: "POST", target: "/k.Service/Call", body: frame($0), type: "application/grpc") }),
        Kind(
            name: "JSON with blanks → behind a name in base64", value: { signed(&$0) },
            answer: { Answer(body: #"{"result":{"password":"\#(escaped($0))"}}"#) },
            use: { Use(target: "/k/signed", fields: ["X-Auth: " + base64("svc:\($0)")]) }),
        Kind(
            name: "short number beside a key, told by the sessions", value: { digits(3, &$0) },
            answer: { Answer(body: #"{"member":{"no":\#($0)}}"#) },
            use: { Use(target: "/k/beside", fields: ["X-Auth: \($0):constantconstantconstant1"]) }),
        Kind(
            name: "UUID in a longer name of a path", value: { uuid(&$0) },
            answer: { Answer(body: #"{"image":"\#($0)"}"#) }, use: { Use(target: "/k/images/im_\($0)_small.png") }),
        Kind(
            name: "behind a scheme in JSON → query", answer: { Answer(body: #"{"authorization":"Bearer \#($0)"}"#) },
            use: { Use(target: "/k/scheme?token=\($0)") }),
        Kind(
            name: "sentence → JSON", value: { letters(10, &$0) + "7z" },
            answer: { Answer(body: #"{"message":"Your code is \#($0), keep it"}"#) },
            use: { Use(method: "POST", target: "/k/sentence", body: #"{"code":"\#($0)"}"#) }),
        Kind(
            name: "stream of events → path", value: { uuid(&$0) },
            answer: { Answer(body: "event: made\ndata: {\"ref\":\"\($0)\"}\n\n", type: "text/event-stream") },
            use: { Use(target: "/k/made/\($0)") }),
        Kind(
            name: "lock's token → If", value: { uuid(&$0) },
            answer: { Answer(fields: ["Lock-Token: <urn:uuid:\($0)>"]) },
            use: { Use(method: "PUT", target: "/k/locked", fields: ["If: (<urn:uuid:\($0)>)"], body: "{}") }),
        Kind(
            name: "JSON → URL in a field", answer: { Answer(body: #"{"folder":"\#($0)"}"#) },
            use: {
                Use(method: "MOVE", target: "/k/move", fields: ["Destination: http://api.example.com/f/\($0)/a"])
            }),
        Kind(
            name: "names with and without digits, told by the sessions",
            value: { $0.next() % 4 == 0 ? letters(8, &$0).filter(\.isLetter) + ".txt" : "copy\(digits(4, &$0)).txt" },
            answer: { Answer(body: #"{"file":{"title":"\#($0)"}}"#) },
            use: { Use(method: "POST", target: "/k/mixed", body: #"{"from":"\#($0)"}"#) }),
        Kind(
            name: "words with blanks, told by the sessions",
            value: { "\(letters(4, &$0).filter(\.isLetter))a plan \(letters(5, &$0).filter(\.isLetter))b" },
            answer: { Answer(body: #"{"plan":{"title":"\#($0)"}}"#) },
            use: { Use(method: "POST", target: "/k/blanks", body: #"{"parent":"\#($0)"}"#) }),
    ]

    static let decoyParts: [Kind] = [
        decoy(
            "a version beside a name", constant("client:7.2.1"),
            use: { Use(target: "/d/version", fields: ["X-Client: \($0)"]) }),
        decoy(
            "a UUID that all have, in a name", constant("3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f"),
            use: { Use(target: "/d/assets/logo-\($0)_2x.png") }),
        decoy(
            "a sentence that all know, with a number", constant("See ticket 3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f now"),
            use: { Use(method: "POST", target: "/d/see", body: #"{"text":"\#($0)"}"#) }),
        decoy(
            "a small number beside the client's key", { "\(1 + $0.next() % 9)" },
            use: { _ in Use(target: "/d/beside", fields: ["X-Auth: 4:constantconstantconstant1"]) },
            answer: { Answer(body: #"{"count":\#($0)}"#) }),
        decoy("a model's name", constant("large-model-4o-2024-08-06")),
        decoy("a colour in digits", oneOf(["a1b2c3", "ffee00", "00aa77"])),
        decoy(
            "a telephone number that the client sent", { "06\(digits(8, &$0))" },
            use: { Use(method: "POST", target: "/d/call", body: #"{"number":"\#($0)"}"#) },
            answer: { Answer(body: #"{"phone":"\#($0)"}"#) }, sent: { #"{"tel":"\#($0)"}"# }),
        decoy(
            "a text that all messages have", constant("service.v1.Ready"),
            use: { Use(method: "POST", target: "/d/proto", body: message($0), type: "application/x-protobuf") },
            answer: { Answer(body: message($0), type: "application/x-protobuf") }),
        decoy(
            "columns of a table", constant("identifier,display_name1"),
            use: { Use(method: "POST", target: "/d/table", body: upload("a.csv", "\($0)\n1,b\n"), type: uploadType) },
            answer: { Answer(body: "\($0)\n7,c\n", type: "text/csv") }),
        decoy(
            "a word of some sessions", oneOf(["draft", "final", "review", "archive"]),
            use: { Use(method: "POST", target: "/d/stage", body: #"{"stage":"\#($0)"}"#) },
            answer: { _ in Answer(body: #"{"stages":["draft","final","review","archive"]}"#) }),
    ]
}
