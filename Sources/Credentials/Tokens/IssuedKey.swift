import Formats

/// Keys recognised by their format, whatever their name: keys that services issue with a known prefix, and private keys
/// in PEM (RFC 7468).
///
/// The prefixes are those that the services document for secret scanners.
public enum IssuedKey {
    /// A prefix, and what follows it.
    private struct Kind {
        let prefix: [UInt8]
        let alphabet: Alphabet
        /// The minimum number of bytes after the prefix; shorter ones are words.
        let least: Int

        init(_ prefix: String, _ alphabet: Alphabet, _ least: Int) {
            self.prefix = Array(prefix.utf8)
            self.alphabet = alphabet
            self.least = least
        }
    }

    private enum Alphabet {
        case alphanumeric
        case upper
        case hex
        /// Letters, digits, `_` and `-`.
        case base64URL
        /// The same and `.`.
        case dotted

        func contains(_ byte: UInt8) -> Bool {
            switch self {
            case .alphanumeric: ASCII.isAlphanumeric(byte)
            case .upper: ASCII.isDigit(byte) || byte &- UInt8(ascii: "A") < 26
            case .hex: ASCII.hexValue(byte) != nil
            case .base64URL: IssuedKey.isOfWord(byte)
            case .dotted: IssuedKey.isOfWord(byte) || byte == UInt8(ascii: ".")
            }
        }
    }

    private static let kinds: [Kind] =
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"].map { Kind($0, .alphanumeric, 36) }
        + ["sk_live_", "sk_test_", "rk_live_", "rk_test_"].map { Kind($0, .alphanumeric, 10) }
        + ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"].map { Kind($0, .base64URL, 16) }
        + ["AKIA", "ASIA"].map { Kind($0, .upper, 16) }
        + ["shpat_", "shpss_", "shpca_", "dop_v1_", "key-"].map { Kind($0, .hex, 32) }
        + [
            Kind("github_pat_", .base64URL, 22), Kind("glpat-", .base64URL, 20), Kind("whsec_", .base64URL, 20),
            Kind("AIza", .base64URL, 35), Kind("GOCSPX-", .base64URL, 20), Kind("ya29.", .dotted, 20),
            Kind("pypi-", .base64URL, 50), Kind("SG.", .dotted, 40), Kind("sk-ant-", .base64URL, 20),
            Kind("sk-proj-", .base64URL, 20), Kind("sk-", .alphanumeric, 32), Kind("hf_", .alphanumeric, 30),
            Kind("hvs.", .base64URL, 24), Kind("AGE-SECRET-KEY-1", .upper, 50),
        ]

    /// The kinds by the first byte of their prefix.
    private static let kindsByFirst: [[Kind]] = {
        var table = [[Kind]](repeating: [], count: 256)
        for kind in kinds { table[Int(kind.prefix[0])].append(kind) }
        return table
    }()

    private static let pemBegin = Array("-----BEGIN ".utf8)
    private static let pemEnd = Array("-----END".utf8)
    private static let pemName = Array("PRIVATE KEY".utf8)
    /// The longest first line of a PEM block.
    private static let longestLabel = 64
    /// The longest PEM block that is recognised.
    private static let longestBlock = 32 << 10
    /// The shortest line of a PEM block that counts as a part of the key.
    private static let shortestLine = 16

    /// Calls `body` with the secret part of every key in `range` of `bytes`, in order: what follows the prefix, or each
    /// line of a private key.
    public static func forEach(
        in bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ body: (Range<Int>) -> Void
    ) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<range.upperBound])
        var position = range.lowerBound
        var isWord = false
        while position < bytes.count {
            let byte = bytes[position]
            if !isWord || isEscaped(bytes, position - 1) {
                if byte == UInt8(ascii: "-"), let end = privateKey(bytes, position, body) {
                    (position, isWord) = (end, false)
                    continue
                }
                if let secret = secret(bytes, position) {
                    body(secret)
                    (position, isWord) = (secret.upperBound, true)
                    continue
                }
            }
            isWord = isOfWord(byte)
            position += 1
        }
    }

    /// The secret part of the key that begins at `start`; nil if there is none.
    private static func secret(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Range<Int>? {
        for kind in kindsByFirst[Int(bytes[start])] where has(kind.prefix, bytes, start) {
            let first = start + kind.prefix.count
            let end = bytes[first...].firstIndex { !kind.alphabet.contains($0) } ?? bytes.count
            // A word that continues with letters of another alphabet is not a key.
            if end - first >= kind.least, end == bytes.count || !isOfWord(bytes[end]) { return first..<end }
        }
        return nil
    }

    /// Calls `body` with the lines of the private key that begins at `start`; returns its end, nil if there is none.
    private static func privateKey(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ body: (Range<Int>) -> Void
    ) -> Int? {
        guard has(pemBegin, bytes, start) else { return nil }
        let text = bytes.bindMemory(to: UInt8.self)
        let label = UnsafeBufferPointer(rebasing: text[..<min(bytes.count, start + longestLabel)])
        guard let nameEnd = ByteSearch.end(of: pemName, in: label, from: start + pemBegin.count) else { return nil }
        let block = UnsafeBufferPointer(rebasing: text[..<min(bytes.count, start + longestBlock)])
        // A truncated key has no end.
        let end = ByteSearch.end(of: pemEnd, in: block, from: nameEnd).map { $0 - pemEnd.count } ?? block.count
        var position = nameEnd
        while position < end {
            guard isOfKey(bytes[position]) else {
                position += 1
                continue
            }
            // The letter of an escape such as `\n` does not belong to the line.
            let first = position > 0 && bytes[position - 1] == UInt8(ascii: "\\") ? position + 1 : position
            var last = first
            while last < end, isOfKey(bytes[last]) { last += 1 }
            if last - first >= shortestLine { body(first..<last) }
            position = max(last, position + 1)
        }
        return end
    }

    private static func has(_ text: [UInt8], _ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        bytes.count - start >= text.count && text.indices.allSatisfy { bytes[start + $0] == text[$0] }
    }

    /// Whether the byte at `position` is the letter of an escaped line end or tab in JSON.
    private static func isEscaped(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        position > 0 && bytes[position - 1] == UInt8(ascii: "\\")
            && [UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t")].contains(bytes[position])
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isOfKey(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "=")
    }
}
