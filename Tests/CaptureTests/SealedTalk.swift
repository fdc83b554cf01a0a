import TestSupport

/// A connection after its handshake.
struct SealedTalk {
    var talk = Talk.opened()
    var tls: TLSTalk

    init(_ suite: TLSKeys.Suite) {
        let keys = TLSKeys(suite)
        tls = TLSTalk(keys)
        talk.client(keys.clientHello(serverName: "example.test"))
        let finish = tls.finishHandshake()
        talk.server(keys.serverHello + finish.server)
        talk.client(finish.client)
    }

    @discardableResult
    mutating func client(_ text: String) -> Int { talk.client(tls.client.seal(text)) }

    @discardableResult
    mutating func server(_ text: String) -> Int { talk.server(tls.server.seal(text)) }

    mutating func visit(_ target: String, _ answer: String) {
        client(get(target))
        server(ok(answer))
    }
}
