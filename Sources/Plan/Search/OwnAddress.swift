import Formats

/// Addresses of the recorded service itself in requests: `redirect_uri=https://shop.example/back`. They are sent with
/// the target's address, as Host is.
enum OwnAddress {
    /// The shortest text that contains one, in bytes.
    static let shortest = 8
    private static let separator = Array("://".utf8)
    /// The schemes that the service may use, and their default ports.
    private static let schemes: [(name: [UInt8], port: String)] =
        [("https", "443"), ("http", "80"), ("wss", "443"), ("ws", "80")].map { (Array($0.utf8), $1) }

    /// The `scheme://authority` of the first address in `range` with this authority, including the scheme's default
    /// port if it is given.
    ///
    /// - Parameter authority: `://` and the authority of the service in lower case
    static func next(
        _ authority: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> Range<Int>? {
        let text = UnsafeBufferPointer(rebasing: bytes[..<range.upperBound])
        var position = range.lowerBound
        while let mark = ByteSearch.end(of: separator, in: text, from: position) {
            position = mark
            let start = mark - 3
            guard range.upperBound - start >= authority.count,
                ASCII.isEqual(bytes[start..<start + authority.count], authority),
                let scheme = scheme(before: start, in: bytes, range)
            else { continue }
            guard let end = self.end(of: start + authority.count, port: scheme.port, in: text) else { continue }
            return start - scheme.name.count..<end
        }
        return nil
    }

    /// The scheme that ends at `end`; nil if the service does not use it.
    private static func scheme(
        before end: Int, in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> (name: [UInt8], port: String)? {
        schemes.first { scheme, _ in
            let start = end - scheme.count
            guard start >= range.lowerBound, ASCII.isEqual(bytes[start..<end], scheme) else { return false }
            return start == range.lowerBound || !ASCII.isAlphanumeric(bytes[start - 1])
        }
    }

    /// The end of an authority that ends at `end` or after its scheme's default port; nil if it is a longer name or has
    /// another port.
    private static func end(of end: Int, port implied: String, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard end < text.count else { return end }
        let next = text[end]
        if next == UInt8(ascii: ":") {
            let port = text[(end + 1)...].prefix(while: ASCII.isDigit)
            let isImplied = port.elementsEqual(implied.utf8)
            return port.isEmpty ? end : isImplied ? end + 1 + port.count : nil
        }
        if next == UInt8(ascii: "."), end + 1 < text.count, ASCII.isAlphanumeric(text[end + 1]) { return nil }
        return ASCII.isAlphanumeric(next) || next == UInt8(ascii: "-") || next == UInt8(ascii: "@") ? nil : end
    }

    /// Whether a field with this name holds names that only look like addresses: XML namespaces and JSON vocabularies.
    static func isNamespace(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix("xmlns") || name.hasSuffix("schemalocation") || name.hasSuffix("namespace")
            || ["$schema", "$id", "@context", "@vocab", "profile"].contains(name)
    }
}
