import Formats

/// One clone's cookies, kept and sent as RFC 6265 says. It works on recorded hosts, whatever target stands for them.
///
/// There is no list of public suffixes: a replay trusts its targets with its own cookies.
public struct CookieJar: Sendable {
    /// The most cookies of one clone; the oldest make room.
    static let cookieLimit = 128
    /// The longest name and value together.
    static let byteLimit = 8192

    private(set) var cookies: [Cookie] = []
    /// Names that a response has set or deleted.
    private var names: Set<[UInt8]> = []

    /// An empty jar.
    public init() {}

    /// Takes the cookies of a response.
    ///
    /// - Parameters:
    ///   - head: start line and header section of the response.
    ///   - host: the recorded host of the request, without port.
    ///   - otherHost: the host that stands for it, which the response may name as the cookies' domain.
    ///   - path: the path of the request, without query.
    ///   - now: seconds since the Unix epoch.
    public mutating func take(
        _ head: UnsafeBufferPointer<UInt8>, host: String, otherHost: String? = nil, path: @autoclosure () -> [UInt8],
        now: Int64
    ) {
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
            case let named? where named == otherHost || otherHost.map { Cookie.host($0, isBelow: named) } == true:
                (domain, isHostOnly) = (host, false)
            default: continue
            }
            store(
                Cookie(
                    name: set.name, value: set.value, domain: domain, isHostOnly: isHostOnly,
                    path: set.path ?? Cookie.defaultPath(of: path()), isSecure: set.isSecure,
                    expiresAt: set.expiry(now: now)), now: now)
        }
    }

    private mutating func store(_ cookie: Cookie, now: Int64) {
        if names.count < CookieJar.cookieLimit { names.insert(cookie.name) }
        let known = cookies.firstIndex {
            $0.name == cookie.name && $0.domain == cookie.domain && $0.path == cookie.path
        }
        if let expiry = cookie.expiresAt, expiry <= now {
            if let known { cookies.remove(at: known) }
        } else if let known {
            // It keeps the place of the one that it supersedes (section 5.3, step 11.3).
            cookies[known] = cookie
        } else {
            if cookies.count >= CookieJar.cookieLimit { cookies.removeFirst() }
            cookies.append(cookie)
        }
    }

    /// Whether it holds no cookie.
    var isEmpty: Bool { cookies.isEmpty }

    /// Whether a response has set or deleted a cookie called `name`.
    func knows(_ name: [UInt8]) -> Bool { names.contains(name) }

    /// Takes it that a response has set or deleted these.
    mutating func assume(_ names: [[UInt8]]) { self.names.formUnion(names) }

    /// The cookies that go with a request, those of longer paths first, older ones before newer ones (section 5.4).
    func cookies(forHost host: String, path: [UInt8], isSecure: Bool, now: Int64) -> [Cookie] {
        var found = cookies.filter { cookie in
            (cookie.expiresAt.map { $0 > now } ?? true) && cookie.goes(toHost: host, path: path, isSecure: isSecure)
        }
        if found.count > 1, found.contains(where: { $0.path.count != found[0].path.count }) {
            found = found.enumerated().sorted {
                ($1.element.path.count, $0.offset) < ($0.element.path.count, $1.offset)
            }
            .map(\.element)
        }
        return found
    }

    /// The host of an authority, lower-case and without port.
    public static func host(ofAuthority authority: String?) -> String {
        guard let authority = authority?.lowercased() else { return "" }
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }.dropFirst()) }
        return String(authority.prefix { $0 != ":" })
    }
}
