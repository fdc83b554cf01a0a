import Glibc
import HTTPWire

/// Finds credentials in the raw bytes of messages: in the fields that hold them (``HTTPWire/CredentialField``), and in members
/// of JSON or form bodies whose names say that they hold a token or a user name.
struct CredentialScanner {
    /// At most so many are looked at in a message.
    private static let maximumCount = 32
    /// Shorter values are no secrets.
    private static let minimumTokenBytes = 8
    /// Shorter cookies say little about who sends them, unless their name says it.
    private static let minimumCookieBytes = 16

    private let seed: UInt64
    private(set) var found: [Credential] = []
    /// The bytes of each, good as long as the message they were found in.
    private(set) var values: [UnsafeRawBufferPointer] = []

    init(seed: UInt64) {
        self.seed = seed
        found.reserveCapacity(CredentialScanner.maximumCount)
    }

    mutating func removeAll() {
        guard !found.isEmpty else { return }
        found.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    /// Adds what the fields of `head` carry (a request) or give (a response).
    mutating func scanHead(_ head: UnsafeRawBufferPointer) {
        var start = 0
        while start < head.count, let base = head.baseAddress,
            let lineFeed = memchr(base + start, 10, head.count - start)
        {
            let end = UnsafeRawPointer(lineFeed) - base
            var line = UnsafeRawBufferPointer(rebasing: head[start..<end])
            if line.last == 13 { line = UnsafeRawBufferPointer(rebasing: line.dropLast()) }
            start = end + 1
            guard let (field, valueStart) = CredentialField.find(in: line) else { continue }
            let value = UnsafeRawBufferPointer(rebasing: line[valueStart...].drop { $0 <= 0x20 })
            switch field {
            case .authorization, .proxyAuthorization: addAuthorization(value, field)
            case .cookie: for pair in value.split(separator: UInt8(ascii: ";")) { addCookie(pair) }
            case .setCookie: addCookie(value.prefix { $0 != UInt8(ascii: ";") })
            case .token:
                let name = UnsafeRawBufferPointer(rebasing: line[..<(valueStart - 1)])
                add(.token, value, place: Credential.place(of: name, seed: seed))
            }
        }
    }

    /// Adds the tokens, or the user name, that a JSON or form body holds.
    mutating func scanBody(_ body: UnsafeRawBufferPointer, for kind: Credential.Kind) {
        let names = kind == .userName ? CredentialScanner.userNames : CredentialScanner.tokenNames
        let isJSON = CredentialScanner.isJSON(body)
        for name in names {
            var start = 0
            while let at = CredentialScanner.find(name, in: body, from: start), found.count < Self.maximumCount {
                start = at + name.utf8CodeUnitCount
                let value = isJSON ? jsonValue(body, at, start) : formValue(body, at, start)
                guard let value, value.count >= (kind == .userName ? 1 : Self.minimumTokenBytes) else { continue }
                add(kind, value)
                if kind == .userName { return }
            }
        }
    }

    /// Whether `body` begins as a JSON object or array does.
    static func isJSON(_ body: UnsafeRawBufferPointer) -> Bool {
        for byte in body where byte > 0x20 { return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }
        return false
    }

    /// Whether `body` holds the word token, in whatever form of a name, or jwt. Found by their rarest letters.
    static func mentionsToken(_ body: UnsafeRawBufferPointer) -> Bool {
        var offset = 1
        while let at = find("k", in: body, from: offset) {
            if at + 2 < body.count, body[at - 1] | 0x20 == UInt8(ascii: "o"), body[at + 1] | 0x20 == UInt8(ascii: "e"),
                body[at + 2] | 0x20 == UInt8(ascii: "n")
            {
                return true
            }
            offset = at + 1
        }
        return find("jwt", in: body, from: 0) != nil
    }

    private static let tokenNames: [StaticString] = [
        "access_token", "accessToken", "refresh_token", "refreshToken", "id_token", "idToken", "token", "jwt",
        "sessionToken", "session_token", "authToken", "auth_token",
    ]
    private static let userNames: [StaticString] = [
        "username", "userName", "user_name", "email", "login", "user", "name",
    ]

    private mutating func add(_ kind: Credential.Kind, _ value: UnsafeRawBufferPointer, place: UInt32 = 0) {
        guard found.count < CredentialScanner.maximumCount,
            value.count >= (kind == .userName ? 1 : CredentialScanner.minimumTokenBytes)
        else { return }
        found.append(Credential(kind, value, place: place, seed: seed))
        values.append(value)
    }

    /// The scheme is left out, so that a token given in a body is the one carried as `Bearer`.
    private mutating func addAuthorization(_ value: UnsafeRawBufferPointer, _ field: CredentialField) {
        guard let identity = AuthorizationValue.identity(value) else { return }
        // A name or the id of a key may be short.
        guard identity.count >= CredentialScanner.minimumTokenBytes || identity.count < value.count, !identity.isEmpty
        else { return }
        guard found.count < CredentialScanner.maximumCount else { return }
        found.append(Credential(.token, identity, place: UInt32(field.rawValue) + 1, seed: seed))
        values.append(identity)
    }

    private mutating func addCookie(_ pair: Slice<UnsafeRawBufferPointer>) {
        guard found.count < CredentialScanner.maximumCount else { return }
        let trimmed = pair.drop { $0 <= 0x20 }
        guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")) else { return }
        let name = UnsafeRawBufferPointer(rebasing: trimmed[..<equals])
        let value = UnsafeRawBufferPointer(rebasing: trimmed[(equals + 1)...])
        guard value.count >= CredentialScanner.minimumTokenBytes else { return }
        let isSession = CredentialScanner.namesSession(name)
        guard isSession || value.count >= CredentialScanner.minimumCookieBytes else { return }
        let pair = UnsafeRawBufferPointer(rebasing: trimmed)
        add(isSession ? .sessionCookie : .cookie, pair, place: Credential.place(of: name, seed: seed))
    }

    /// Whether a cookie of this name holds a session. Tokens against forged requests may change with every page.
    private static func namesSession(_ name: UnsafeRawBufferPointer) -> Bool {
        let parts: [StaticString] = ["sess", "sid", "token", "auth", "jwt"]
        return parts.contains { containsIgnoringCase(name, $0) } && !containsIgnoringCase(name, "csrf")
            && !containsIgnoringCase(name, "xsrf")
    }

    /// The string behind `"name":`, when the name stands between quotes.
    private func jsonValue(_ body: UnsafeRawBufferPointer, _ at: Int, _ end: Int) -> UnsafeRawBufferPointer? {
        let quote = UInt8(ascii: "\"")
        guard at > 0, body[at - 1] == quote, end < body.count, body[end] == quote else { return nil }
        var start = end + 1
        while start < body.count, body[start] <= 0x20 || body[start] == UInt8(ascii: ":") { start += 1 }
        guard start < body.count, body[start] == quote else { return nil }
        let rest = body[(start + 1)...]
        guard let close = rest.firstIndex(of: quote) else { return nil }
        return UnsafeRawBufferPointer(rebasing: rest[..<close])
    }

    /// The value of a form field (`name=value&…`).
    private func formValue(_ body: UnsafeRawBufferPointer, _ at: Int, _ end: Int) -> UnsafeRawBufferPointer? {
        guard at == 0 || body[at - 1] == UInt8(ascii: "&"), end < body.count, body[end] == UInt8(ascii: "=") else {
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: body[(end + 1)...].prefix { $0 != UInt8(ascii: "&") && $0 > 0x20 })
    }
}

extension CredentialScanner {
    static func find(_ text: StaticString, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let length = text.utf8CodeUnitCount
        var offset = start
        while offset + length <= bytes.count,
            let found = memchr(base + offset, Int32(text.utf8Start[0]), bytes.count - length + 1 - offset)
        {
            let candidate = UnsafeRawPointer(found)
            if memcmp(candidate, text.utf8Start, length) == 0 { return candidate - base }
            offset = candidate - base + 1
        }
        return nil
    }

    private static func containsIgnoringCase(_ bytes: UnsafeRawBufferPointer, _ part: StaticString) -> Bool {
        let length = part.utf8CodeUnitCount
        guard bytes.count >= length else { return false }
        return (0...(bytes.count - length)).contains { start in
            (0..<length).allSatisfy { bytes[start + $0] | 0x20 == part.utf8Start[$0] }
        }
    }
}
