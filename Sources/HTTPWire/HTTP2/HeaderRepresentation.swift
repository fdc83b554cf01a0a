/// Where one field of a compressed header block is (RFC 7541 section 6), found without knowing the tables.
public struct HeaderRepresentation: Hashable, Sendable {
    /// What it does.
    public enum Kind: UInt8, Sendable {
        /// Names an entry of the tables.
        case indexed
        /// Gives a field and adds it to the dynamic table.
        case added
        /// Gives a field and leaves the table alone.
        case literal
        /// Sets the size of the dynamic table.
        case sizeUpdate
    }

    /// What it does.
    public var kind: Kind
    /// The entry of the tables that it names, or whose name it uses; 0 when its name is spelt out. The new size of a table in
    /// a size update.
    public var index: Int
    /// Index after its last byte.
    public var end: Int

    /// The representation at `start` of `block`.
    ///
    /// - Returns: nil when it does not end within `block`, or is none: the rest of the block cannot be read then.
    public init?(_ block: UnsafeRawBufferPointer, at start: Int) {
        guard start < block.count else { return nil }
        let first = block[start]
        let prefix: UInt8
        switch first {
        case 0x80...: (kind, prefix) = (.indexed, 7)
        case 0x40...: (kind, prefix) = (.added, 6)
        case 0x20...: (kind, prefix) = (.sizeUpdate, 5)
        default: (kind, prefix) = (.literal, 4)
        }
        var offset = start
        guard let number = HeaderRepresentation.number(block, &offset, prefix: prefix) else { return nil }
        index = number
        if kind == .indexed, index == 0 { return nil }
        if kind == .added || kind == .literal {
            for _ in 0..<(index == 0 ? 2 : 1) {
                guard let length = HeaderRepresentation.number(block, &offset, prefix: 7),
                    length <= block.count - offset
                else { return nil }
                offset += length
            }
        }
        end = offset
    }

    /// An integer (RFC 7541 section 5.1) of at most 32 bits.
    private static func number(_ block: UnsafeRawBufferPointer, _ offset: inout Int, prefix: UInt8) -> Int? {
        guard offset < block.count else { return nil }
        let mask = UInt8(truncatingIfNeeded: (1 << Int(prefix)) - 1)
        var number = Int(block[offset] & mask)
        offset += 1
        guard number == Int(mask) else { return number }
        var shift = 0
        while offset < block.count, shift <= 28 {
            let byte = block[offset]
            offset += 1
            number += Int(byte & 0x7f) << shift
            shift += 7
            if byte & 0x80 == 0 { return number }
        }
        return nil
    }

    /// Whether `block` can be a header block from its first byte to its last: the fields fit, and pseudo-header fields come
    /// first, as far as the static table tells.
    static func canBeHead(_ block: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        var hasPseudo = false
        while offset < block.count {
            guard let field = HeaderRepresentation(block, at: offset) else { return false }
            if field.kind != .sizeUpdate, (1...14).contains(field.index) { hasPseudo = true }
            offset = field.end
        }
        return hasPseudo
    }
}
