/// The Cookie field of a request: cookies of the request's own, and those of the clone's jar.
struct CookieField: Hashable, Sendable {
    /// What is before and after the cookies where there are any: the field's name, and the line's end.
    var prefix: [UInt8] = []
    var suffix: [UInt8] = []
    /// Cookies that no response had set, with the values of others in them, or kept because the user asked for it.
    var own: Template
    /// The recorded host, without port.
    var host: String
    var isSecure: Bool
    /// The request's target, for its path.
    var target: Template
    /// Whether the jar's cookies go with it.
    var sendsJar: Bool
    /// Names of recorded cookies that responses had set: when no response of the replay has, one is missing.
    var fromJar: [[UInt8]]

    /// The path of a request target.
    static func path(of target: [UInt8]) -> [UInt8] { Array(target.prefix { $0 != UInt8(ascii: "?") }) }

    /// Appends the field; nothing where there is no cookie.
    ///
    /// - Returns: false when a cookie or a value of one is missing.
    func append(to output: inout [UInt8], values: borrowing CloneValues) -> Bool {
        for name in fromJar where !values.jar.knows(name) { return false }
        var cookies: [UInt8] = []
        guard own.append(to: &cookies, values: values) else { return false }
        if sendsJar, !values.jar.isEmpty {
            var path: [UInt8] = []
            guard target.append(to: &path, values: values) else { return false }
            for cookie in values.jar.cookies(
                forHost: host, path: CookieField.path(of: path), isSecure: isSecure, sentInClear: fromJar,
                now: values.now)
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
    /// Takes the cookies of a response to `request`.
    ///
    /// - Parameters:
    ///   - head: start line and header section of the response.
    ///   - target: the target that represents the recorded host.
    public mutating func takeCookies(_ head: [UInt8], of request: RequestScript, target: CookieTarget) {
        let (now, values) = (now, self)
        head.withUnsafeBufferPointer { head in
            let set = jar.take(
                head, host: CookieJar.host(ofAuthority: request.authority), target: target,
                path: {
                    var path: [UInt8] = []
                    _ = request.target.append(to: &path, values: values)
                    return CookieField.path(of: path)
                }(), now: now)
            let live = set.filter { !$0.isDeleted }.map(\.name)
            for pair in CookieNames.pairs(recorded: request.setCookies, live: live) {
                jar.assume(pair.recorded, as: pair.live)
            }
        }
    }
}
