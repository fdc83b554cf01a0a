extension FieldCase {
    /// Types that do not say what a body is, and ids of one digit, which fresh databases give.
    static let bodies: [FieldCase] = [
        FieldCase(
            "JSON under PHP's default type",
            give: Step("POST /orders.php", answer: #"{"order_id":§}"#, answerType: "text/html; charset=UTF-8"),
            use: Step("POST /pay.php", body: "order=§", type: form)),
        FieldCase(
            "XML under PHP's default type",
            give: Step(
                "POST /orders.php", answer: "<?xml version=\"1.0\"?>\n<order><id>§</id></order>",
                answerType: "text/html"),
            use: Step("POST /orders/§/pay.php", body: "a=1", type: form)),
        FieldCase(
            "a page that begins as XML does",
            give: Step(
                "GET /edit",
                answer:
                    "<?xml version=\"1.0\"?><!DOCTYPE html><html><body><input name=\"key\" value=\"§\"/></body></html>",
                answerType: "text/html"),
            use: Step("POST /edit", body: "key=§", type: form)),
        FieldCase(
            "a token under the type of JSON", ["Zk9pQ2x4WmRtS3lR", "Qk9pQ2x4WmRtS3lS", "tk9pQ2x4WmRtS3lT"],
            live: "fk9pQ2x4WmRtS3lU",
            give: Step("POST /token", answer: "§"), use: Step("GET /x", fields: ["X-Api-Token: §"])),
        FieldCase(
            "a form under the type of JSON",
            give: Step("POST /token", answer: "ok=1&job_id=§"), use: Step("GET /jobs/§")),
        FieldCase(
            "a form as a request under the type of JSON",
            give: Step("POST /jobs", answer: #"{"job_id":§}"#), use: Step("POST /jobs/stop", body: "job_id=§&force=1")),
        FieldCase(
            "a body that says it is coded in UTF-8",
            give: Step("POST /jobs", answer: #"{"job_id":§}"#, answerFields: ["Content-Encoding: UTF-8"]),
            use: Step("POST /jobs/stop", fields: ["Content-Encoding: utf-8"], body: #"{"job_id":§}"#)),
        FieldCase(
            "parts of a form without a type",
            give: Step("POST /jobs", answer: #"{"job_id":§}"#),
            use: Step(
                "POST /jobs/stop",
                body: "--b\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n§\r\n--b--\r\n", type: "")),
        FieldCase(
            "JSON of a beacon", give: Step("POST /visits", answer: #"{"visit":{"id":§}}"#),
            use: Step("POST /beacon", body: #"{"visit":§,"t":12.5}"#, type: "text/plain;charset=UTF-8")),
        FieldCase(
            "a bare number as text", give: Step("POST /tickets", answer: "§\n", answerType: "text/plain"),
            use: Step("GET /tickets/§")),
        FieldCase(
            "YAML", give: Step("POST /jobs", answer: "kind: job\nid: §\nname: a\n", answerType: "application/yaml"),
            use: Step("GET /jobs/§")),
        FieldCase(
            "an event",
            give: Step(
                "GET /events", answer: "event: made\ndata: {\"id\":§}\n\n", answerType: "text/event-stream"),
            use: Step("GET /orders/§")),
        FieldCase(
            "a variable of a script",
            give: Step("GET /page", answer: "<script>var orderId = §;</script>", answerType: "text/html"),
            use: Step("POST /orders/§/pay", body: "a=1", type: form)),
        FieldCase(
            "an object of a script",
            give: Step(
                "GET /page", answer: #"<script>window.PAGE = {"rows":7,"orderId":§,"x":1};</script>"#,
                answerType: "text/html"),
            use: Step("POST /orders/§/pay", body: "a=1", type: form)),
        FieldCase(
            "a call of JSONP",
            give: Step("GET /new?cb=f", answer: #"f({"order":{"id":§}})"#, answerType: "application/javascript"),
            use: Step("GET /pay?cb=f&order=§")),
        FieldCase(
            "a key beside a name that is the person's own", uuids, live: liveUUID,
            before: [],
            give: Step(
                "POST /carts", answer: #"{"carts":{"§":{"key":"k§k"}}}"#, encode: { $0.replacing("-", with: "") }),
            use: Step("POST /carts/§/pay", body: #"{"key":"k§k"}"#, encode: { $0.replacing("-", with: "") })),
        FieldCase(
            "a sentence", give: Step("POST /orders", answer: "Thank you. Order #§ is made.", answerType: "text/plain"),
            use: Step("GET /orders/§")),
    ]

    /// One recorded person: the names around a small number say what it is.
    static let alone: [FieldCase] = [
        FieldCase(
            "Rails: a nested form field", ["3"],
            give: Step("POST /posts", status: 302, answerFields: ["Location: http://api.example.com/posts/§"]),
            use: Step("POST /comments", body: "comment%5Bpost_id%5D=§&comment%5Bbody%5D=fine", type: form)),
        FieldCase(
            "Rails: an id of a nested object", ["3"],
            give: Step("POST /posts", status: 201, answer: #"{"post":{"id":§}}"#),
            use: Step("POST /batch", body: "post[id]=§&post[state]=2", type: form)),
        FieldCase(
            "PHP: the ids of rows", ["3"],
            give: Step("POST /items", status: 201, answer: #"{"item":{"id":§}}"#),
            use: Step("POST /orders", body: "order[items][0][id]=§&order[items][0][qty]=3", type: form)),
        FieldCase(
            "an id in JSON", ["3"], give: Step("POST /orders", status: 201, answer: #"{"id":§}"#),
            use: Step("POST /payments", body: #"{"order_id":§,"amount":3}"#)),
    ]

    /// What only looks like a value of a response.
    static let others: [FieldCase] = [
        FieldCase(
            "the number of a page that the client turns", ["2", "3", "4", "5"],
            before: [Step("GET /list?page=§")],
            give: Step("GET /list?page=§", answer: #"{"page":§,"items":[]}"#), use: Step("GET /list?page=§"),
            isBound: false),
        FieldCase(
            "an amount that equals an id", ["31", "42", "53", "64"],
            give: Step("POST /items", answer: #"{"item":{"id":§}}"#), use: Step("POST /cart", body: #"{"qty":§}"#),
            isBound: false),
        FieldCase(
            "a limit that the service repeats", ["10", "20", "50", "99"],
            before: [Step("GET /list?limit=§")],
            give: Step("GET /list?limit=§", answer: #"{"limit":§}"#), use: Step("GET /list?limit=§&offset=0"),
            isBound: false),
        FieldCase(
            "a day", ["2024-05-17", "2024-05-18", "2024-05-19", "2024-05-20"], live: "2026-01-02",
            before: [Step("GET /slots?day=§")],
            give: Step("GET /slots?day=§", answer: #"{"day":"§"}"#), use: Step("POST /book", body: #"{"day":"§"}"#),
            isBound: false),
        FieldCase(
            "a key that the client made and the service repeats", uuids, live: liveUUID,
            before: [Step("POST /pay", body: #"{"id":"§"}"#)],
            give: Step("GET /last", answer: #"{"id":"§"}"#), use: Step("POST /pay", body: #"{"id":"§"}"#),
            isBound: false),
        FieldCase(
            "a word that the service repeats", ["red", "green", "blue", "black"], live: "white",
            before: [Step("POST /colours", body: #"{"colour":"§"}"#)],
            give: Step("GET /colours", answer: #"{"colour":"§"}"#), use: Step("POST /shirts", body: #"{"colour":"§"}"#),
            isBound: false),
        FieldCase(
            "a language", ["en-US", "en-US", "de-DE", "en-US"], live: "fr-FR",
            give: Step("GET /me", answer: #"{"locale":"§"}"#), use: Step("GET /texts?lang=§"), isBound: false),
        FieldCase(
            "a year", ["2023", "2024", "2024", "2023"], live: "2026",
            give: Step("GET /stats", answer: #"{"year":§}"#), use: Step("GET /report?year=§"), isBound: false),
        FieldCase(
            "the counter of calls", ["1", "2", "3", "4"],
            give: Step("POST /rpc", body: #"{"method":"new","id":7}"#, answer: #"{"result":{"order":§},"id":7}"#),
            use: Step("POST /rpc", body: #"{"method":"ping","id":8}"#), isBound: false),
        FieldCase(
            "a place on the map", ["52.52", "48.13", "53.55", "50.11"], live: "40.71",
            before: [Step("GET /near?lat=§")],
            give: Step("GET /weather?lat=§", answer: #"{"lat":§}"#), use: Step("GET /weather?lat=§&days=3"),
            isBound: false),
    ]
}
