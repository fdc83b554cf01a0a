extension FieldCase {
    static let hex = uuids.map { $0.replacing("-", with: "") }
    static let liveHex = liveUUID.replacing("-", with: "")
    static let numbers = ["31", "42", "53", "64"]
    /// Tokens in base64 with all of its signs.
    static let signs = ["aB3+/x1Zk9pQ2x4WmRt==", "cD4+/y2Zk9pQ2x4WmRu==", "eF5+/z3Zk9pQ2x4WmRv=="]
    static let liveSigns = "gH6+/w4Qk9pQ2x4WmRw=="
    @Sendable static func percent(_ text: String) -> String {
        text.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
            .replacing(":", with: "%3A").replacing("\"", with: "%22").replacing("\\", with: "%5C")
    }

    /// Values of protocols on top of HTTP.
    static let protocols: [FieldCase] = [
        FieldCase(
            "MCP: a session in a field", numbers.map { "sess-\($0)" }, live: "sess-975",
            give: Step(
                "POST /mcp", body: #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#,
                answer: #"{"jsonrpc":"2.0","id":1,"result":{}}"#, answerFields: ["Mcp-Session-Id: §"]),
            use: Step(
                "POST /mcp", fields: ["Mcp-Session-Id: §"], body: #"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#)),
        FieldCase(
            "MCP: the address for messages in an event", uuids, live: liveUUID,
            give: Step(
                "GET /sse", answer: "event: endpoint\ndata: /messages?sessionId=§\n\n",
                answerType: "text/event-stream"),
            use: Step("POST /messages?sessionId=§", body: #"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#)),
        FieldCase(
            "an event's number, to go on after it", numbers, live: "975",
            give: Step("GET /events", answer: "id: §\ndata: x\n\n", answerType: "text/event-stream"),
            use: Step("GET /events", fields: ["Last-Event-ID: §"])),
        FieldCase(
            "a ticket for a WebSocket", hex, live: liveHex,
            give: Step("POST /ws/ticket", answer: #"{"ticket":"§"}"#),
            use: Step("GET /ws?ticket=§", fields: ["Sec-WebSocket-Version: 13"])),
        FieldCase(
            "Socket.IO: the session of a polling transport", ["lv_VI97HAXpY6yYWAAAC", "kw_AB12HAXpY6yYWAAAD"],
            live: "zz_ZZ99HAXpY6yYWAAAZ",
            give: Step(
                "GET /socket.io/?EIO=4&transport=polling",
                answer: #"0{"sid":"§","upgrades":["websocket"],"pingInterval":25000}"#, answerType: "text/plain"),
            use: Step("POST /socket.io/?EIO=4&transport=polling&sid=§", body: "40", type: "text/plain")),
        FieldCase(
            "SignalR: a connection", ["hPwt4o9Ay2CPpJTs3tXfRg", "iQxu5p0Bz3DQqKUt4uYgSh"],
            live: "zZzz9z9Zz9ZZzZZz9zZzZz",
            give: Step("POST /hub/negotiate", answer: #"{"connectionToken":"§","availableTransports":[]}"#),
            use: Step("GET /hub?id=§")),
        FieldCase(
            "CometD: the client of a handshake", ["un31afq0d2ye0c3", "vn42bgr1e3zf1d4"], live: "zn99zzz9z9zz9z9",
            give: Step(
                "POST /cometd", body: #"[{"channel":"/meta/handshake","version":"1.0"}]"#,
                answer: #"[{"channel":"/meta/handshake","clientId":"§","successful":true}]"#),
            use: Step("POST /cometd", body: #"[{"channel":"/meta/connect","clientId":"§"}]"#)),
        FieldCase(
            "BOSH: the session of a stream", hex, live: liveHex,
            give: Step(
                "POST /http-bind", body: "<body rid='1573741820' xmlns='x'/>", type: "text/xml",
                answer: "<body wait='60' sid='§' xmlns='x'/>", answerType: "text/xml"),
            use: Step("POST /http-bind", body: "<body rid='1573741821' sid='§' xmlns='x'/>", type: "text/xml")),
        FieldCase(
            "tRPC: a small id in the input of a batch",
            give: Step(
                "POST /api/trpc/post.add?batch=1", body: #"{"0":{"json":{"title":"x"}}}"#,
                answer: #"[{"result":{"data":{"json":{"id":§,"title":"x"}}}}]"#),
            use: Step("GET /api/trpc/post.byId?batch=1&input=%7B%220%22%3A%7B%22json%22%3A%7B%22id%22%3A§%7D%7D%7D")),
        FieldCase(
            "GraphQL: variables in a query",
            give: Step(
                "POST /graphql", body: #"{"query":"mutation{addUser{id}}"}"#,
                answer: #"{"data":{"addUser":{"id":"§"}}}"#),
            use: Step(
                "GET /graphql?query=query(%24id%3AID!)%7Buser(id%3A%24id)%7Bid%7D%7D&variables=%7B%22id%22%3A%22§%22%7D"
            )),
        FieldCase(
            "Elasticsearch: a scroll", signs, live: liveSigns,
            give: Step("POST /i/_search?scroll=1m", body: "{}", answer: #"{"_scroll_id":"§","hits":{"hits":[]}}"#),
            use: Step("POST /_search/scroll", body: #"{"scroll":"1m","scroll_id":"§"}"#)),
        FieldCase(
            "Elasticsearch: the end of a scroll", signs, live: liveSigns,
            give: Step("POST /i/_search?scroll=1m", body: "{}", answer: #"{"_scroll_id":"§","hits":{"hits":[]}}"#),
            use: Step("DELETE /_search/scroll", body: #"{"scroll_id":["§"]}"#)),
        FieldCase(
            "Elasticsearch: a point in time and a sort key", numbers, live: "975",
            give: Step("POST /_search", body: "{}", answer: #"{"hits":{"hits":[{"_id":"a","sort":[§]}]}}"#),
            use: Step("POST /_search", body: #"{"size":10,"search_after":[§]}"#)),
        FieldCase(
            "Elasticsearch: a document in a bulk request", ["aB3xYz12Qw9_", "cD4xYz12Qw9-", "eF5xYz12Qw9a"],
            live: "gH6xYz12Qw9b",
            give: Step("POST /i/_doc", status: 201, answer: #"{"_index":"i","_id":"§","_version":1}"#),
            use: Step(
                "POST /_bulk", body: "{\"update\":{\"_index\":\"i\",\"_id\":\"§\"}}\n{\"doc\":{\"a\":1}}\n",
                type: "application/x-ndjson")),
        FieldCase(
            "OData: the validator of a body", numbers.map { "08D\($0)A7B2C3D4E5" }, live: "08D975A7B2C3D4E5",
            give: Step("GET /odata/Customers(7)", answer: #"{"@odata.etag":"W/\"§\"","Name":"x"}"#),
            use: Step("PATCH /odata/Customers(7)", fields: [#"If-Match: W/"§""#], body: #"{"Name":"y"}"#)),
        FieldCase(
            "OData: a key in a part of a batch",
            give: Step("POST /odata/Customers", status: 201, answer: #"{"CustomerID":§,"Name":"x"}"#),
            use: Step(
                "POST /odata/$batch",
                body:
                    "--b\r\nContent-Type: application/http\r\n\r\nGET Customers(§)/Orders HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n--b--\r\n",
                type: "multipart/mixed; boundary=b")),
        FieldCase(
            "an id in a path of a part of a batch",
            give: Step("POST /orders", status: 201, answer: #"{"id":§,"total":9}"#),
            use: Step(
                "POST /batch",
                body:
                    "--b\r\nContent-Type: application/http\r\n\r\nPOST /orders/§/items HTTP/1.1\r\n\r\n\r\n--b--\r\n",
                type: "multipart/mixed; boundary=b")),
        FieldCase(
            "an id in the body of a part of a batch",
            give: Step("POST /orders", status: 201, answer: #"{"order":{"id":§},"total":9}"#),
            use: Step(
                "POST /batch",
                body:
                    "--b\r\nContent-Type: application/http\r\n\r\nPOST /pay HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"order_id\":§}\r\n--b--\r\n",
                type: "multipart/mixed; boundary=b")),
        FieldCase(
            "OData: a key in a batch of JSON",
            give: Step("POST /odata/Customers", status: 201, answer: #"{"CustomerID":§,"Name":"x"}"#),
            use: Step("POST /odata/$batch", body: #"{"requests":[{"id":"0","method":"get","url":"Customers(§)"}]}"#)),
        FieldCase(
            "HAL: a link of a resource",
            give: Step(
                "POST /orders", status: 201, answer: #"{"_links":{"payment":{"href":"/orders/§/payment"}},"total":9}"#),
            use: Step("PUT /orders/§/payment", body: #"{"card":"x"}"#)),
        FieldCase(
            "JSON:API: the link to the next page", ["eyJpZCI6MzF9", "eyJpZCI6NDJ9", "eyJpZCI6NTN9"],
            live: "eyJpZCI6OTc1fQ",
            give: Step("GET /items", answer: #"{"data":[],"links":{"next":"/items?page%5Bafter%5D=§"}}"#),
            use: Step("GET /items?page%5Bafter%5D=§")),
        FieldCase(
            "SCIM: a member of a group", uuids, live: liveUUID,
            give: Step("POST /scim/v2/Users", status: 201, answer: #"{"id":"§","userName":"x"}"#),
            use: Step(
                "PATCH /scim/v2/Groups/g",
                body: #"{"Operations":[{"op":"remove","path":"members[value eq \"§\"]"}]}"#)),
        FieldCase(
            "SCIM: a small id of a member",
            give: Step("POST /scim/v2/Users", status: 201, answer: #"{"id":"§","userName":"x"}"#),
            use: Step(
                "PATCH /scim/v2/Groups/g",
                body: #"{"Operations":[{"op":"add","path":"members","value":[{"value":"§"}]}]}"#)),
        FieldCase(
            "FHIR: the place of an entry of a bundle",
            give: Step(
                "POST /fhir", body: #"{"resourceType":"Bundle","type":"transaction"}"#,
                answer: #"{"resourceType":"Bundle","entry":[{"response":{"location":"Patient/§/_history/1"}}]}"#),
            use: Step("GET /fhir/Patient/§")),
        FieldCase(
            "FHIR: a search by a reference", numbers, live: "975",
            give: Step("POST /fhir/Patient", status: 201, answer: #"{"resourceType":"Patient","id":"§"}"#),
            use: Step("GET /fhir/Observation?subject=Patient/§&_count=10")),
        FieldCase(
            "WS-Security: a token in the header of an envelope", signs, live: liveSigns,
            give: Step(
                "POST /sts", body: "<s:Envelope><s:Body><Issue/></s:Body></s:Envelope>", type: "text/xml",
                answer:
                    "<s:Envelope><s:Body><wsse:BinarySecurityToken>§</wsse:BinarySecurityToken></s:Body></s:Envelope>",
                answerType: "text/xml"),
            use: Step(
                "POST /ws",
                body:
                    "<s:Envelope><s:Header><wsse:Security><wsse:BinarySecurityToken>§</wsse:BinarySecurityToken></wsse:Security></s:Header></s:Envelope>",
                type: "text/xml")),
        FieldCase(
            "WS-Trust: a reference to an assertion", uuids, live: liveUUID,
            give: Step(
                "POST /sts", body: "<Issue/>", type: "application/soap+xml",
                answer: #"<wst:RequestedSecurityToken><saml:Assertion ID="_§"/></wst:RequestedSecurityToken>"#,
                answerType: "application/soap+xml"),
            use: Step(
                "POST /ws", body: ##"<s:Header><wsse:Reference URI="#_§"/></s:Header>"##, type: "application/soap+xml")),
        FieldCase(
            "Salesforce: the session of a login by SOAP", ["00D31!AQEAQO.aBcDeFgHiJ", "00D42!AQEAQP.bCdEfGhIjK"],
            live: "00D97!AQEAQZ.zZzZzZzZzZ",
            give: Step(
                "POST /services/Soap/u/58.0", body: "<login/>", type: "text/xml",
                answer: "<loginResponse><result><sessionId>§</sessionId></result></loginResponse>",
                answerType: "text/xml"),
            use: Step(
                "POST /services/Soap/u/58.0",
                body: "<env><SessionHeader><sessionId>§</sessionId></SessionHeader><query/></env>", type: "text/xml")),
        FieldCase(
            "ubus: a session as the first parameter", hex, live: liveHex,
            give: Step(
                "POST /ubus", body: #"{"jsonrpc":"2.0","id":1,"method":"call","params":["0","session","login",{}]}"#,
                answer: #"{"jsonrpc":"2.0","id":1,"result":[0,{"ubus_rpc_session":"§","timeout":300}]}"#),
            use: Step(
                "POST /ubus", body: #"{"jsonrpc":"2.0","id":2,"method":"call","params":["§","uci","get",{}]}"#)),
        FieldCase(
            "CouchDB: the revisions of several documents", hex.map { "1-\($0)" }, live: "1-\(liveHex)",
            give: Step(
                "POST /db/_bulk_docs", body: #"{"docs":[{"_id":"a"}]}"#, status: 201,
                answer: #"[{"ok":true,"id":"a","rev":"§"}]"#),
            use: Step("POST /db/_bulk_docs", body: #"{"docs":[{"_id":"a","_rev":"§","n":2}]}"#)),
        FieldCase(
            "CouchDB: a sequence", numbers.map { "\($0)-g1AAAAJ" }, live: "975-g1AAAAZ",
            give: Step("GET /db/_changes", answer: #"{"results":[],"last_seq":"§","pending":0}"#),
            use: Step("GET /db/_changes?since=§&feed=longpoll")),
        FieldCase(
            "Kubernetes: the rest of a list", ["eyJ2IjoibWV0YSIsInJ2IjozMX0", "eyJ2IjoibWV0YSIsInJ2Ijo0Mn0"],
            live: "eyJ2IjoibWV0YSIsInJ2Ijo5NzV9",
            give: Step("GET /api/v1/pods?limit=5", answer: #"{"metadata":{"continue":"§"},"items":[]}"#),
            use: Step("GET /api/v1/pods?limit=5&continue=§")),
        FieldCase(
            "Kubernetes: a precondition", uuids, live: liveUUID,
            give: Step("POST /api/v1/pods", status: 201, answer: #"{"metadata":{"name":"a","uid":"§"}}"#),
            use: Step("DELETE /api/v1/pods/a", body: #"{"kind":"DeleteOptions","preconditions":{"uid":"§"}}"#)),
        FieldCase(
            "PayPal: an order", ["5O190127TN364715T", "6P201238UO475826U"], live: "9Z999999ZZ999999Z",
            give: Step(
                "POST /v2/checkout/orders", body: "{}", status: 201,
                answer: #"{"id":"§","status":"CREATED","links":[{"href":"http://x/checkoutnow?token=§"}]}"#),
            use: Step("POST /v2/checkout/orders/§/capture", body: "{}")),
        FieldCase(
            "a link in a mail", hex, live: liveHex,
            give: Step(
                "GET /api/v2/messages",
                answer:
                    #"{"items":[{"Content":{"Body":"Hello\r\nhttp://api.example.com/auth/verify?token=§&x=1\r\n"}}]}"#),
            use: Step("GET /auth/verify?token=§&x=1")),
        FieldCase(
            "a link in a mail in quoted-printable", hex, live: liveHex,
            give: Step(
                "GET /api/v2/messages",
                answer: #"{"items":[{"Content":{"Body":"<a href=3D\"http://api.example.com/verify?token=3D§\">"}}]}"#),
            use: Step("GET /verify?token=§")),
        FieldCase(
            "OAuth: a pushed request", uuids, live: liveUUID,
            give: Step(
                "POST /as/par", body: "client_id=app", type: form, status: 201,
                answer: #"{"request_uri":"urn:ietf:params:oauth:request_uri:§","expires_in":60}"#),
            use: Step("GET /authorize?client_id=app&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A§")),
        FieldCase(
            "OAuth 1: a token in a form, and in Authorization", hex, live: liveHex,
            give: Step(
                "POST /oauth/request_token", answer: "oauth_token=§&oauth_callback_confirmed=true",
                answerType: form),
            use: Step("GET /oauth/authorize?oauth_token=§")),
        FieldCase(
            "Git LFS: a field's value in JSON", hex, live: liveHex,
            give: Step(
                "POST /info/lfs/objects/batch", body: "{}",
                answer: #"{"objects":[{"actions":{"upload":{"href":"/x","header":{"Authorization":"RemoteAuth §"}}}}]}"#
            ),
            use: Step("PUT /x", fields: ["Authorization: RemoteAuth §"], body: "abc", type: "text/plain")),
        FieldCase(
            "Matrix: a room in a path", ["!aBcDeFgHiJ31:people.example", "!bCdEfGhIjK42:people.example"],
            live: "!zZzZzZzZzZ97:people.example",
            give: Step("POST /_matrix/client/v3/createRoom", body: "{}", answer: #"{"room_id":"§"}"#),
            use: Step(
                "PUT /_matrix/client/v3/rooms/§/send/m.room.message/t1", body: #"{"body":"x"}"#,
                encode: { $0.replacing("!", with: "%21").replacing(":", with: "%3A") })),
        FieldCase(
            "Matrix: where a sync goes on", ["s31_4483_1934", "s42_4490_1935", "s53_4495_1936"], live: "s975_9999_9999",
            give: Step("GET /_matrix/client/v3/sync", answer: #"{"next_batch":"§","rooms":{}}"#),
            use: Step("GET /_matrix/client/v3/sync?since=§&timeout=0")),
        FieldCase(
            "Firestore: a document", ["aBcDeFgHiJkLmNoPqR31", "bCdEfGhIjKlMnOpQrS42"], live: "zZzZzZzZzZzZzZzZzZ97",
            give: Step(
                "POST /v1/projects/p/databases/(default)/documents/rooms", body: "{}",
                answer: #"{"name":"projects/p/databases/(default)/documents/rooms/§","fields":{}}"#),
            use: Step("PATCH /v1/projects/p/databases/(default)/documents/rooms/§", body: "{}")),
        FieldCase(
            "Azure: an operation that goes on", uuids, live: liveUUID,
            give: Step(
                "PUT /vm/a", body: "{}", status: 202,
                answerFields: ["Azure-AsyncOperation: http://api.example.com/operations/§?api-version=2023-01-01"]),
            use: Step("GET /operations/§?api-version=2023-01-01")),
        FieldCase(
            "Azure: a lease", uuids, live: liveUUID,
            give: Step("PUT /c/b?comp=lease", status: 201, answerFields: ["x-ms-lease-id: §"]),
            use: Step("PUT /c/b", fields: ["x-ms-lease-id: §"], body: "abc", type: "text/plain")),
        FieldCase(
            "SQS: the handle of a message", signs, live: liveSigns,
            give: Step(
                "POST /", body: "Action=ReceiveMessage", type: form,
                answer: "<R><Message><ReceiptHandle>§</ReceiptHandle></Message></R>", answerType: "text/xml"),
            use: Step("POST /", body: "Action=DeleteMessage&ReceiptHandle=§", type: form, encode: percent)),
        FieldCase(
            "Kafka: the consumer's own address", uuids, live: liveUUID,
            give: Step(
                "POST /consumers/g", body: "{}",
                answer: #"{"instance_id":"c-§","base_uri":"http://api.example.com/consumers/g/instances/c-§"}"#),
            use: Step("GET /consumers/g/instances/c-§/records")),
        FieldCase(
            "Vault: a lease with a path", ["aBcDeFgHiJkL31", "bCdEfGhIjKlM42", "cDeFgHiJkLmN53"],
            live: "zZzZzZzZzZzZ97",
            give: Step("GET /v1/database/creds/x", answer: #"{"lease_id":"database/creds/x/§","renewable":true}"#),
            use: Step("PUT /v1/sys/leases/renew", body: #"{"lease_id":"database/creds/x/§","increment":3600}"#)),
        FieldCase(
            "Grafana: a short id of letters", ["cIBgcSjkk", "dJChdTkll", "eKDieUlmm", "fLEjfVmnn"], live: "zZZzzZzzz",
            give: Step("POST /api/dashboards/db", body: "{}", answer: #"{"uid":"§","status":"success"}"#),
            use: Step("GET /api/dashboards/uid/§")),
        FieldCase(
            "CAS: a ticket in a redirect", numbers.map { "ST-\($0)-aBcDeFgHiJkLmNoPq" },
            live: "ST-975-zZzZzZzZzZzZzZzZz",
            give: Step(
                "POST /cas/login", body: "a=1", type: form, status: 302,
                answerFields: ["Location: http://api.example.com/app?ticket=§"]),
            use: Step("GET /app?ticket=§")),
    ]
}
