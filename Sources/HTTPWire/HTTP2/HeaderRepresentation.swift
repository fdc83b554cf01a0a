/// The representation of one field in a compressed header block (RFC 7541 section 6), parsed without the tables.
public struct HeaderRepresentation: Hashable, Sendable {
    /// The kind of representation.
    public enum Kind: UInt8, Sendable {
        /// Refers to a table entry.
        case indexed
        /// A literal field that is added to the dynamic table.
        case added
        /// A literal field that is not added to the table.
        case literal
        /// Changes the size of the dynamic table.
        case sizeUpdate
    }

    /// The kind of representation.
    public var kind: Kind
    /// The index of the table entry that it refers to, or whose name it uses; 0 for a literal name. In a size update,
    /// the new size of the table.
    public var index: Int
    /// Index after its last byte.
    public var end: Int

    /// Parses the representation at `start` of `block`.
    ///
    /// - Returns: nil if it does not end within `block` or is invalid; then the rest of the block cannot be read.
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

    /// Whether the whole `block` can be a header block: the representations are valid, and pseudo-header fields come
    /// first, as far as the static table shows.
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
