import Credentials
import Redaction
import Testing
import Traffic

/// Places that name a secret in a special way: pairs, patches, command lines, database addresses, sessions in paths.
@Suite struct MorePlacesTests {
    private static let key = Array("a key that only this test has".utf8)
    private static let secret = "Zq777LeakX9vK77w"

    private static func isLeft(_ exchange: Exchange) -> Bool {
        [exchange.request, exchange.response].compactMap(\.self).contains {
            String(decoding: $0.head, as: UTF8.self).contains(secret)
                || String(decoding: $0.body, as: UTF8.self).contains(secret)
        }
    }

    private static func expectNothing(in exchange: Exchange, _ label: String) {
        #expect(isLeft(exchange), "\(label): it is not even planted")
        var redactor = Redactor(policy: .default, key: key)
        #expect(!isLeft(redactor.redacted(exchange)), "\(label)")
        var mask = SecretMask(.stars)
        #expect(!isLeft(mask.masked(exchange)), "\(label), shown")
    }

    @Test(
        "Targets",
        arguments: [
            "/password=%/x", "/token=%", "/a/token=%?b=1", "/(S(%))/x.aspx", "/a/(S(%))/x.aspx", "/(A(b)S(%))/x",
            "/accounts/reset/MQ/%/", "/activate/MQ/%", "/verify/MTIz/%/", "//u:%@h/x", "/reset/%=", "/reset/42/%",
        ])
    func targets(target: String) {
        Self.expectNothing(in: Recording.exchange(target.replacing("%", with: Self.secret)), target)
    }

    @Test(
        "JSON",
        arguments: [
            #"{"fieldName":"password","fieldValue":"%"}"#, #"["password","%"]"#, #"[["Authorization","Bearer %"]]"#,
            #"["Host","a","Authorization","Bearer %"]"#, #"{"h":[["a","b"],["x-api-key","%"]]}"#,
            #"[{"op":"replace","path":"/password","value":"%"}]"#, #"{"op":"add","path":"/user/pin","value":"%"}"#,
            #"{"cmd":"login --password % --now"}"#, #"["--password","%"]"#, #"{"dsn2":"u:%@tcp(h:3306)/d"}"#,
            #"{"密码":"%"}"#, #"{"href":"//u:%@h/x"}"#, #"{"Пароль":"%"}"#,
        ])
    func json(body: String) {
        Self.expectNothing(in: Recording.json(body.replacing("%", with: Self.secret)), body)
    }

    @Test(
        "Text",
        arguments: [
            "run --password % now", "run --token '%'", "curl -u u:% https://h/", "curl --user u:% https://h/",
            "dsn u:%@tcp(h:3306)/d", "dsn u:%@unix(/s)/d", "- name: password\n  value: %\n",
            "- name: \"DB_PASSWORD\"\n  value: \"%\"\n", "db.password=%", "session.id=%", "пароль: %", "Пароль: %",
            "口令：x 密码: %",
            "mot de passe : %", "see //u:%@h/x there",
        ])
    func text(body: String) {
        Self.expectNothing(in: Recording.answer(body.replacing("%", with: Self.secret), type: "text/plain"), body)
    }

    @Test(
        "Markup",
        arguments: [
            "<property name=\"db.password\">%</property>", "<password><value>%</value></password>",
            "<a><password>\n <value>%</value></password></a>",
        ])
    func markup(body: String) {
        Self.expectNothing(in: Recording.answer(body.replacing("%", with: Self.secret), type: "text/xml"), body)
    }

    @Test(
        "Fields",
        arguments: [
            "Cookie: %", "Cookie: a=b; %", "Set-Cookie: %; Path=/", "Cookie2: %", "Set-Cookie2: %; Version=1",
            "baggage: session.id=%", "baggage: a=b,session.id=%;p=1",
            "Content-Security-Policy: script-src 'self' 'nonce-%'", "Server-Timing: db;dur=5, token;desc=\"%\"",
            "Content-Security-Policy-Report-Only: script-src 'nonce-%' 'strict-dynamic'", "Server-Timing: token;desc=%",
            "X-Amzn-Oidc-Data: %", "X-Client-Cert: %", "X-Ticket: %",
        ])
    func fields(field: String) {
        let field = field.replacing("%", with: Self.secret)
        Self.expectNothing(in: Recording.exchange(fields: [field]), "request, \(field)")
        Self.expectNothing(in: Recording.exchange(answer: [field]), "response, \(field)")
    }

    @Test(
        "What looks like such a place and is none stays",
        arguments: [
            "docker run -u 1000:1000 image", "- name: colour\n  value: blue7green9\n", "go --verbose 12ab34cd56",
            "call f:abcdefgh(x)", "see name.first: abcd1234",
        ])
    func open(body: String) {
        var redactor = Redactor(policy: .default, key: Self.key)
        let redacted = redactor.redacted(Recording.answer(body, type: "text/plain")).response?.body ?? []
        #expect(String(decoding: redacted, as: UTF8.self) == body)
    }

    @Test(
        "Lists of names stay, and so do the flags of a cookie",
        arguments: [#"["password","username","email"]"#, #"["a","x8Zk2mPx4v"]"#, #"{"path":"/a/b","value":"x8Zk2m"}"#])
    func openJSON(body: String) {
        var redactor = Redactor(policy: .default, key: Self.key)
        let exchange = redactor.redacted(Recording.json(body))
        #expect(String(decoding: exchange.request?.body ?? [], as: UTF8.self) == body)
        let answer = redactor.redacted(Recording.exchange(answer: ["Set-Cookie: a=b; Path=/; Secure; Fancy"]))
        let head = String(decoding: answer.response?.head ?? [], as: UTF8.self)
        #expect(head.contains("; Path=/; Secure; Fancy"))
    }

    @Test(
        "Copies with the letters of HTML and the bytes of scripts",
        arguments: ["p&Auml;ss9k&ntilde;x1", #"p\xc4ss9k\xF1x1"#, #"p\xc3\x84ss9k\xc3\xb1x1"#, "p&#196;ss9k&#xf1;x1"])
    func copies(copy: String) {
        var redactor = Redactor(policy: .default, key: Self.key)
        var exchange = Recording.answer("echo: [\(copy)]", type: "text/plain")
        exchange.request = Recording.json(#"{"password":"pÄss9kñx1"}"#).request
        let text = String(decoding: redactor.redacted(exchange).response?.body ?? [], as: UTF8.self)
        #expect(text.hasPrefix("echo: [") && text.hasSuffix("]"))
        #expect(!text.contains("ss9k") && !text.contains("x1"), "\(text)")
    }
}
