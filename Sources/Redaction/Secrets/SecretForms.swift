import Formats

/// A secret in one of its encodings, and its replacement.
struct SecretForm {
    /// The bytes to search for; at least eight.
    var bytes: [UInt8]
    /// The replacement.
    var replacement: [UInt8]
    /// The edge bits in base64: the characters before and after contain bits of the secret and other bits.
    var edges: Base64Edges?
}

/// The bits of a secret in the base64 characters that it shares with the surrounding bytes.
struct Base64Edges {
    /// The number of low bits in the character before, and their new value.
    var leadCount: UInt8
    var lead: UInt8
    /// The number of high bits in the character after, and their new value, in position.
    var tailCount: UInt8
    var tail: UInt8
    var isURL: Bool
}

extension SecretForm {
    /// The forms in which `value` is searched for: raw, and in base64 at each of the three alignments within a group.
    /// Encodings that change few bytes are instead decoded in the searched text (``DecodedText``).
    ///
    /// - Precondition: `replacement` is as long as `value`, which has eight bytes or more.
    static func all(of value: [UInt8], replacement: [UInt8]) -> [SecretForm] {
        precondition(value.count == replacement.count && value.count >= ValueStrength.shortest, "forms keep lengths")
        var forms = [SecretForm(bytes: value, replacement: replacement)]
        for alignment in 0..<3 {
            for isURL in [false, true] {
                let form = base64(value, replacement, alignment: alignment, isURL: isURL)
                if !forms.contains(where: { $0.bytes == form.bytes }) { forms.append(form) }
            }
        }
        return forms
    }

    private static func base64(
        _ value: [UInt8], _ replacement: [UInt8], alignment: Int, isURL: Bool
    ) -> SecretForm {
        let lead = (3 - alignment) % 3 * 2 % 6
        let leadCount = alignment == 0 ? 0 : alignment == 1 ? 4 : 2
        precondition(lead == leadCount, "bits before the first whole character")
        let stable = (value.count * 8 - leadCount) / 6
        let tailCount = (value.count * 8 - leadCount) % 6
        let bits = BitReader(replacement)
        let form = isURL ? Base64.url : .standard
        let edges = Base64Edges(
            leadCount: UInt8(leadCount), lead: bits.value(at: 0, count: leadCount), tailCount: UInt8(tailCount),
            tail: bits.value(at: leadCount + stable * 6, count: tailCount) << UInt8(6 - tailCount), isURL: isURL)
        func characters(_ bits: BitReader) -> [UInt8] {
            (0..<stable).map { form.character(bits.value(at: leadCount + $0 * 6, count: 6)) }
        }
        return SecretForm(bytes: characters(BitReader(value)), replacement: characters(bits), edges: edges)
    }

    private struct BitReader {
        let bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func value(at start: Int, count: Int) -> UInt8 {
            var value: UInt8 = 0
            for bit in start..<(start + count) { value = value << 1 | bytes[bit / 8] >> UInt8(7 - bit % 8) & 1 }
            return value
        }
    }
}
