import Formats

/// The cookies of one clone, stored and sent according to RFC 6265. It works on recorded hosts, whichever targets
/// replace them.
///
/// There is no public suffix list: a replay trusts its targets with its own cookies.
public struct CookieJar: Sendable {
    /// The most cookies of one clone; the oldest are evicted.
    static let cookieLimit = 128
    /// The most bytes of a name and value together.
    static let byteLimit = 8192

    private(set) var cookies: [Cookie] = []
    /// Names that a response set or deleted.
    private var names: Set<[UInt8]> = []
    /// Live names of cookies that have another name in the recording, by the recorded name.
    private var aliases: [[UInt8]: [UInt8]] = [:]

    /// An empty jar.
    public init() {}

    /// Stores the cookies of a response.
    ///
    /// - Parameters:
    ///   - head: start line and header section of the response.
    ///   - host: the recorded host of the request, without port.
    ///   - target: the target that replaces that host; nil for a recorded response.
    ///   - client: which of the session's clients receives the response.
    ///   - path: the recorded path of the request, without query.
    ///   - now: seconds since the Unix epoch.
    /// - Returns: the names of the cookies that it sets or deletes.
    @discardableResult
    mutating func take(
        _ head: UnsafeBufferPointer<UInt8>, host: String, target: CookieTarget? = nil, client: UInt8 = 0,
        path: @autoclosure () -> [UInt8], now: Int64
    ) -> [(name: [UInt8], isDeleted: Bool)] {
        var taken: [(name: [UInt8], isDeleted: Bool)] = []
        var fields = HeadFields(head)
        while let field = fields.next() {
            guard fields.isNamed(field, "set-cookie"), let set = SetCookie(head, field.value),
                set.name.count + set.value.count <= CookieJar.byteLimit
            else { continue }
            let domain: String
            let isHostOnly: Bool
            switch set.domain {
            case nil: (domain, isHostOnly) = (host, true)
            case host?: (domain, isHostOnly) = (host, false)
            case let named? where Cookie.host(host, isBelow: named): (domain, isHostOnly) = (named, false)
            case let named? where named == target?.host || target.map { Cookie.host($0.host, isBelow: named) } == true:
                (domain, isHostOnly) = (host, false)
            default: continue
            }
            let cookie = Cookie(
                name: set.name, value: set.value, domain: domain, isHostOnly: isHostOnly,
                path: set.path.map { target?.recorded(path: $0) ?? $0 } ?? Cookie.defaultPath(of: path()),
                // A cookie received over TLS is sent back over TLS, whatever the recorded scheme.
                isSecure: set.isSecure && target?.isSecure != true, expiresAt: set.expiry(now: now), client: client)
            taken.append((cookie.name, cookie.expiresAt.map { $0 <= now } ?? false))
            store(cookie, now: now)
        }
        return taken
    }

    /// Whether a head has a Set-Cookie field. A cheap check, since most have none.
    public static func isSet(by head: [UInt8]) -> Bool {
        let name: StaticString = "set-cookie"
        return head.withUnsafeBufferPointer { head in
            var line = 0
            while let end = ByteSearch.index(of: ASCII.lineFeed, in: head, line..<head.count) {
                line = end + 1
                guard head.count - line > name.utf8CodeUnitCount else { return false }
                let isNamed = name.withUTF8Buffer { name in
                    name.indices.allSatisfy { ASCII.lowercased(head[line + $0]) == name[$0] }
                }
                if isNamed { return true }
            }
            return false
        }
    }

    private mutating func store(_ cookie: Cookie, now: Int64) {
        if names.count < CookieJar.cookieLimit { names.insert(cookie.name) }
        let known = cookies.firstIndex {
            $0.name == cookie.name && $0.domain == cookie.domain && $0.path == cookie.path
                && $0.client == cookie.client
        }
        if let expiry = cookie.expiresAt, expiry <= now {
            if let known { cookies.remove(at: known) }
        } else if let known {
            // It keeps the position of the cookie that it replaces (section 5.3, step 11.3).
            cookies[known] = cookie
        } else {
            if cookies.count >= CookieJar.cookieLimit { cookies.removeFirst() }
            cookies.append(cookie)
        }
    }

    /// Whether it holds no cookie.
    var isEmpty: Bool { cookies.isEmpty }

    /// Whether a response set or deleted a cookie called `name`.
    func knows(_ name: [UInt8]) -> Bool { names.contains(name) }

    /// Assumes that a response set or deleted these.
    mutating func assume(_ names: [[UInt8]]) { self.names.formUnion(names) }

    /// Assumes that the cookie called `recorded` in the recording is called `live` here.
    mutating func assume(_ recorded: [UInt8], as live: [UInt8]) {
        guard aliases[recorded] != nil || names.count < CookieJar.cookieLimit else { return }
        names.insert(recorded)
        aliases[recorded] = live
    }

    /// The live name of the cookie called `recorded` in the recording; nil if it is the same.
    func alias(of recorded: String) -> String? {
        aliases.isEmpty ? nil : aliases[Array(recorded.utf8)].map { String(decoding: $0, as: UTF8.self) }
    }

    /// The cookies sent with a request: longer paths first, then older before newer (section 5.4).
    ///
    /// - Parameters:
    ///   - client: which of the session's clients sends the request.
    ///   - sentInClear: recorded names of cookies exempt from `Secure`: the recorded client sent them over
    ///     this scheme, so TLS was terminated before the point of recording.
    func cookies(
        forHost host: String, path: [UInt8], isSecure: Bool, client: UInt8 = 0, sentInClear: [[UInt8]] = [], now: Int64
    ) -> [Cookie] {
        let inClear = isSecure ? [] : sentInClear + sentInClear.compactMap { aliases[$0] }
        var found = cookies.filter { cookie in
            cookie.client == client && (cookie.expiresAt.map { $0 > now } ?? true)
                && cookie.isSent(toHost: host, path: path, isSecure: isSecure || inClear.contains(cookie.name))
        }
        if found.count > 1, found.contains(where: { $0.path.count != found[0].path.count }) {
            found = found.enumerated().sorted {
                ($1.element.path.count, $0.offset) < ($0.element.path.count, $1.offset)
            }
            .map(\.element)
        }
        return found
    }

    /// The host of an authority, in lowercase and without port.
    public static func host(ofAuthority authority: String?) -> String {
        guard let authority = authority?.lowercased() else { return "" }
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }.dropFirst()) }
        return String(authority.prefix { $0 != ":" })
    }
}
