import Glibc

/// A credential that identifies a client, with its place in a message.
public struct CallerCredential {
    /// The kind of credential.
    public enum Kind: Sendable {
        /// A token, or the signer named in an Authorization field.
        case token
        /// A cookie with the name of a session cookie.
        case sessionCookie
        /// Any other cookie; it identifies a client only if a response set it before.
        case otherCookie
        /// The user name of a login or registration.
        case userName
    }

    /// The kind of credential.
    public let kind: Kind
    /// The field it is in; nil in a body or a target.
    public let field: CredentialField?
    /// The name of the field, cookie, parameter or member.
    public let name: UnsafeRawBufferPointer
    /// The value; for a cookie the whole pair. Valid as long as the message it was found in.
    public let value: UnsafeRawBufferPointer
}

/// Finds the credentials that identify a client in the raw bytes of messages.
///
/// Allocates nothing. The values are valid as long as the bytes they were found in.
public enum CallerScanner {
    /// Shorter values are not secrets.
    public static let minimumTokenBytes = 8
    /// Shorter cookies hardly identify their sender, unless their name suggests it.
    public static let minimumCookieBytes = 16

    /// Calls `body` with the credentials that the fields of `head` send (a request) or issue (a response), in order.
    public static func forEachCredential(
        inHead head: UnsafeRawBufferPointer, _ body: (CallerCredential) -> Void
    ) {
        forEachField(inHead: head) { forEachCredential(in: $0, body) }
    }

    /// A line of a head that may contain credentials.
    public struct FieldLine {
        /// The line without its line end.
        public let bytes: UnsafeRawBufferPointer
        let field: CredentialField
        let valueStart: Int
    }

    /// Calls `body` with the lines of `head` that may contain credentials, in order.
    public static func forEachField(inHead head: UnsafeRawBufferPointer, _ body: (FieldLine) -> Void) {
        var start = 0
        while start < head.count, let base = head.baseAddress {
            let end = memchr(base + start, 10, head.count - start).map { UnsafeRawPointer($0) - base } ?? head.count
            let hasReturn = end > start && head[end - 1] == 13
            let line = UnsafeRawBufferPointer(rebasing: head[start..<(hasReturn ? end - 1 : end)])
            start = end + 1
            guard let (field, valueStart) = CredentialField.find(in: line) else { continue }
            body(FieldLine(bytes: line, field: field, valueStart: valueStart))
        }
    }

    /// Calls `body` with the credentials in a line of a head, in order.
    public static func forEachCredential(in line: FieldLine, _ body: (CallerCredential) -> Void) {
        let name = UnsafeRawBufferPointer(rebasing: line.bytes[..<(line.valueStart - 1)])
        let value = trimmed(line.bytes[line.valueStart...])
        switch line.field {
        case .authorization, .proxyAuthorization: authorization(value, line.field, name, body)
        case .cookie:
            for pair in value.split(separator: UInt8(ascii: ";")) { cookie(pair, line.field, body) }
        case .setCookie: cookie(value.prefix { $0 != UInt8(ascii: ";") }, line.field, body)
        case .token: token(value, line.field, name, body)
        }
    }

    /// Calls `body` with the tokens in the query and the path segment parameters of a request target: `?sid=…`,
    /// `;jsessionid=…`.
    public static func forEachCredential(
        inTarget target: UnsafeRawBufferPointer, _ body: (CallerCredential) -> Void
    ) {
        guard var start = target.firstIndex(where: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "?") }) else {
            return
        }
        while start < target.count {
            let rest = target[(start + 1)...]
            let end = rest.firstIndex(where: isDelimiter) ?? target.count
            pair(rest[..<end], CallerName.isSession, body)
            start = end
        }
    }

    /// Calls `body` with the tokens in a JSON or form body, in order.
    public static func forEachToken(inBody bytes: UnsafeRawBufferPointer, _ body: (CallerCredential) -> Void) {
        forEachMember(of: bytes) { name, value in
            guard value.count >= minimumTokenBytes, CallerName.isTokenMember(name) else { return }
            body(CallerCredential(kind: .token, field: nil, name: name, value: value))
        }
    }

    /// The user name in a JSON or form body: the value of the member whose name suggests it most clearly.
    public static func userName(inBody bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var best: (rank: Int, value: UnsafeRawBufferPointer)?
        forEachMember(of: bytes) { name, value in
            guard !value.isEmpty, let rank = CallerName.userNameRank(name), rank < best?.rank ?? .max else { return }
            best = (rank, value)
        }
        return best?.value
    }

    /// Whether a JSON or form body has a member with the name of a password.
    public static func hasPassword(inBody bytes: UnsafeRawBufferPointer) -> Bool {
        var isFound = false
        forEachMember(of: bytes) { name, _ in isFound = isFound || CallerName.isPassword(name) }
        return isFound
    }

    /// Whether a JSON or form body has a refresh token.
    public static func hasRefreshToken(inBody bytes: UnsafeRawBufferPointer) -> Bool {
        var isFound = false
        forEachMember(of: bytes) { name, _ in isFound = isFound || CallerName.isRefreshToken(name) }
        return isFound
    }

    /// Whether `bytes` begin like a JSON object or array.
    public static func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where byte > 0x20 { return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }
        return false
    }

    /// Whether a body may contain a token: a quick, case-insensitive search for words for tokens.
    ///
    /// Checks sixteen positions at once for pairs or triples of letters that are rare elsewhere, and examines the hits.
    public static func mentionsToken(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let width = SIMD16<UInt8>.scalarCount
        var index = 0
        while index + width + 2 <= bytes.count {
            let first = letters(bytes, at: index)
            let second = letters(bytes, at: index + 1)
            let third = letters(bytes, at: index + 2)
            let token = isByte("k", first) .& isByte("e", second)
            let jwt = isByte("j", first) .& isByte("w", second)
            let header = isByte("y", second) .& isByte("j", third)
            let session = isByte("s", first) .& isByte("e", second) .& isByte("s", third)
            let number = isByte("\"", first) .& isByte("s", second) .& isByte("i", third)
            let hits = unsafeBitCast(token .| jwt .| header .| session .| number, to: SIMD2<UInt64>.self)
            if hits[0] | hits[1] != 0, (index..<(index + width)).contains(where: { isTokenWord(bytes, at: $0) }) {
                return true
            }
            index += width
        }
        return (index..<bytes.count).contains { isTokenWord(bytes, at: $0) }
    }

    /// Whether the letters that the quick search found at `index` belong to a word for a token.
    @inline(__always)
    private static func isTokenWord(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
        has("oken", bytes, at: index - 1) || has("icket", bytes, at: index - 2) || has("jwt", bytes, at: index)
            || has("eyj", bytes, at: index) || has("sess", bytes, at: index) || has("\"sid\"", bytes, at: index)
    }

    /// Sixteen bytes from `index`, with letters in lower case.
    @inline(__always)
    private static func letters(_ bytes: UnsafeRawBufferPointer, at index: Int) -> SIMD16<UInt8> {
        bytes.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self) | 0x20
    }
}

