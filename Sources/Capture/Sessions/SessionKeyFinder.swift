import Credentials
import Glibc
import HTTPWire

/// Finds the value that ``SessionBy`` names in a message: of a field, a cookie, a query parameter, or a claim.
struct SessionKeyFinder {
    private enum Wanted {
        case nothing
        /// A field's name in lower case.
        case header([UInt8])
        case cookie([UInt8])
        case query([UInt8])
        case claim([UInt8])
    }

    private let wanted: Wanted
    private let maximumBodyBytes: Int
    private let seed: UInt64
    private var claims = ClaimReader()

    init(_ sessionBy: SessionBy, maximumBodyBytes: Int, seed: UInt64) {
        self.maximumBodyBytes = maximumBodyBytes
        self.seed = seed
        switch sessionBy {
        case .header(let name): wanted = .header(Array(name.lowercased().utf8))
        case .cookie(let name): wanted = .cookie(Array(name.utf8))
        case .query(let name): wanted = .query(Array(name.utf8))
        case .jwt(let claim): wanted = .claim(Array(claim.utf8))
        case .auto, .connection, .client: wanted = .nothing
        }
    }

    /// Whether no value is searched for.
    var isIdle: Bool { if case .nothing = wanted { true } else { false } }

    /// Whether a new value issued to a client continues its session: true for cookies, not for values that name a user.
    var isRenewable: Bool { if case .cookie = wanted { true } else { false } }

    /// The value that `message` sends (a request) or issues (a response).
    mutating func key(of message: UnsafeMutablePointer<Message>) -> Credential? {
        let seed = self.seed
        switch wanted {
        case .nothing: return nil
        case .header(let name):
            return SessionKeyFinder.field(name, of: message.headBytes).map {
                Credential(.key, $0, seed: seed)
            }
        case .cookie(let name):
            return SessionKeyFinder.cookie(name, of: message.headBytes).map {
                Credential(.key, $0, seed: seed)
            }
        case .query(let name):
            return SessionKeyFinder.parameter(name, of: message.headBytes).map {
                Credential(.key, $0, seed: seed)
            }
        case .claim(let claim):
            let inHead = claims.withClaim(claim, in: message.headBytes) {
                Credential(.key, $0, seed: seed)
            }
            if let inHead { return inHead }
            guard message.bodyBytes.count <= maximumBodyBytes else { return nil }
            return claims.withClaim(claim, in: message.bodyBytes) { Credential(.key, $0, seed: seed) }
        }
    }

    private static func field(_ name: [UInt8], of head: UnsafeRawBufferPointer)
        -> UnsafeRawBufferPointer?
    {
        withLines(of: head) { line in
            guard line.count > name.count, line[name.count] == UInt8(ascii: ":"),
                zip(line, name).allSatisfy({ lowercased($0) == $1 })
            else { return nil }
            var value = line[(name.count + 1)...].drop { $0 <= 0x20 }
            while let last = value.last, last <= 0x20 { value = value.dropLast() }
            return value.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: value)
        }
    }

    /// The first value of a parameter in the query of a request's target, as sent (RFC 3986 section 3.4).
    private static func parameter(
        _ name: [UInt8], of head: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let target = CredentialList.target(ofHead: head),
            let mark = target.firstIndex(of: UInt8(ascii: "?"))
        else { return nil }
        let query = target[(mark + 1)...].prefix { $0 != UInt8(ascii: "#") }
        for pair in query.split(separator: UInt8(ascii: "&")) {
            if let found = value(name, pair) { return found }
        }
        return nil
    }

    private static func cookie(_ name: [UInt8], of head: UnsafeRawBufferPointer)
        -> UnsafeRawBufferPointer?
    {
        withLines(of: head) { line in
            guard let (field, start) = CredentialField.find(in: line) else { return nil }
            let rest = line[start...]
            switch field {
            case .cookie:
                for pair in rest.split(separator: UInt8(ascii: ";")) {
                    if let found = value(name, pair) { return found }
                }
                return nil
            case .setCookie: return value(name, rest.prefix { $0 != UInt8(ascii: ";") })
            case .authorization, .proxyAuthorization, .token: return nil
            }
        }
    }

    /// The value of a `name=value` pair; nil if the name differs, or the value is empty, as when a cookie is deleted.
    private static func value(_ name: [UInt8], _ pair: Slice<UnsafeRawBufferPointer>)
        -> UnsafeRawBufferPointer?
    {
        let pair = pair.drop { $0 <= 0x20 }
        guard pair.count > name.count + 1, pair.starts(with: name),
            pair[pair.startIndex + name.count] == UInt8(ascii: "=")
        else { return nil }
        var value = pair.dropFirst(name.count + 1)
        while let last = value.last, last <= 0x20 { value = value.dropLast() }
        return value.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: value)
    }

    /// The first non-nil result of `body` for a line of `head`, without its line end.
    private static func withLines(
        of head: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer?
    ) -> UnsafeRawBufferPointer? {
        var start = 0
        while start < head.count, let base = head.baseAddress,
            let lineFeed = memchr(base + start, 10, head.count - start)
        {
            let end = UnsafeRawPointer(lineFeed) - base
            let hasReturn = end > start && head[end - 1] == 13
            if let found = body(
                UnsafeRawBufferPointer(rebasing: head[start..<(hasReturn ? end - 1 : end)]))
            {
                return found
            }
            start = end + 1
        }
        return nil
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}
