/// Decides who may see a live page and use its buttons. Pure.
///
/// Without a token, only this machine is served, and only under a name of this machine: a website whose name resolves
/// to this machine (DNS rebinding) is refused. With a token, every request that sends it is served. Buttons also need
/// the page's own origin and its control token, which no other page can read.
public struct LiveAccess: Sendable {
    /// The token that a request must present; nil to serve this machine only.
    let token: String?
    /// The token that the page's buttons send along; valid for this run only.
    let control: String
    /// Whether only this machine can reach the address.
    let isLoopback: Bool

    /// The rules of access to a page.
    ///
    /// - Parameter control: letters and digits that cannot be guessed.
    public init(token: String?, control: String, isLoopback: Bool) {
        self.token = token
        self.control = control
        self.isLoopback = isLoopback
    }

    /// The parts of a request that decide whether it is served.
    public struct Request: Hashable, Sendable {
        /// `Host`, or `:authority`.
        public var authority: String?
        /// `Authorization`.
        public var authorization: String?
        /// `Cookie`.
        public var cookie: String?
        /// The parameter `token` of the query.
        public var queryToken: String?
        /// `Origin`.
        public var origin: String?
        /// `X-Reprise-Token`, or the field `token` of a form.
        public var controlToken: String?

        /// A request without any of these.
        public init() {}
    }

    /// The decision about a request.
    public enum Answer: Hashable, Sendable {
        case served
        /// Served, and the browser keeps the token as a cookie.
        case servedWithCookie
        /// 401: the token is missing or wrong.
        case unauthorized
        /// 403: not from this machine, or not from the page.
        case forbidden(String)
    }

    /// Whether a request may read.
    public func reading(_ request: Request) -> Answer {
        guard let token else {
            guard let host = request.authority.map(LiveAccess.host), LiveAccess.isLoopback(host) else {
                return .forbidden("This page is served to this machine only, under 127.0.0.1 or localhost.")
            }
            return .served
        }
        if let shown = request.queryToken, LiveAccess.isSame(shown, token) { return .servedWithCookie }
        let bearer = request.authorization.flatMap { text in
            text.lowercased().hasPrefix("bearer ") ? String(text.dropFirst(7)) : nil
        }
        if let bearer, LiveAccess.isSame(bearer, token) { return .served }
        let cookies = (request.cookie ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
        let name = "\(LiveAccess.cookieName)="
        if cookies.contains(where: { $0.hasPrefix(name) && LiveAccess.isSame(String($0.dropFirst(name.count)), token) })
        {
            return .served
        }
        return .unauthorized
    }

    /// Whether a request may change something.
    public func changing(_ request: Request) -> Answer {
        let answer = reading(request)
        guard answer == .served || answer == .servedWithCookie else { return answer }
        guard let origin = request.origin, let authority = request.authority,
            origin.lowercased() == "http://\(authority.lowercased())"
                || origin.lowercased() == "https://\(authority.lowercased())"
        else { return .forbidden("The request does not come from this page: its Origin differs or is missing.") }
        guard let shown = request.controlToken, LiveAccess.isSame(shown, control) else {
            return .forbidden("The page's token is missing or belongs to another run: reload the page.")
        }
        return .served
    }

    static let cookieName = "reprise-live"

    /// The host of an authority, without its port.
    private static func host(_ authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        return String(authority.prefix { $0 != ":" })
    }

    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Compares in constant time, so that timing does not reveal how much of a token is right.
    static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
