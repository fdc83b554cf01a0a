import Formats

@testable import Plan

/// More kinds: values of protocols on top of HTTP and of the data of pages, and others that only look so.
extension PlantedValues {
    private static func escaped(_ html: String) -> String { html.replacing("\"", with: "\\\"") }

    static let plantedProtocols: [Kind] = [
        Kind(
            name: "address in an event → query", value: { uuid(&$0) },
            answer: {
                Answer(body: "event: endpoint\ndata: /k/messages?session=\($0)\n\n", type: "text/event-stream")
            },
            use: { Use(method: "POST", target: "/k/messages?session=\($0)", body: #"{"id":2}"#) }),
        Kind(
            name: "number of an event → header", value: { digits(5, &$0) },
            answer: { Answer(body: "id: \($0)\ndata: x\n\n", type: "text/event-stream") },
            use: { Use(target: "/k/events", fields: ["Last-Event-ID: \($0)"]) }),
        Kind(
            name: "packet of Socket.IO → query",
            answer: { Answer(body: #"0{"sid":"\#($0)","upgrades":["websocket"]}"#, type: "text/plain") },
            use: { Use(method: "POST", target: "/k/polling?EIO=4&sid=\($0)", body: "40", type: "text/plain") }),
        Kind(
            name: "result in a list → first parameter", value: { uuid(&$0).replacing("-", with: "") },
            answer: { Answer(body: #"{"jsonrpc":"2.0","id":1,"result":[0,{"rpc_session":"\#($0)"}]}"#) },
            use: {
                Use(method: "POST", target: "/k/ubus", body: #"{"method":"call","params":["\#($0)","uci","get",{}]}"#)
            }
        ),
        Kind(
            name: "short id → input of a batch in a query", value: { digits(4, &$0) },
            answer: { Answer(body: #"[{"result":{"data":{"json":{"id":\#($0)}}}}]"#) },
            use: { Use(target: "/k/trpc?batch=1&input=%7B%220%22%3A%7B%22json%22%3A%7B%22id%22%3A\($0)%7D%7D%7D") }),
        Kind(
            name: "short id in JSON in a string → JSON", value: { digits(4, &$0) },
            answer: { Answer(body: #"{"d":"{\"ParcelId\":\#($0),\"Total\":9}"}"#) },
            use: { Use(method: "POST", target: "/k/parcels", body: #"{"parcelId":\#($0)}"#) }),
        Kind(
            name: "form in a string of JSON → form",
            answer: {
                Answer(body: #"{"html":"\#(escaped(#"<input type="hidden" name="formtoken" value="\#($0)">"#))"}"#)
            },
            use: { Use(method: "POST", target: "/k/fragmentform", body: "formtoken=\($0)&a=1", type: formType) }),
        Kind(
            name: "JSON in an attribute → JSON in a string", value: { uuid(&$0) },
            answer: {
                Answer(
                    body: "<div snapshot=\"{&quot;memo&quot;:{&quot;id&quot;:&quot;\($0)&quot;}}\"></div>",
                    type: "text/html")
            },
            use: { Use(method: "POST", target: "/k/update", body: #"{"snapshot":"{\"memo\":{\"id\":\"\#($0)\"}}"}"#) }),
        Kind(
            name: "node of a form in JSON → JSON", value: { letters(12, &$0) + "+/" + letters(8, &$0) + "==" },
            answer: { Answer(body: #"{"nodes":[{"attributes":{"name":"csrf_token","value":"\#($0)"}}]}"#) },
            use: { Use(method: "POST", target: "/k/flow", body: #"{"csrf_token":"\#($0)","method":"password"}"#) }),
        Kind(
            name: "link in a mail in JSON → query",
            answer: {
                Answer(body: #"{"items":[{"body":"Hello\r\nhttp://h.example/k/verify?token=\#($0)&x=1\r\n"}]}"#)
            },
            use: { Use(target: "/k/verify?token=\($0)&x=1") }),
        Kind(
            name: "page that goes on by itself → path", value: { digits(4, &$0) },
            answer: {
                Answer(body: "<meta http-equiv=\"refresh\" content=\"1;url=/k/jobs/\($0)\">", type: "text/html")
            },
            use: { Use(target: "/k/jobs/\($0)") }),
        Kind(
            name: "validator in JSON → header", value: { "08D" + digits(13, &$0) },
            answer: { Answer(body: #"{"@odata.etag":"W/\"\#($0)\"","Name":"x"}"#) },
            use: { Use(method: "PATCH", target: "/k/customers", fields: [#"If-Match: W/"\#($0)""#], body: "{}") }),
        Kind(
            name: "lease with a path → JSON", answer: { Answer(body: #"{"lease_id":"database/creds/x/\#($0)"}"#) },
            use: { Use(method: "PUT", target: "/k/renew", body: #"{"lease_id":"database/creds/x/\#($0)"}"#) }),
        Kind(
            name: "handle in XML → form", value: { letters(12, &$0) + "+/" + letters(8, &$0) + "==" },
            answer: { Answer(body: "<R><Message><Handle>\($0)</Handle></Message></R>", type: "text/xml") },
            use: { Use(method: "POST", target: "/k/queue", body: "Action=Delete&Handle=\(form($0))", type: formType) }),
    ]

    static let decoyProtocols: [Kind] = [
        decoy(
            "the number of a call", { digits(2, &$0) },
            use: { Use(method: "POST", target: "/d/rpc", body: #"{"jsonrpc":"2.0","id":\#($0),"method":"x"}"#) },
            answer: { Answer(body: #"{"jsonrpc":"2.0","id":\#($0),"result":{}}"#) },
            sent: { #"{"jsonrpc":"2.0","id":\#($0),"method":"y"}"# }),
        decoy(
            "a name that the client gives a change", { uuid(&$0) },
            use: {
                Use(method: "POST", target: "/d/change", body: #"{"query":"{x}","clientMutationId":"\#($0)"}"#)
            },
            answer: { Answer(body: #"{"data":{"x":{"clientMutationId":"\#($0)"}}}"#) },
            sent: { #"{"query":"{x}","clientMutationId":"\#($0)"}"# }),
        decoy(
            "a digest that the client computes", { uuid(&$0).replacing("-", with: "") },
            use: { Use(method: "POST", target: "/d/commit", body: #"{"oid":"\#($0)"}"#) },
            answer: { Answer(body: #"{"objects":[{"oid":"\#($0)"}]}"#) }, sent: { #"{"objects":[{"oid":"\#($0)"}]}"# }),
        decoy(
            "a time against caches", { "17" + digits(11, &$0) }, use: { Use(target: "/d/list?_=\($0)") },
            answer: { _ in Answer(body: #"{"rows":[]}"#) }),
        decoy(
            "a trace", { uuid(&$0).replacing("-", with: "") },
            use: { Use(target: "/d/traced", fields: ["traceparent: 00-\($0)-00f067aa0ba902b7-01"]) },
            answer: { _ in Answer(body: "{}") }),
        decoy(
            "the boundary of parts", { letters(16, &$0) },
            use: {
                Use(
                    method: "POST", target: "/d/parts",
                    body: "--\($0)\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--\($0)--\r\n",
                    type: "multipart/form-data; boundary=\($0)")
            },
            answer: { _ in Answer(body: "{}") }),
        decoy(
            "an address of everyone's pages", constant("/d/help/contact"), use: { Use(target: $0) },
            answer: { Answer(body: "<a href=\"\($0)\">x</a>", type: "text/html") }),
        decoy(
            "the token of an application", constant("app-5f3c9a1b7e2d4c6f"),
            use: { Use(target: "/d/config", fields: ["X-App: \($0)"]) },
            answer: { Answer(body: "<script>var app = '\($0)';</script>", type: "text/html") }),
        decoy(
            "a page that the client turns", { "\(2 + $0.next() % 7)" },
            use: { Use(target: "/d/turn?page=\($0)&size=10") },
            answer: { Answer(body: #"{"page":\#($0),"rows":[]}"#) }, sent: { #"{"page":\#($0)}"# }),
        decoy(
            "a column of a table", oneOf(["name", "price", "stock"]), use: { Use(target: "/d/table?sort=\($0)") },
            answer: { _ in Answer(body: "name,price,stock\r\nx,1,2\r\n", type: "text/csv") }),
        decoy(
            "the key of a WebSocket", { base64(Array(letters(16, &$0).utf8)) },
            use: { Use(target: "/d/ws", fields: ["Sec-WebSocket-Key: \($0)"]) },
            answer: { _ in Answer(body: "{}") }),
        decoy(
            "a name that the client gives a file", { uuid(&$0) + ".bin" },
            use: { Use(method: "PUT", target: "/d/blob/\($0)", body: "abc", type: "application/octet-stream") },
            answer: { Answer(body: #"{"name":"\#($0)"}"#) }, sent: { #"{"name":"\#($0)"}"# }),
    ]
}
