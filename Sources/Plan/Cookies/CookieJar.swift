import Formats

/// One clone's cookies, kept and sent as RFC 6265 says. It works on recorded hosts, whatever target represents them.
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
    /// What cookies are called here that have another name in the recording, by that name.
    private var aliases: [[UInt8]: [UInt8]] = [:]

    /// An empty jar.
    public init() {}

    /// Takes the cookies of a response.
    ///
    /// - Parameters:
    ///   - head: start line and header section of the response.
    ///   - host: the recorded host of the request, without port.
    ///   - target: what represents it, when the response is a live one.
    ///   - path: the recorded path of the request, without query.
    ///   - now: seconds since the Unix epoch.
    /// - Returns: the names of the cookies that it sets or deletes.
    @discardableResult
    mutating func take(
        _ head: UnsafeBufferPointer<UInt8>, host: String, target: CookieTarget? = nil,
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
                // What came over TLS goes back over TLS, whatever the recorded scheme was.
                isSecure: set.isSecure && target?.isSecure != true, expiresAt: set.expiry(now: now))
            taken.append((cookie.name, cookie.expiresAt.map { $0 <= now } ?? false))
            store(cookie, now: now)
        }
        return taken
    }

    /// Whether a head has a Set-Cookie field. Cheap, as most have none.
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

    /// Takes it that the cookie that is called `recorded` in the recording is called `live` here.
    mutating func assume(_ recorded: [UInt8], as live: [UInt8]) {
        guard aliases[recorded] != nil || names.count < CookieJar.cookieLimit else { return }
        names.insert(recorded)
        aliases[recorded] = live
    }

    /// What the cookie that is called `recorded` in the recording is called here; nil where it has the same name.
    func alias(of recorded: String) -> String? {
        aliases.isEmpty ? nil : aliases[Array(recorded.utf8)].map { String(decoding: $0, as: UTF8.self) }
    }

    /// The cookies that go with a request, those of longer paths first, older ones before newer ones (section 5.4).
    ///
    /// - Parameter sentInClear: recorded names of cookies that go in any case as far as `Secure` is concerned: the recorded
    ///   client sent them over this scheme, so TLS ended before the place where it was recorded.
    func cookies(
        forHost host: String, path: [UInt8], isSecure: Bool, sentInClear: [[UInt8]] = [], now: Int64
    ) -> [Cookie] {
        let inClear = isSecure ? [] : sentInClear + sentInClear.compactMap { aliases[$0] }
        var found = cookies.filter { cookie in
            (cookie.expiresAt.map { $0 > now } ?? true)
                && cookie.goes(toHost: host, path: path, isSecure: isSecure || inClear.contains(cookie.name))
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
