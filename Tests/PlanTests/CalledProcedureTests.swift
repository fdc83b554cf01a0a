import Testing

@testable import Plan

/// What a request calls where many procedures share a path.
@Suite struct CalledProcedureTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        var target = "/"
        var fields: [String] = []
        var body = ""
        var type = "application/json"
        var name: String?
        var resource: String?
        var isRemoteCall = false
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(
            reason: "JSON-RPC", body: #"{"jsonrpc":"2.0","id":1,"method":"customers.create","params":["x"]}"#,
            name: "customers.create", resource: "user", isRemoteCall: true),
        Case(
            reason: "JSON-RPC 1", body: #"{"id":0,"method":"model.party.party.read","params":[[5],{}]}"#,
            name: "model.party.party.read", resource: "party", isRemoteCall: true),
        Case(
            reason: "a batch", body: #"[{"jsonrpc":"2.0","id":1,"method":"addOrder"},{"id":2,"method":"ping"}]"#,
            name: "addOrder.ping", resource: "order", isRemoteCall: true),
        Case(
            reason: "Odoo",
            body:
                #"{"method":"call","params":{"service":"object","method":"execute_kw","args":["db",2,"x","res.partner","read",[[7]]]}}"#,
            name: "call.object.execute_kw.res.partner.read", resource: "partner", isRemoteCall: true),
        Case(
            reason: "ubus", body: #"{"jsonrpc":"2.0","id":1,"method":"call","params":["0000","uci","get",{}]}"#,
            name: "call.uci.get", resource: "uci", isRemoteCall: true),
        Case(
            reason: "XML-RPC",
            body: "<?xml version='1.0'?><methodCall><methodName>blog.getPosts</methodName></methodCall>",
            type: "text/xml", name: "blog.getPosts", resource: "post"),
        Case(
            reason: "SOAP", fields: [#"SOAPAction: "urn:shop#createOrder""#], body: "<Envelope/>", type: "text/xml",
            name: "urn:shop#createOrder", resource: "order"),
        Case(
            reason: "SOAP 1.2", body: "<Envelope/>", type: #"application/soap+xml; action="urn:shop#createOrder""#,
            name: "urn:shop#createOrder", resource: "order"),
        Case(
            reason: "SOAP without an action",
            body: "<s:Envelope><s:Body><m:createOrder><n>1</n></m:createOrder></s:Body></s:Envelope>",
            type: "text/xml", name: "createOrder", resource: "order"),
        Case(
            reason: "AWS", fields: ["X-Amz-Target: Shop_20120810.PutItem"], body: "{}",
            name: "Shop_20120810.PutItem", resource: "item"),
        Case(
            reason: "GraphQL by a hash", body: #"{"operationName":"AddPost","variables":{},"extensions":{}}"#,
            name: "AddPost", resource: "post"),
        Case(
            reason: "a parameter of the query", target: "/api.php?action=addTopic&format=json", name: "addTopic",
            resource: "topic"),
        Case(
            reason: "two parameters", target: "/entry.cgi?api=FS.Task&method=start", name: "FS.Task.start",
            resource: "task"),
        Case(
            reason: "a field of a form", body: "action=topic_add&t=x", type: FieldCase.form, name: "topic_add",
            resource: "topic"),
        Case(reason: "a member", body: #"{"cmd":"topicAdd","data":{}}"#, name: "topicAdd", resource: "topic"),
        Case(reason: "a way to pay is no procedure's number", body: #"{"id":4,"method":"card"}"#, name: "card"),
        Case(reason: "a thing that people type in", body: #"{"task":"milk"}"#),
        Case(reason: "the same in a form", body: "task=milk&n=1", type: FieldCase.form),
        Case(reason: "an id", body: #"{"action":"9f8e7d6c5b4a"}"#),
        Case(reason: "a text", body: #"{"action":"two words"}"#),
        Case(reason: "deeper", body: #"{"data":{"action":"add"}}"#),
        Case(reason: "a path", target: "/orders/7", body: #"{"total":9}"#),
    ])
    func itIsNamed(test: Case) throws {
        var recording = Recording()
        recording.add("POST", test.target, fields: test.fields, body: test.body, type: test.type)
        let request = try ParsedRequest.make(of: recording.exchanges[0], at: 0).get()
        #expect(request.procedure?.name == test.name)
        #expect(request.procedure?.resource == test.resource)
        #expect(request.procedure?.isRemoteCall ?? false == test.isRemoteCall)
    }

    /// In a fresh database a customer and an invoice have the same number; elsewhere they differ.
    @Test(arguments: [1, 4])
    func kindsOfRequestsAreToldApart(sessions: Int) throws {
        func call(_ recording: inout Recording, _ number: Int, _ method: String, _ parameters: String, _ result: String)
        {
            recording.add(
                "POST", "/rpc",
                body: #"{"jsonrpc":"2.0","id":\#(number),"method":"\#(method)","params":\#(parameters)}"#,
                answer: #"{"jsonrpc":"2.0","id":\#(number),"result":\#(result)}"#)
        }
        let recorded = (0..<sessions).map { number in
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
            call(&recording, 1, "client.create", "[{}]", "\(number + 3)")
            call(&recording, 2, "invoice.create", "[{}]", "\(number + 3)")
            call(&recording, 3, "client.read", "[\(number + 3)]", "{}")
            call(&recording, 4, "invoice.read", "[\(number + 3)]", "{}")
            return recording.recorded
        }
        for script in try ReplayPlan(sessions: recorded, options: PlanOptions()).scripts {
            var values = CloneValues(script: script, clone: 7)
            script.take(0, from: #"{"jsonrpc":"2.0","id":1,"result":81}"#, into: &values)
            script.take(1, from: #"{"jsonrpc":"2.0","id":2,"result":92}"#, into: &values)
            #expect(
                script.rendered(2, values)?.body
                    == #"{"jsonrpc":"2.0","id":3,"method":"client.read","params":[81]}"#)
            #expect(
                script.rendered(3, values)?.body
                    == #"{"jsonrpc":"2.0","id":4,"method":"invoice.read","params":[92]}"#)
        }
    }
}
