extension FieldCase {
    /// Values of pages, and of the frameworks that make them.
    static let pages: [FieldCase] = [
        FieldCase(
            "Rails: a token of a page in a field", signs, live: liveSigns,
            give: Step("GET /new", answer: #"<meta name="csrf-token" content="§" />"#, answerType: "text/html"),
            use: Step("POST /things", fields: ["X-CSRF-Token: §"], body: #"{"a":1}"#)),
        FieldCase(
            "Rails: a token of a form", signs, live: liveSigns,
            give: Step(
                "GET /new", answer: #"<form><input type="hidden" name="authenticity_token" value="§"/></form>"#,
                answerType: "text/html"),
            use: Step("POST /things", body: "authenticity_token=§&a=1", type: form, encode: percent)),
        FieldCase(
            "Rails: the element of a turbo stream",
            give: Step(
                "POST /comments", body: "a=1", type: form,
                answer:
                    #"<turbo-stream action="append"><template><div id="comment_§">x</div></template></turbo-stream>"#,
                answerType: "text/vnd.turbo-stream.html"),
            use: Step("DELETE /comments/§")),
        FieldCase(
            "ASP.NET: the state of a page", signs, live: liveSigns,
            give: Step(
                "GET /p.aspx", answer: #"<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="§" />"#,
                answerType: "text/html"),
            use: Step("POST /p.aspx", body: "__VIEWSTATE=§&b=1", type: form, encode: percent)),
        FieldCase(
            "ASP.NET Core: a token in a field", hex.map { "CfDJ8\($0)" }, live: "CfDJ8\(liveHex)",
            give: Step(
                "GET /p", answer: #"<input name="__RequestVerificationToken" type="hidden" value="§" />"#,
                answerType: "text/html"),
            use: Step("POST /p", fields: ["RequestVerificationToken: §"], body: #"{"a":1}"#)),
        FieldCase(
            "ASP.NET: JSON in a string", numbers, live: "975",
            give: Step("POST /S.aspx/Add", body: "{}", answer: #"{"d":"{\"OrderId\":§,\"Total\":9}"}"#),
            use: Step("POST /S.aspx/Pay", body: #"{"orderId":§}"#)),
        FieldCase(
            "Spring: a token in a page's head", uuids, live: liveUUID,
            give: Step(
                "GET /p",
                answer: #"<meta name="_csrf" content="§"/><meta name="_csrf_header" content="X-CSRF-TOKEN"/>"#,
                answerType: "text/html"),
            use: Step("POST /p", fields: ["X-CSRF-TOKEN: §"], body: #"{"a":1}"#)),
        FieldCase(
            "Spring Web Flow: an execution that is counted", ["e3s1", "e4s1", "e5s1", "e6s1"], live: "e9s1",
            give: Step("GET /flow", status: 302, answerFields: ["Location: /flow?execution=§"]),
            use: Step("POST /flow?execution=§", body: "_eventId=next", type: form)),
        FieldCase(
            "JSF: a conversation that is counted",
            give: Step(
                "POST /start.xhtml", body: "a=1", type: form, status: 302,
                answerFields: ["Location: /step.xhtml?cid=§"]),
            use: Step("POST /step.xhtml?cid=§", body: "b=1", type: form)),
        FieldCase(
            "Laravel Livewire: a snapshot in an attribute", hex, live: liveHex,
            give: Step(
                "GET /p",
                answer: "<div wire:snapshot=\"{&quot;memo&quot;:{&quot;id&quot;:&quot;§&quot;}}\"></div>",
                answerType: "text/html"),
            use: Step(
                "POST /livewire/update", body: #"{"components":[{"snapshot":"{\"memo\":{\"id\":\"§\"}}"}]}"#)),
        FieldCase(
            "Inertia: a page's data in an attribute",
            give: Step(
                "POST /posts", body: "a=1", type: form,
                answer:
                    "<div id=\"app\" data-page=\"{&quot;props&quot;:{&quot;post&quot;:{&quot;id&quot;:§}}}\"></div>",
                answerType: "text/html"),
            use: Step("PUT /posts/§", body: #"{"a":2}"#)),
        FieldCase(
            "Phoenix: the session of a view", hex, live: liveHex,
            give: Step("GET /p", answer: #"<div id="phx-1" data-phx-session="§"></div>"#, answerType: "text/html"),
            use: Step("POST /live", body: #"["4","4","lv:phx-1","phx_join",{"session":"§"}]"#)),
        FieldCase(
            "Next.js: an action as a field's name", hex.map { "\($0)0a1b2c3d" }, live: "\(liveHex)0a1b2c3d",
            give: Step(
                "GET /p", answer: #"<form><input type="hidden" name="$ACTION_ID_§"/></form>"#, answerType: "text/html"),
            use: Step("POST /p", fields: ["Next-Action: §"], body: #"["x"]"#, type: "text/plain;charset=UTF-8")),
        FieldCase(
            "Next.js: the data of a page", numbers, live: "975",
            give: Step(
                "GET /p",
                answer:
                    #"<script id="__NEXT_DATA__" type="application/json">{"props":{"order":{"id":§}},"page":"/p"}</script>"#,
                answerType: "text/html"),
            use: Step("POST /api/orders/§/pay", body: "{}")),
        FieldCase(
            "SvelteKit: flat data", numbers, live: "975",
            give: Step(
                "GET /posts/new/__data.json", answer: #"{"type":"data","nodes":[{"type":"data","data":[{"id":1},§]}]}"#),
            use: Step("GET /posts/§")),
        FieldCase(
            "Ory: a flow's address", uuids, live: liveUUID,
            give: Step(
                "GET /self-service/login/api", answer: #"{"ui":{"action":"http://api.example.com/login?flow=§"}}"#),
            use: Step("POST /login?flow=§", body: #"{"method":"password"}"#)),
        FieldCase(
            "Ory: a token among the nodes of a form", signs, live: liveSigns,
            give: Step(
                "GET /self-service/login/api",
                answer: #"{"ui":{"nodes":[{"attributes":{"name":"csrf_token","type":"hidden","value":"§"}}]}}"#),
            use: Step("POST /login", body: #"{"csrf_token":"§","method":"password"}"#)),
        FieldCase(
            "a form in a string of JSON", hex, live: liveHex,
            give: Step(
                "GET /form", answer: #"{"html":"<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"§\">"}"#),
            use: Step("POST /form", body: "csrfmiddlewaretoken=§&a=1", type: form)),
        FieldCase(
            "a small id of a page in a string of JSON", numbers, live: "975",
            give: Step("POST /rows", body: "{}", answer: #"{"html":"<tr data-id=\"§\"><td>x</td></tr>"}"#),
            use: Step("DELETE /rows/§")),
        FieldCase(
            "SAML: a response in a form", signs.map { "PHNhbWxwOlJlc3BvbnNl\($0)" },
            live: "PHNhbWxwOlJlc3BvbnNl\(liveSigns)",
            give: Step(
                "POST /idp", body: "a=1", type: form,
                answer: #"<form action="/acs"><input type="hidden" name="SAMLResponse" value="§"/></form>"#,
                answerType: "text/html"),
            use: Step("POST /acs", body: "SAMLResponse=§&RelayState=x", type: form, encode: percent)),
        FieldCase(
            "an interaction in a redirect", ["V1StGXR8_Z5jdHi6B-myT", "W2TuHYS9-A6keIj7C_nzU"],
            live: "Z9ZzZZZ9_Z9zzZz9Z-zzZ",
            give: Step("GET /auth?client_id=app", status: 303, answerFields: ["Location: /interaction/§"]),
            use: Step("POST /interaction/§/login", body: "a=1", type: form)),
        FieldCase(
            "SAP: a token that is fetched", signs, live: liveSigns,
            give: Step("HEAD /sap/opu", fields: ["X-CSRF-Token: Fetch"], answerFields: ["x-csrf-token: §"]),
            use: Step("POST /sap/opu/Orders", fields: ["X-CSRF-Token: §"], body: "{}")),
        FieldCase(
            "ServiceNow: a variable of a script", hex, live: liveHex,
            give: Step("GET /p", answer: "<script>var g_ck = '§';\nvar x = 1;</script>", answerType: "text/html"),
            use: Step("POST /api/now/table/incident", fields: ["X-UserToken: §"], body: "{}")),
        FieldCase(
            "Moodle: a key in a script's settings", ["aB3cD4eF5g", "hI6jK7lM8n", "oP9qR0sT1u"], live: "zZ9zZ9zZ9z",
            give: Step(
                "GET /my", answer: #"<script>M.cfg = {"wwwroot":"http:\/\/x","sesskey":"§"};</script>"#,
                answerType: "text/html"),
            use: Step("POST /lib/ajax/service.php?sesskey=§&info=core", body: "[]")),
        FieldCase(
            "MediaWiki: a token that ends in signs", hex.map { "\($0)+\\" }, live: "\(liveHex)+\\",
            give: Step(
                "GET /api.php?action=query&meta=tokens", answer: #"{"query":{"tokens":{"csrftoken":"§"}}}"#,
                encode: { $0.replacing("\\", with: "\\\\") }),
            use: Step("POST /api.php", body: "action=edit&title=x&token=§", type: form, encode: percent)),
        FieldCase(
            "Drupal: a token as text", signs, live: liveSigns,
            give: Step("GET /session/token", answer: "§", answerType: "text/plain"),
            use: Step("POST /node", fields: ["X-CSRF-Token: §"], body: "{}")),
        FieldCase(
            "Jenkins: a crumb", hex, live: liveHex,
            give: Step("GET /crumbIssuer/api/json", answer: #"{"crumb":"§","crumbRequestField":"Jenkins-Crumb"}"#),
            use: Step("POST /job/a/build", fields: ["Jenkins-Crumb: §"], body: "a=1", type: form)),
        FieldCase(
            "a page that goes on by itself", numbers, live: "975",
            give: Step(
                "POST /jobs", body: "a=1", type: form,
                answer: #"<meta http-equiv="refresh" content="1;url=/jobs/§">"#, answerType: "text/html"),
            use: Step("GET /jobs/§")),
        FieldCase(
            "a field that makes the page go on", numbers, live: "975",
            give: Step("POST /jobs", body: "a=1", type: form, answerFields: ["Refresh: 1; url=/jobs/§"]),
            use: Step("GET /jobs/§")),
        FieldCase(
            "a script that goes on", numbers, live: "975",
            give: Step(
                "POST /orders", body: "a=1", type: form, answer: "<script>location.href='/orders/§';</script>",
                answerType: "text/html"),
            use: Step("GET /orders/§")),
        FieldCase(
            "a table in CSV", numbers, live: "975",
            give: Step("GET /items.csv", answer: "id,name\r\n§,x\r\n", answerType: "text/csv"),
            use: Step("DELETE /items/§")),
        FieldCase(
            "Atom: the link for editing", numbers, live: "975",
            give: Step(
                "POST /entries", body: "<entry/>", type: "application/atom+xml", status: 201,
                answer: #"<entry><link rel="edit" href="/entries/§"/></entry>"#, answerType: "application/atom+xml"),
            use: Step("PUT /entries/§", body: "<entry/>", type: "application/atom+xml")),
        FieldCase(
            "a file's name in a field", numbers, live: "975",
            give: Step(
                "POST /invoices", body: "{}", answer: "x",
                answerFields: ["Content-Disposition: attachment; filename=\"invoice-§.pdf\""],
                answerType: "application/pdf"),
            use: Step("GET /files/invoice-§.pdf")),
        FieldCase(
            "JSON in a cookie", numbers, live: "975",
            give: Step(
                "POST /carts", body: "{}", answer: "{}", answerFields: ["Set-Cookie: cart=%7B%22id%22%3A§%7D; Path=/"]),
            use: Step("POST /carts/§/items", body: #"{"sku":"x"}"#)),
        FieldCase(
            "a confirmation in a query of a page's button", numbers, live: "975",
            give: Step(
                "GET /list", answer: #"<button formaction="/tasks/§/done?x=1">Done</button>"#, answerType: "text/html"),
            use: Step("POST /tasks/§/done?x=1", body: "a=1", type: form)),
        FieldCase(
            "RDF: the address of what was made", numbers, live: "975",
            give: Step(
                "POST /things", body: "<> a <x>.", type: "text/turtle", status: 201,
                answer: "<http://api.example.com/things/§> a <http://x/T> .", answerType: "text/turtle"),
            use: Step("GET /things/§")),
    ]
}
