import Formats

/// Finds out when values from responses expire.
enum TokenLifetime {
    /// The longest lifetime that is accepted, in seconds: ten years.
    static let longestSeconds: Int64 = 315_360_000

    /// When a JWT expires by its own claims; nil when it is not a JWT or never expires.
    ///
    /// The clocks of target and generator may differ. A token that has already expired by its times is valid for its
    /// whole lifetime, and no token is valid for longer than that.
    static func expiry(ofJWT text: [UInt8], now: Int64) -> Int64? {
        guard let payload = text.withUnsafeBufferPointer({ RecordedToken.payload(of: $0) }) else { return nil }
        func seconds(_ name: String) -> Int64? {
            let path = JSONPath([.member(Array(name.utf8))])
            return payload.withUnsafeBufferPointer { path.value(in: $0) }.flatMap(number)
        }
        guard let expires = seconds("exp") else { return nil }
        guard let issued = seconds("iat"), expires > issued else { return expires }
        let latest = now.addingClamped(expires - issued)
        return expires <= now ? latest : min(expires, latest)
    }

    /// The siblings of a token at `path` that may give its lifetime.
    static func siblings(of path: JSONPath) -> [JSONPath] {
        guard case .member? = path.steps.last else { return [] }
        return ["expires_in", "expiresIn", "expires_in_seconds"].map { name in
            JSONPath(path.steps.dropLast() + [.member(Array(name.utf8))])
        }
    }

    /// The seconds at `path` of a body; nil when there is no number, or not a plausible lifetime.
    static func seconds(at path: JSONPath, in body: [UInt8]) -> Int64? {
        guard let seconds = body.withUnsafeBufferPointer({ path.value(in: $0) }).flatMap(number),
            (1...longestSeconds).contains(seconds)
        else { return nil }
        return seconds
    }

    private static func number(_ text: [UInt8]) -> Int64? {
        guard let number = Double(String(decoding: text, as: UTF8.self)), number.magnitude < 1e12 else { return nil }
        return Int64(number.rounded(.down))
    }
}

extension RequestScript {
    /// When the grant that a response to this request gave expires, according to its tokens and the body.
    ///
    /// - Parameters:
    ///   - values: the clone's table, with the values of the response.
    ///   - body: the response's body after content decoding.
    ///   - now: seconds since the Unix epoch.
    /// - Returns: seconds since the Unix epoch; nil when neither says so.
    public func expiry(of grant: Grant, values: borrowing CloneValues, body: [UInt8], now: Int64) -> Int64? {
        var earliest: Int64?
        func take(_ expiry: Int64?) {
            guard let expiry else { return }
            earliest = min(earliest ?? expiry, expiry)
        }
        for source in sources where grant.credentials.contains(source.value) {
            take(values[source.value].flatMap { TokenLifetime.expiry(ofJWT: $0, now: now) })
        }
        for path in lifetimes { take(TokenLifetime.seconds(at: path, in: body).map(now.addingClamped)) }
        return earliest
    }
}

extension CookieJar {
    /// When the first of the cookies called `names` expires; nil when the jar has none of them or none expires.
    public func expiry(ofAny names: [[UInt8]]) -> Int64? {
        cookies.lazy.filter { names.contains($0.name) }.compactMap(\.expiresAt).min()
    }
}