extension CallerScanner {
    /// Calls `body` with the string members of JSON at any depth, or with the fields of a form.
    public static func forEachMember(
        of bytes: UnsafeRawBufferPointer,
        _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    ) {
        guard isJSON(bytes) else {
            for field in bytes.split(separator: UInt8(ascii: "&")) {
                guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { continue }
                let value = field[(equals + 1)...].prefix { $0 > 0x20 }
                body(UnsafeRawBufferPointer(rebasing: field[..<equals]), UnsafeRawBufferPointer(rebasing: value))
            }
            return
        }
        var position = 0
        while let name = string(bytes, from: position) {
            position = name.endIndex + 1
            let colon = bytes[min(position, bytes.count)...].drop { $0 <= 0x20 }
            guard colon.first == UInt8(ascii: ":") else { continue }
            let value = colon.dropFirst().drop { $0 <= 0x20 }
            position = value.startIndex
            guard value.first == UInt8(ascii: "\""), let string = string(bytes, from: value.startIndex) else {
                continue
            }
            position = string.endIndex + 1
            body(UnsafeRawBufferPointer(rebasing: name), UnsafeRawBufferPointer(rebasing: string))
        }
    }

    /// The content of the first complete string at or after `start`; nil if there is none.
    private static func string(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Slice<UnsafeRawBufferPointer>? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let quote = memchr(base + start, Int32(UInt8(ascii: "\"")), bytes.count - start)
        else { return nil }
        let first = UnsafeRawPointer(quote) - base + 1
        var index = first
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\"") { return bytes[first..<index] }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// The scheme is left out, so that a token issued in a body equals the one sent as `Bearer`.
    private static func authorization(
        _ value: UnsafeRawBufferPointer, _ field: CredentialField, _ name: UnsafeRawBufferPointer,
        _ body: (CallerCredential) -> Void
    ) {
        guard let identity = AuthorizationValue.identity(value), !identity.isEmpty,
            // A user name or a key ID may be short.
            identity.count >= minimumTokenBytes || identity.count < value.count
        else { return }
        body(CallerCredential(kind: .token, field: field, name: name, value: identity))
    }

    private static func token(
        _ value: UnsafeRawBufferPointer, _ field: CredentialField?, _ name: UnsafeRawBufferPointer,
        _ body: (CallerCredential) -> Void
    ) {
        guard value.count >= minimumTokenBytes else { return }
        body(CallerCredential(kind: .token, field: field, name: name, value: value))
    }

    private static func cookie(
        _ pair: Slice<UnsafeRawBufferPointer>, _ field: CredentialField, _ body: (CallerCredential) -> Void
    ) {
        let pair = trimmed(pair)
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return }
        let name = UnsafeRawBufferPointer(rebasing: pair[..<equals])
        let length = pair.count - equals - 1
        let isSession = CallerName.isSession(name)
        guard length >= (isSession ? minimumTokenBytes : minimumCookieBytes) else { return }
        body(CallerCredential(kind: isSession ? .sessionCookie : .otherCookie, field: field, name: name, value: pair))
    }

    private static func pair(
        _ pair: Slice<UnsafeRawBufferPointer>, _ isWanted: (UnsafeRawBufferPointer) -> Bool,
        _ body: (CallerCredential) -> Void
    ) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return }
        let name = UnsafeRawBufferPointer(rebasing: pair[..<equals])
        guard isWanted(name) else { return }
        token(UnsafeRawBufferPointer(rebasing: pair[(equals + 1)...]), nil, name, body)
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: "#"), UInt8(ascii: "/"), 0x20: true
        default: false
        }
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        var rest = bytes.drop { $0 <= 0x20 }
        while let last = rest.last, last <= 0x20 { rest = rest.dropLast() }
        return UnsafeRawBufferPointer(rebasing: rest)
    }

    @inline(__always)
    private static func isByte(_ byte: Unicode.Scalar, _ bytes: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
        bytes .== SIMD16(repeating: UInt8(ascii: byte))
    }

    /// Whether `text`, in lower case, is at `index`, ignoring case.
    @inline(__always)
    private static func has(_ text: StaticString, _ bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index + length <= bytes.count else { return false }
        return (0..<length).allSatisfy { bytes[index + $0] | 0x20 == text.utf8Start[$0] }
    }
}
