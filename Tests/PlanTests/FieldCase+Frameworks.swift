extension FieldCase {
    static let uuids = [
        "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f", "8a1d5b7c-2e3f-4a6b-9c8d-7e6f5a4b3c2d",
        "c0ffee12-3456-4789-8abc-def012345678", "deadbeef-1234-4567-89ab-cdef01234567",
    ]
    static let liveUUID = "11111111-2222-4333-8444-555555555555"

    /// What frameworks and services do.
    static let frameworks: [FieldCase] = [
        FieldCase(
            "Rails: a redirect to what was made, and a nested form field",
            give: Step("POST /posts", status: 302, answerFields: ["Location: http://api.example.com/posts/§"]),
            use: Step("POST /comments", body: "comment%5Bpost_id%5D=§&comment%5Bbody%5D=fine", type: form)),
        FieldCase(
            "Rails: a redirect to what was made, and its own address",
            give: Step("POST /posts", status: 302, answerFields: ["Location: http://api.example.com/posts/§"]),
            use: Step("POST /posts/§", body: "_method=patch&post%5Btitle%5D=b", type: form)),
        FieldCase(
            "Laravel: a resource, and its address with an include",
            give: Step("POST /api/v1/items", status: 201, answer: #"{"data":{"id":§,"qty":2}}"#),
            use: Step("GET /api/v1/items/§?include=tags")),
        FieldCase(
            "Spring HATEOAS: the link to itself",
            give: Step(
                "POST /employees", status: 201,
                answer: #"{"name":"a","_links":{"self":{"href":"http://api.example.com/employees/§"}}}"#),
            use: Step("PUT /employees/§", body: #"{"name":"b"}"#)),
        FieldCase(
            "Spring Data REST: an association as a list of addresses",
            give: Step("POST /authors", status: 201, answerFields: ["Location: http://api.example.com/authors/§"]),
            use: Step("PUT /books/71/author", body: "http://api.example.com/authors/§", type: "text/uri-list")),
        FieldCase(
            "JSON:API: the identity in path and body",
            give: Step("POST /articles", status: 201, answer: #"{"data":{"type":"articles","id":"§"}}"#),
            use: Step("PATCH /articles/§", body: #"{"data":{"type":"articles","id":"§","attributes":{"t":"x"}}}"#)),
        FieldCase(
            "JSON:API: a relationship to another resource",
            give: Step("POST /people", status: 201, answer: #"{"data":{"type":"people","id":"§"}}"#),
            use: Step(
                "POST /articles",
                body: #"{"data":{"type":"articles","relationships":{"author":{"data":{"type":"people","id":"§"}}}}}"#)),
        FieldCase(
            "OData: a key in brackets",
            give: Step(
                "POST /odata/Customers", status: 201,
                answer: #"{"@odata.id":"http://api.example.com/odata/Customers(§)","CustomerID":§}"#),
            use: Step("GET /odata/Customers(§)/Orders")),
        FieldCase(
            "OData: a named key in brackets",
            give: Step("POST /odata/Orders", status: 201, answer: #"{"OrderID":§,"Total":12.5}"#),
            use: Step("GET /odata/OrderLines(OrderID=§,LineNo=1)")),
        FieldCase(
            "OData: a filter",
            give: Step("POST /odata/Customers", status: 201, answer: #"{"CustomerID":§}"#),
            use: Step("GET /odata/Orders?$filter=CustomerID%20eq%20§&$top=5")),
        FieldCase(
            "ASP.NET MVC: the hidden field of an edit page",
            give: Step(
                "GET /Items/Latest", answer: #"<form><input type="hidden" name="Id" value="§"></form>"#,
                answerType: "text/html"),
            use: Step("POST /Items/Save", body: "Id=§&Name=x", type: form)),
        FieldCase(
            "Django admin: a formset's foreign key", ["1", "2", "3", "4"],
            before: [Step("POST /warm", body: "book_set-TOTAL_FORMS=1&book_set-INITIAL_FORMS=0", type: form)],
            give: Step("POST /admin/author/add/", status: 302, answerFields: ["Location: /admin/author/§/change/"]),
            use: Step("POST /admin/book/add/", body: "author=§&page_set-TOTAL_FORMS=1&page_set-0-text=a", type: form)),
        FieldCase(
            "Django: formset rows with the ids of a page",
            give: Step(
                "GET /edit",
                answer:
                    #"<form><input name="form-TOTAL_FORMS" value="1"><input name="form-0-id" type="hidden" value="§"></form>"#,
                answerType: "text/html"),
            use: Step("POST /edit", body: "form-TOTAL_FORMS=1&form-0-id=§&form-0-name=a", type: form)),
        FieldCase(
            "GitHub: the number of an issue", ["3", "4", "5", "6"],
            give: Step("POST /repos/o/r/issues", status: 201, answer: #"{"id":98765432109,"number":§}"#),
            use: Step("POST /repos/o/r/issues/§/comments", body: #"{"body":"x"}"#)),
        FieldCase(
            "GraphQL: a global id", ["VXNlcjoz", "VXNlcjo0", "VXNlcjo1", "VXNlcjo2"], live: "VXNlcjo5MzE=",
            give: Step(
                "POST /graphql", body: #"{"query":"mutation{addUser{id}}"}"#,
                answer: #"{"data":{"addUser":{"id":"§"}}}"#),
            use: Step("POST /graphql", body: #"{"query":"query($id:ID!){node(id:$id){id}}","variables":{"id":"§"}}"#)),
        FieldCase(
            "GraphQL: the cursor of a connection",
            [
                "YXJyYXljb25uZWN0aW9uOjM=", "YXJyYXljb25uZWN0aW9uOjQ=", "YXJyYXljb25uZWN0aW9uOjU=",
                "YXJyYXljb25uZWN0aW9uOjY=",
            ], live: "YXJyYXljb25uZWN0aW9uOjkzMQ==",
            give: Step(
                "POST /graphql", body: #"{"query":"{items(first:2){pageInfo{endCursor}}}"}"#,
                answer: #"{"data":{"items":{"pageInfo":{"endCursor":"§"}}}}"#),
            use: Step("POST /graphql", body: #"{"query":"{items(first:2,after:\"§\"){edges{cursor}}}"}"#)),
        FieldCase(
            "Elasticsearch: optimistic concurrency",
            give: Step("GET /idx/_doc/a", answer: #"{"_id":"a","_seq_no":§,"_primary_term":1}"#),
            use: Step("PUT /idx/_doc/a?if_seq_no=§&if_primary_term=1", body: #"{"n":1}"#)),
        FieldCase(
            "CouchDB: a revision in a query",
            [
                "1-967a00dff5e02add41819138abb3284d", "1-0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                "1-fedcba98765432100123456789abcdef", "1-00112233445566778899aabbccddeeff",
            ],
            live: "1-ffeeddccbbaa99887766554433221100",
            give: Step("PUT /db/doc", status: 201, answer: #"{"ok":true,"id":"doc","rev":"§"}"#),
            use: Step("DELETE /db/doc?rev=§")),
        FieldCase(
            "CouchDB: a revision in a body",
            [
                "1-967a00dff5e02add41819138abb3284d", "1-0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                "1-fedcba98765432100123456789abcdef", "1-00112233445566778899aabbccddeeff",
            ],
            live: "1-ffeeddccbbaa99887766554433221100",
            give: Step("PUT /db/doc", status: 201, answer: #"{"ok":true,"id":"doc","rev":"§"}"#),
            use: Step("PUT /db/doc", body: #"{"_id":"doc","_rev":"§","n":2}"#)),
        FieldCase(
            "Kubernetes: the version of an object", ["3012", "3020", "3044", "3051"], live: "88123",
            give: Step("GET /api/v1/pods/a", answer: #"{"metadata":{"name":"a","resourceVersion":"§"}}"#),
            use: Step("PUT /api/v1/pods/a", body: #"{"metadata":{"name":"a","resourceVersion":"§"},"spec":{}}"#)),
        FieldCase(
            "Kubernetes: a watch from a version", ["3012", "3020", "3044", "3051"], live: "88123",
            give: Step("GET /api/v1/pods", answer: #"{"metadata":{"resourceVersion":"§"},"items":[]}"#),
            use: Step("GET /api/v1/pods?watch=true&resourceVersion=§")),
        FieldCase(
            "Consul: the index of a blocking query", ["312", "320", "344", "351"], live: "88",
            give: Step("GET /v1/kv/a", answer: "[]", answerFields: ["X-Consul-Index: §"]),
            use: Step("GET /v1/kv/a?index=§&wait=10s")),
        FieldCase(
            "Consul: check and set", ["312", "320", "344", "351"], live: "88",
            give: Step("GET /v1/kv/a", answer: #"[{"Key":"a","Flags":0,"ModifyIndex":§}]"#),
            use: Step("PUT /v1/kv/a?cas=§", body: "x", type: "text/plain")),
        FieldCase(
            "HTMX: an address in an attribute",
            give: Step(
                "POST /contacts",
                answer: #"<tr><td>a</td><td><button hx-get="/contacts/§/edit">Edit</button></td></tr>"#,
                answerType: "text/html"),
            use: Step("GET /contacts/§/edit", fields: ["HX-Request: true"])),
        FieldCase(
            "HTMX: a value in an attribute",
            give: Step(
                "POST /todos", answer: #"<li data-id="§" hx-vals='{"id": §}'>milk</li>"#, answerType: "text/html"),
            use: Step("POST /todos/done", body: "id=§", type: form)),
        FieldCase(
            "a validator of a few characters", [#""3""#, #""4""#, #""5""#, #""6""#], live: #""931""#,
            give: Step("GET /doc", answer: "{}", answerFields: ["ETag: §"]),
            use: Step("PUT /doc", fields: ["If-Match: §"], body: #"{"a":1}"#)),
        FieldCase(
            "a validator that JSON repeats", [#""3f2b8c1e9a4d""#, #""8a1d5b7c2e3f""#, #""c0ffee123456""#],
            live: #""111122223333""#,
            give: Step("GET /doc", answer: #"{"etag":"§"}"#, encode: { $0.replacing("\"", with: "\\\"") }),
            use: Step("PUT /doc", fields: ["If-Match: §"], body: #"{"a":1}"#)),
        FieldCase(
            "Laravel: a cookie's token, decoded in a field",
            ["eyJpdiI6IkFhMQ==", "eyJpdiI6IkJiMg==", "eyJpdiI6IkNjMw=="],
            live: "eyJpdiI6IlpkOQ==",
            give: Step(
                "GET /page", answer: "{}", answerFields: ["Set-Cookie: XSRF-TOKEN=§; Path=/"],
                encode: { $0.replacing("=", with: "%3D") }),
            use: Step("POST /save", fields: ["X-XSRF-TOKEN: §"], body: #"{"a":1}"#)),
        FieldCase(
            "the link to the next page in a field", ["opaque3a7", "opaque9b1", "opaque5c2"], live: "opaque0d9",
            give: Step(
                "GET /items", answer: "[]",
                answerFields: ["Link: <http://api.example.com/items?cursor=§&size=20>; rel=\"next\""]),
            use: Step("GET /items?cursor=§&size=20")),
        FieldCase(
            "the link to the next page of a small resource",
            give: Step(
                "POST /orders", status: 201, answer: "{}",
                answerFields: ["Link: </orders/§/items?page=1>; rel=\"items\""]),
            use: Step("GET /orders/§/items?page=1")),
        FieldCase(
            "tus: where an upload goes on", uuids.map { $0.replacing("-", with: "") },
            live: liveUUID.replacing("-", with: ""),
            give: Step("POST /files", status: 201, answerFields: ["Location: http://api.example.com/files/§"]),
            use: Step(
                "PATCH /files/§", fields: ["Upload-Offset: 0"], body: "abc", type: "application/offset+octet-stream")
        ),
        FieldCase(
            "S3: the parts of an upload", [#""3f2b8c1e9a4d""#, #""8a1d5b7c2e3f""#, #""c0ffee123456""#],
            live: #""111122223333""#,
            give: Step("PUT /bucket/key?partNumber=1&uploadId=x", answerFields: ["ETag: §"]),
            use: Step(
                "POST /bucket/key?uploadId=x",
                body:
                    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>§</ETag></Part></CompleteMultipartUpload>",
                type: "application/xml", encode: { $0.replacing("\"", with: "&quot;") })),
        FieldCase(
            "S3: the id of an upload", ["VXBsb2FkIElE.a3", "VXBsb2FkIElE.b4", "VXBsb2FkIElE.c5"], live: "Zk9pQ2x4.d6",
            give: Step(
                "POST /bucket/key?uploads",
                answer: "<InitiateMultipartUploadResult><UploadId>§</UploadId></InitiateMultipartUploadResult>",
                answerType: "application/xml"),
            use: Step("PUT /bucket/key?partNumber=1&uploadId=§", body: "abc", type: "text/plain")),
        FieldCase(
            "Keycloak: the address of a login form", ["GcAW8xkkZ4g", "Hd9sKq2Lm0x", "Ze7tYw1Pq3r"], live: "Aa0Bb1Cc2Dd",
            give: Step(
                "GET /realms/x/auth",
                answer:
                    #"<form action="http://api.example.com/realms/x/login?execution=a&amp;client_id=app&amp;tab_id=§" method="post"></form>"#,
                answerType: "text/html"),
            use: Step("POST /realms/x/login?execution=a&client_id=app&tab_id=§", body: "a=1", type: form)),
        FieldCase(
            "WebDAV: a lock", uuids, live: liveUUID,
            give: Step("LOCK /f.txt", answer: "", answerFields: ["Lock-Token: <opaquelocktoken:§>"]),
            use: Step("PUT /f.txt", fields: ["If: (<opaquelocktoken:§>)"], body: "abc", type: "text/plain")),
        FieldCase(
            "Shopify: a global id with a small number",
            ["gid://shopify/Cart/3", "gid://shopify/Cart/4", "gid://shopify/Cart/5"],
            live: "gid://shopify/Cart/931",
            give: Step(
                "POST /api/graphql.json", body: #"{"query":"mutation{cartCreate{cart{id}}}"}"#,
                answer: #"{"data":{"cartCreate":{"cart":{"id":"§"}}}}"#),
            use: Step(
                "POST /api/graphql.json", body: #"{"query":"query($c:ID!){cart(id:$c){id}}","variables":{"c":"§"}}"#)),
        FieldCase(
            "Stripe: the secret of an intent", ["pi_3MtwBwLkdIwHu7ix", "pi_3NabCdEfGhIjKlMn", "pi_3PqRsTuVwXyZ0123"],
            live: "pi_3Zz9Yy8Xx7Ww6Vv5",
            give: Step("POST /checkout", answer: #"{"clientSecret":"§_secret_YrKJUKribcBjcG8HVhfZluoGH"}"#),
            use: Step(
                "POST /v1/payment_intents/§/confirm", body: "client_secret=§_secret_YrKJUKribcBjcG8HVhfZluoGH",
                type: form)),
        FieldCase(
            "Jira: the key of an issue", ["PROJ-31", "PROJ-42", "PROJ-53", "PROJ-64"], live: "PROJ-975",
            give: Step("POST /rest/api/2/issue", status: 201, answer: #"{"id":"10077","key":"§"}"#),
            use: Step("POST /rest/api/2/issue/§/comment", body: #"{"body":"x"}"#)),
        FieldCase(
            "Magento: a bare string", uuids.map { $0.replacing("-", with: "") },
            live: liveUUID.replacing("-", with: ""),
            give: Step("POST /rest/V1/guest-carts", answer: #""§""#),
            use: Step("POST /rest/V1/guest-carts/§/items", body: #"{"cartItem":{"quote_id":"§","qty":1}}"#)),
        FieldCase(
            "Magento: a bare number",
            give: Step("POST /rest/V1/carts/mine", answer: "§"),
            use: Step("POST /rest/V1/carts/mine/items", body: #"{"cartItem":{"quote_id":"§","qty":1}}"#)),
        FieldCase(
            "WordPress: a nonce in a script", ["a1b2c3d4e5", "f6a7b8c9d0", "0d9c8b7a6f"], live: "1122334455",
            give: Step(
                "GET /wp-admin/", answer: #"<script>var wpApiSettings = {"root":"\/wp-json\/","nonce":"§"};</script>"#,
                answerType: "text/html"),
            use: Step("POST /wp-json/wp/v2/posts", fields: ["X-WP-Nonce: §"], body: #"{"title":"x"}"#)),
        FieldCase(
            "WordPress: a post in a redirect's query", ["31", "34", "37", "40"],
            give: Step(
                "GET /wp-admin/post-new.php", status: 302,
                answerFields: ["Location: http://api.example.com/wp-admin/post.php?post=§&action=edit"]),
            use: Step("POST /wp-admin/post.php", body: "post_ID=§&action=editpost&post_title=x", type: form)),
        FieldCase(
            "Joomla: a field that is called after the token", uuids.map { $0.replacing("-", with: "") },
            live: liveUUID.replacing("-", with: ""),
            give: Step(
                "GET /login",
                answer:
                    #"<form><input type="hidden" name="task" value="login"><input type="hidden" name="§" value="1"></form>"#,
                answerType: "text/html"),
            use: Step("POST /login2", body: "task=login&§=1", type: form)),
        FieldCase(
            "Odoo: the result of a call",
            give: Step(
                "POST /jsonrpc", body: #"{"jsonrpc":"2.0","id":null,"params":{"method":"create"}}"#,
                answer: #"{"jsonrpc":"2.0","id":null,"result":§}"#),
            use: Step("POST /jsonrpc", body: #"{"jsonrpc":"2.0","id":null,"params":{"method":"confirm","args":[[§]]}}"#)
        ),
        FieldCase(
            "XML-RPC: a number",
            give: Step(
                "POST /xmlrpc", body: "<methodCall><methodName>new</methodName></methodCall>", type: "text/xml",
                answer: "<methodResponse><params><param><value><int>§</int></value></param></params></methodResponse>",
                answerType: "text/xml"),
            use: Step(
                "POST /xmlrpc",
                body:
                    "<methodCall><methodName>get</methodName><params><param><value><int>§</int></value></param></params></methodCall>",
                type: "text/xml")),
        FieldCase(
            "SOAP: an element with another prefix and capital",
            give: Step(
                "POST /soap", body: "<e:Envelope><e:Body><m:New/></e:Body></e:Envelope>", type: "text/xml",
                answer: "<s:Envelope><s:Body><r:NewResult><r:OrderId>§</r:OrderId></r:NewResult></s:Body></s:Envelope>",
                answerType: "text/xml"),
            use: Step(
                "POST /soap", body: "<e:Envelope><e:Body><m:Pay><m:orderId>§</m:orderId></m:Pay></e:Body></e:Envelope>",
                type: "text/xml")),
        FieldCase(
            "FHIR: a reference",
            give: Step(
                "POST /fhir/Patient", status: 201,
                answerFields: ["Location: http://api.example.com/fhir/Patient/§/_history/1"]),
            use: Step("POST /fhir/Observation", body: #"{"subject":{"reference":"Patient/§"},"valueInteger":7}"#)),
        FieldCase(
            "Docker: where an upload goes on", uuids, live: liveUUID,
            give: Step(
                "POST /v2/a/blobs/uploads/", status: 202,
                answerFields: ["Location: /v2/a/blobs/uploads/§?_state=REWxhbmdl"]),
            use: Step("PUT /v2/a/blobs/uploads/§?_state=REWxhbmdl&digest=sha256:00", body: "abc", type: "text/plain")),
        FieldCase(
            "DynamoDB: where a query goes on", ["user#31", "user#42", "user#53"], live: "user#975",
            give: Step(
                "POST /", fields: ["X-Amz-Target: DynamoDB.Query"], body: #"{"TableName":"t"}"#,
                answer: #"{"Items":[],"LastEvaluatedKey":{"pk":{"S":"§"}}}"#),
            use: Step(
                "POST /", fields: ["X-Amz-Target: DynamoDB.Query"],
                body: #"{"TableName":"t","ExclusiveStartKey":{"pk":{"S":"§"}}}"#)),
        FieldCase(
            "JSF: a view's state in a partial response",
            ["-1234567890123456789:987654321", "-2234567890123456789:887654321"],
            live: "-5234567890123456789:587654321",
            give: Step(
                "POST /view.xhtml", body: "a=1", type: form,
                answer:
                    "<partial-response><changes><update id=\"j_id1:javax.faces.ViewState:0\"><![CDATA[§]]></update></changes></partial-response>",
                answerType: "text/xml"),
            use: Step(
                "POST /view.xhtml", body: "javax.faces.ViewState=§&b=1", type: form,
                encode: { $0.replacing(":", with: "%3A") })),
        FieldCase(
            "ASP.NET: a session in the path", ["lit3py55t21z5v55vlm25s55", "abc3py55t21z5v55vlm25s99"],
            live: "zzz3py55t21z5v55vlm25s11",
            give: Step("GET /app/", status: 302, answerFields: ["Location: /app/(S(§))/default.aspx"]),
            use: Step("GET /app/(S(§))/list.aspx")),
        FieldCase(
            "Java: a session in the path", ["A1B2C3D4E5F60718293A4B5C6D7E8F90", "B1B2C3D4E5F60718293A4B5C6D7E8F90"],
            live: "C1B2C3D4E5F60718293A4B5C6D7E8F90",
            give: Step(
                "GET /shop", answer: #"<a href="/shop/cart;jsessionid=§?x=1">Cart</a>"#, answerType: "text/html"),
            use: Step("GET /shop/cart;jsessionid=§?x=1")),
        FieldCase(
            "Zabbix: a list of ids", ["10084", "10085", "10086", "10087"], live: "20931",
            give: Step(
                "POST /api_jsonrpc.php", body: #"{"method":"host.create","id":2}"#,
                answer: #"{"jsonrpc":"2.0","result":{"hostids":["§"]},"id":2}"#),
            use: Step("POST /api_jsonrpc.php", body: #"{"method":"item.create","params":{"hostid":"§"},"id":3}"#)),
        FieldCase(
            "Redmine: a nested form field", ["31", "42", "53", "64"],
            give: Step("POST /issues.json", status: 201, answer: #"{"issue":{"id":§,"done_ratio":0}}"#),
            use: Step("POST /time_entries", body: "time_entry%5Bissue_id%5D=§&time_entry%5Bhours%5D=2", type: form)),
        FieldCase(
            "Nextcloud: a token with signs in an attribute", ["aB3+/x=:Zk9pQ2x4WmRt", "cD4+/y=:Zk9pQ2x4WmRu"],
            live: "eF5+/z=:Qk9pQ2x4WmRv",
            give: Step("GET /index.php", answer: #"<head data-requesttoken="§"></head>"#, answerType: "text/html"),
            use: Step("POST /ocs/v2/x", fields: ["requesttoken: §"], body: "a=1", type: form)),
        FieldCase(
            "Jenkins: an item of the queue", ["31", "42", "53", "64"],
            give: Step(
                "POST /job/a/build", status: 201, answerFields: ["Location: http://api.example.com/queue/item/§/"]),
            use: Step("GET /queue/item/§/api/json")),
        FieldCase(
            "Airflow: a run with a time in its name",
            ["manual__2024-05-01T10:00:00.123456+00:00", "manual__2024-05-01T10:00:07.654321+00:00"],
            live: "manual__2026-01-02T03:04:05.999999+00:00",
            give: Step("POST /api/v1/dags/a/dagRuns", answer: #"{"dag_run_id":"§","state":"queued"}"#),
            use: Step("GET /api/v1/dags/a/dagRuns/§", encode: { $0.replacing("+", with: "%2B") })),
        FieldCase(
            "Slack: a message by its time", ["1355517523.000005", "1355517524.000006", "1355517525.000007"],
            live: "1700000000.000099",
            give: Step("POST /api/chat.postMessage", body: "channel=C1", type: form, answer: #"{"ok":true,"ts":"§"}"#),
            use: Step("POST /api/chat.update", body: "channel=C1&ts=§&text=x", type: form)),
        FieldCase(
            "vSphere: a managed object", ["vm-31", "vm-42", "vm-53", "vm-64"], live: "vm-975",
            give: Step("POST /api/vcenter/vm", answer: #""§""#),
            use: Step("POST /api/vcenter/vm/§/power?action=start")),
        FieldCase(
            "GitLab: the number within a project", ["3", "4", "5", "6"],
            give: Step("POST /api/v4/projects/7/issues", status: 201, answer: #"{"id":123456,"iid":§,"project_id":7}"#),
            use: Step("PUT /api/v4/projects/7/issues/§?state_event=close")),
        FieldCase(
            "Discourse: the topic of a reply", ["31", "42", "53", "64"],
            give: Step(
                "POST /posts.json", body: "title=x", type: form, answer: #"{"id":977,"topic_id":§,"topic_slug":"x"}"#),
            use: Step("POST /posts.json", body: "raw=y&topic_id=§", type: form)),
        FieldCase(
            "an address with a slug and a number", ["31", "42", "53", "64"],
            give: Step("POST /topics", status: 302, answerFields: ["Location: /t/first-topic/§"]),
            use: Step("GET /t/first-topic/§.json")),
        FieldCase(
            "CalDAV: a token of synchronisation", ["31", "42", "53", "64"],
            give: Step(
                "PROPFIND /cal/", status: 207,
                answer:
                    "<d:multistatus xmlns:d=\"DAV:\"><d:sync-token>http://example.org/ns/sync/§</d:sync-token></d:multistatus>",
                answerType: "application/xml"),
            use: Step(
                "REPORT /cal/",
                body:
                    "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token>http://example.org/ns/sync/§</d:sync-token></d:sync-collection>",
                type: "application/xml")),
    ]
}
