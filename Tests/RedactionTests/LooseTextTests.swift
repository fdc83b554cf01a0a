import Credentials
import Redaction
import Testing
import Traffic

/// Text that begins like JSON, XML or HTML but is not, or continues as something else: it is searched as text.
@Suite struct LooseTextTests {
    private static let key = Array("a key that only this test has".utf8)
    private static let secret = "Zq777LeakX9vK77w"

    static let texts: [(reason: String, text: String)] = [
        ("a level of a log", "[INFO] login user=b token=%"), ("a time", "[2024-05-01T10:00:00] POST /login password=%"),
        ("a number", "[12] password=%"), ("a section of a configuration", "[default]\naws_secret_access_key = %"),
        ("a dictionary of Python", "{'password': '%'}"), ("a hash of Ruby", #"{:password=>"%"}"#),
        ("a hash of Ruby with names in quotes", #"Parameters: {"user"=>"b", "password"=>"%"}"#),
        ("the same alone", #"{"user"=>"b", "password"=>"%"}"#), ("an object without quotes", "{password: %}"),
        ("a structure of Go", "{User:b Password:%}"), ("a structure of Go with its type", "&{User:b Password:%}"),
        ("a field behind an object", "{\"a\":1}\nAuthorization: Bearer %"),
        ("a name in quotes behind an object", "{\"a\":1}\n'password'='%'"),
        ("an object that goes wrong", #"{"a":1,'password':'%'}"#), ("a list that goes wrong", "[1,2 token=%]"),
        ("a URL", "[x] GET /x?token=%"), ("user information", "[x] cloning https://u:%@h"),
        ("print_r of PHP", "[password] => %"), ("var_dump of PHP", #"["password"]=> string(16) "%""#),
        ("a comment", "<!-- token: % -->"), ("a comment with a tag's sign", "<!-- a<b token: % -->"),
        ("a comment without an end", "<p><!-- token: %"),
        ("an element in a comment", "<!-- <password>%</password> -->"),
        ("an instruction", #"<?x password="%"?>"#), ("text behind an element", "<p><b>x</b> token: %</p>"),
        ("a priority of syslog", "<13>Jan 1 host app: token=%"), ("a level between angles", "<INFO> login token=%"),
        ("a dictionary in an element", "<pre>{'password': '%'}</pre>"), ("a named element", "<name>token: %</name>"),
        ("a tab", "token:\t%"), ("a tab before the sign", "token\t= %"), ("a name in brackets", "user[password]: %"),
        ("a dump in an array", "Array\n(\n    [user] => b\n    [password] => %\n)\n"),
        ("a name behind a sign of its own", "•pin: %"), ("a user of SQL", "CREATE USER a IDENTIFIED BY '%';"),
        ("a user of SQL with a plugin", "ALTER USER 'a'@'h' IDENTIFIED WITH native BY '%'"),
        ("a role of SQL", "ALTER ROLE a WITH LOGIN PASSWORD '%';"),
        ("a function of SQL", "SET PASSWORD FOR a = PASSWORD('%')"), ("netrc", "machine h login u password %"),
        ("netrc in lines", "machine h\n  login u\n  password %\n"), ("a variable of an image", "ENV DB_PASSWORD %"),
        ("a variable of a shell", "setenv DB_PASSWORD %"), ("a variable of a server", "set $token \"%\";"),
        ("a constant of PHP", "define('DB_PASSWORD', '%');"), ("a keyword of Clojure", ":password \"%\""),
        ("a scheme in quotes", "set_header Authorization \"Bearer %\";"),
        ("an address of a database", "connect to admin:%@db.example.com:5432/app now"),
        ("an address without a port", "admin:%@db.example.com"), ("a numeric address", "as root:%@10.0.0.5"),
        ("an address of the same host", "root:%@localhost"), ("braces", "Driver=x;Server=h;PWD={%};"),
        ("an anchor of YAML", "password: &p %"),
        ("data of an event in lines", "event: a\ndata: {\"password\":\ndata: \"%\"}\n\n"),
    ]

    private static func isLeft(_ exchange: Exchange) -> Bool {
        [exchange.request, exchange.response].compactMap(\.self).contains {
            String(decoding: $0.head, as: UTF8.self).contains(secret)
                || String(decoding: $0.body, as: UTF8.self).contains(secret)
        }
    }

    @Test("In a body of any type, in a string of JSON, in a query and in a field", arguments: texts)
    func areSearched(reason: String, text: String) {
        let text = text.replacing("%", with: Self.secret)
        let string = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            .replacing("\t", with: "\\t")
        var places = [
            ("a string of JSON", Recording.json("{\"log\":\"\(string)\"}")),
            ("a query", Recording.exchange("/a?q=\(percent(text))")),
        ]
        for type in ["text/plain", "application/json", "text/html", "application/xml"] {
            places.append((type, Recording.answer(text, type: type)))
        }
        if !text.contains("\n") { places.append(("a field", Recording.exchange(fields: ["X-Log: \(text)"]))) }
        for (place, exchange) in places {
            var redactor = Redactor(policy: .default, key: Self.key)
            #expect(Self.isLeft(exchange), "\(place): it is not even planted")
            #expect(!Self.isLeft(redactor.redacted(exchange)), "\(reason), as \(place)")
            var mask = SecretMask(.stars)
            #expect(!Self.isLeft(mask.masked(exchange)), "\(reason), as \(place), shown")
        }
    }

    @Test(
        "Weak values behind the words of a statement",
        arguments: [
            "CREATE USER a IDENTIFIED BY 'hunter'", "ALTER USER a IDENTIFIED BY hunter REPLACE old",
            "ALTER ROLE a ENCRYPTED PASSWORD 'hunter'", "SET PASSWORD FOR a = PASSWORD('hunter')",
            "machine h login u password hunter", "default login anonymous password hunter",
            "connect to a:hunter@localhost", "a:hunter@db:5432", "a:hunter@10.0.0.5", "a:hunter@h.example/d",
            "data: {\"password\":\ndata: \"hunter\"}\n",
        ])
    func weakValues(text: String) {
        var redactor = Redactor(policy: .default, key: Self.key)
        let redacted = redactor.redacted(Recording.answer(text, type: "text/plain")).response?.body ?? []
        #expect(!String(decoding: redacted, as: UTF8.self).contains("hunter"), "\(text)")
    }

    @Test(
        "Sentences and addresses stay",
        arguments: [
            "Unexpected token 'export' at 1", "the password 'must be long', it said", "see mailto:ann@mail.company.org",
            "email:ann1985xy@mail.company.org", "u:ann@mail.company.org", "git@github.com:x/y.git",
            "f('user', 'password', 'email')", "the password is too short", "a token expires at 12:30",
            "signed by 'ann'", "session started 2026-11-30T10:00:00Z", "Exception: a@b", "10:30:15@x.example",
        ])
    func open(text: String) {
        var redactor = Redactor(policy: .default, key: Self.key)
        let redacted = redactor.redacted(Recording.answer(text, type: "text/plain")).response?.body ?? []
        #expect(String(decoding: redacted, as: UTF8.self) == text)
    }

    @Test(
        "JSON is not searched as text: what its rules leave stays",
        arguments: [
            #"{"key":"abcdef","state":"north"}"#, #"[{"key":"abcdef"},{"state":"north","n":[-1.5e3,true,null]}]"#,
            "{\"key\":\"abcdef\"}\n{\"key\":\"ghijkl\"}\n", #"{"state":"north","list":[1,2,{"key":"abc"#,
            "\u{feff}{\"key\":\"abcdef\"}", #"{"a":{},"b":[],"key":"abc\"def"}"#, #"{"key":"abcdef","x":tr"#,
        ])
    func json(body: String) {
        var redactor = Redactor(policy: .default, key: Self.key)
        let redacted = redactor.redacted(Recording.json(body)).request?.body ?? []
        #expect(String(decoding: redacted, as: UTF8.self) == body)
    }
}
