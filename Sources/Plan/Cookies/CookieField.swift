/// The Cookie field of a request: its own cookies, and those of the clone's jar.
struct CookieField: Hashable, Sendable {
    /// The bytes before and after the cookies if there are any: the field's name and the line end.
    var prefix: [UInt8] = []
    var suffix: [UInt8] = []
    /// Cookies that no response set but that contain values, or that are kept at the user's request.
    var own: Template
    /// The recorded host, without port.
    var host: String
    var isSecure: Bool
    /// The request's target, for its path.
    var target: Template
    /// Whether the jar's cookies are sent.
    var sendsJar: Bool
    /// Which of the session's clients sends the request.
    var client: UInt8 = 0
    /// Names of recorded cookies set by responses: if no live response has set one, it is missing.
    var fromJar: [[UInt8]]

    /// The path of a request target.
    static func path(of target: [UInt8]) -> [UInt8] { Array(target.prefix { $0 != UInt8(ascii: "?") }) }

    /// Appends the field; nothing if there are no cookies.
    ///
    /// - Returns: false when a cookie or one of its values is missing.
    func append(to output: inout [UInt8], values: borrowing CloneValues) -> Bool {
        for name in fromJar where !values.jar.knows(name) { return false }
        var cookies: [UInt8] = []
        guard own.append(to: &cookies, values: values) else { return false }
        if sendsJar, !values.jar.isEmpty {
            var path: [UInt8] = []
            guard target.append(to: &path, values: values) else { return false }
            for cookie in values.jar.cookies(
                forHost: host, path: CookieField.path(of: path), isSecure: isSecure, client: client,
                sentInClear: fromJar, now: values.now)
            {
                if !cookies.isEmpty { cookies += "; ".utf8 }
                cookies += cookie.name
                cookies.append(UInt8(ascii: "="))
                cookies += cookie.value
            }
        }
        guard !cookies.isEmpty else { return true }
        output += prefix
        output += cookies
        output += suffix
        return true
    }
}

extension CloneValues {
    /// Stores the cookies of a response to `request`.
    ///
    /// - Parameters:
    ///   - head: start line and header section of the response.
    ///   - target: the target that replaces the recorded host.
    public mutating func takeCookies(_ head: [UInt8], of request: RequestScript, target: CookieTarget) {
        let (now, values) = (now, self)
        head.withUnsafeBufferPointer { head in
            let set = jar.take(
                head, host: CookieJar.host(ofAuthority: request.authority), target: target,
                client: request.cookieClient,
                path: {
                    var path: [UInt8] = []
                    _ = request.target.append(to: &path, values: values)
                    return CookieField.path(of: path)
                }(), now: now)
            let live = set.filter { !$0.isDeleted }.map(\.name)
            for pair in CookieNames.pairs(recorded: request.setCookies, live: live) {
                jar.assume(pair.recorded, as: pair.live)
            }
            jar.assume(CookieNames.pieces(recorded: request.setCookies, live: live))
        }
    }
}
