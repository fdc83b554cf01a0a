import Formats

/// A Set-Cookie field, parsed according to RFC 6265 section 5.2.
struct SetCookie {
    var name: [UInt8]
    var value: [UInt8]
    var domain: String?
    var path: [UInt8]?
    var isSecure = false
    /// Max-Age in seconds; it takes precedence over Expires.
    var maxAge: Int64?
    /// Expires, in seconds since the Unix epoch.
    var expires: Int64?

    /// Parses the value of a field; nil when it sets no cookie.
    init?(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        let end = head[range].firstIndex(of: UInt8(ascii: ";")) ?? range.upperBound
        guard let equals = head[range.lowerBound..<end].firstIndex(of: UInt8(ascii: "=")) else { return nil }
        name = SetCookie.trimmed(head, range.lowerBound..<equals)
        value = SetCookie.trimmed(head, equals + 1..<end)
        // Control characters are refused (RFC 6265bis section 5.6).
        guard !name.isEmpty, (name + value).allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
        var attributes = ParameterList(
            head, min(end + 1, range.upperBound)..<range.upperBound, separator: UInt8(ascii: ";"))
        while let pair = attributes.next() {
            // An attribute without `=` is parsed as a value.
            let nameRange = pair.name.isEmpty ? pair.value : pair.name
            let attribute = String(decoding: SetCookie.trimmed(head, nameRange), as: UTF8.self).lowercased()
            take(attribute, pair.name.isEmpty ? [] : SetCookie.trimmed(head, pair.value))
        }
    }

    private mutating func take(_ attribute: String, _ value: [UInt8]) {
        switch attribute {
        case "secure": isSecure = true
        case "path": path = value.first == UInt8(ascii: "/") ? value : nil
        case "domain":
            let text = String(
                decoding: value.first == UInt8(ascii: ".") ? value.dropFirst() : value[...], as: UTF8.self)
            domain = text.isEmpty ? nil : text.lowercased()
        case "max-age":
            guard let seconds = Int64(String(decoding: value, as: UTF8.self)) else { return }
            maxAge = seconds
        case "expires": expires = CookieDate.seconds(value)
        default: break
        }
    }

    /// When the cookie expires if it is set at `now`; nil for a session cookie.
    func expiry(now: Int64) -> Int64? {
        if let maxAge { return maxAge <= 0 ? .min : now.addingClamped(maxAge) }
        return expires
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return Array(bytes[start..<end])
    }
}
