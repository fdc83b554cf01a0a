import Formats
internal import HTTPWire
import Traffic

/// The source of tokens that no recorded response gave: an OAuth 2 token endpoint (RFC 6749 section 3.2).
public struct TokenEndpoint: Sendable {
    /// The kind of grant that is exchanged for a token.
    public enum GrantKind: String, Sendable, CaseIterable {
        /// Section 4.4.
        case clientCredentials = "client_credentials"
        /// Section 4.3.
        case password
        /// Section 6.
        case refreshToken = "refresh_token"
    }

    /// The authority of its requests, by which targets recognise them: no recorded host has this name (RFC 2606).
    public static let authority = "token-endpoint.invalid"

    /// Path and query of its requests.
    public var path: String
    /// The kind of grant that is sent.
    public var kind: GrantKind
    /// The client's identifier (section 2.2).
    public var clientID: String
    /// The client's secret; nil for a public client.
    public var clientSecret: [UInt8]?
    /// Whether the client's credentials are sent in the body instead of by Basic authentication (section 2.3.1).
    public var namesClientInBody = false
    /// The requested scope; nil for the server's default (section 3.3).
    public var scope: String?
    /// The user name for ``GrantKind/password``, with placeholders such as `{clone}`.
    public var userName = ""
    /// The password for ``GrantKind/password``.
    public var password: [UInt8] = []
    /// The first refresh token for ``GrantKind/refreshToken``.
    public var refreshToken: [UInt8] = []

    /// An endpoint at `path`; see the properties for the rest.
    public init(path: String, kind: GrantKind, clientID: String, clientSecret: [UInt8]? = nil) {
        self.path = path
        self.kind = kind
        self.clientID = clientID
        self.clientSecret = clientSecret
    }
}

extension TokenEndpoint {
    /// The additions to a script that fetch its tokens.
    struct Fetching {
        var grant: Grant
        var steps: [RequestScript]
        /// Values appended to those of the session.
        var values: [(recipe: ValueRecipe, recorded: [UInt8])]
    }

    /// The additions that fetch `credentials`, for a session with `valueCount` values and `stepCount` renewal requests.
    func fetching(_ credentials: [Int], valueCount: Int, stepCount: Int) -> Fetching {
        var values: [(recipe: ValueRecipe, recorded: [UInt8])] = []
        let refresh = valueCount
        let first = IdentityTemplate(any: String(decoding: refreshToken, as: UTF8.self))
        values.append(kind == .refreshToken ? (.identity(first), refreshToken) : (.bound, []))
        values.append((.identity(IdentityTemplate(any: userName)), Array(userName.utf8)))
        var sources = credentials.map { ValueSource(value: $0, locator: TokenEndpoint.member("access_token")) }
        sources.append(ValueSource(value: refresh, locator: TokenEndpoint.member("refresh_token")))
        func step(_ kind: GrantKind) -> RequestScript {
            request(kind, refreshToken: refresh, userName: refresh + 1, sources: sources)
        }
        var grant = Grant(credentials: credentials, isFetched: true)
        var steps = [step(kind)]
        grant.login = stepCount..<(stepCount + 1)
        if kind == .password {
            steps.append(step(.refreshToken))
            grant.refresh = (stepCount + 1)..<(stepCount + 2)
        }
        return Fetching(grant: grant, steps: steps, values: values)
    }

    private static func member(_ name: String) -> ValueSource.Locator { .json(JSONPath([.member(Array(name.utf8))])) }

    private func request(_ kind: GrantKind, refreshToken: Int, userName: Int, sources: [ValueSource]) -> RequestScript {
        let body = body(kind, refreshToken: refreshToken, userName: userName)
        var fields = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if !namesClientInBody, let clientSecret {
            fields.append(("Authorization", "Basic " + TokenEndpoint.basic(clientID, clientSecret)))
        }
        var head = WireHead()
        head.method = .other
        head.literal = Array("POST ".utf8)
        head.leave(.basePath)
        head.literal += "\(path) HTTP/1.1\r\nHost: ".utf8
        head.leave(.host)
        for (name, value) in fields { head.literal += "\r\n\(name): \(value)".utf8 }
        head.literal += "\r\nContent-Length: ".utf8
        head.leave(.bodyBytes)
        head.literal += "\r\n\r\n".utf8
        var request = RequestScript(
            offsetNs: 0, method: "POST", authority: TokenEndpoint.authority, target: Template(Array(path.utf8)),
            fields: fields.map { RequestScript.Field(name: $0.0, value: Template(Array($0.1.utf8))) }, body: body,
            head: head, expectedStatus: 200, sources: sources, neededValues: Set(body.values).sorted())
        request.lifetimes = [JSONPath([.member(Array("expires_in".utf8))])]
        return request
    }

    private func body(_ kind: GrantKind, refreshToken: Int, userName: Int) -> Template {
        var body = Template(Array("grant_type=\(kind.rawValue)".utf8))
        func add(_ name: String, _ text: [UInt8]) {
            body.literal += "&\(name)=".utf8
            PercentStyle.unreserved.append(text, to: &body.literal)
        }
        func add(_ name: String, value: Int) {
            body.literal += "&\(name)=".utf8
            body.places.append(
                Template.Place(
                    offset: UInt32(body.literal.count), value: UInt32(value), encoding: .percent(.unreserved)))
        }
        switch kind {
        case .clientCredentials: break
        case .password:
            add("username", value: userName)
            add("password", password)
        case .refreshToken: add("refresh_token", value: refreshToken)
        }
        if let scope { add("scope", Array(scope.utf8)) }
        if namesClientInBody || clientSecret == nil { add("client_id", Array(clientID.utf8)) }
        if namesClientInBody, let clientSecret { add("client_secret", clientSecret) }
        return body
    }

    /// Identifier and secret for Basic authentication, each form-encoded first (section 2.3.1).
    private static func basic(_ name: String, _ secret: [UInt8]) -> String {
        var text: [UInt8] = []
        PercentStyle.unreserved.append(Array(name.utf8), to: &text)
        text.append(UInt8(ascii: ":"))
        PercentStyle.unreserved.append(secret, to: &text)
        var encoded: [UInt8] = []
        Base64.standard.append(text, to: &encoded)
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension WireHead {
    /// Leaves `gap` open after the current content.
    fileprivate mutating func leave(_ gap: Gap) {
        places.append(Place(offset: UInt32(literal.count), gap: gap))
    }
}
