import HTTPWire
import NIOCore
import NIOHPACK

/// Decompresses the header blocks of one direction (RFC 7541), even if the connection was joined in the middle.
///
/// New entries of the dynamic table precede old ones. If old entries are unknown, the entries added since are still
/// found by their index, and a higher index refers to an entry that was not seen. A table that evicts entries earlier
/// or later than the sender's does not change this: an entry is either known or unknown, but never confused with
/// another. Only a missing block makes indexes wrong; after one, ``forget()`` must be called.
struct HeaderDecoder {
    /// A placeholder for the unknown name of a field.
    private static let unknownName: UInt8 = 0

    private var decoder: HPACKDecoder
    private var recent = RecentBlocks()
    private var maximumTableBytes: Int
    /// Whether every block since the connection began was decoded.
    private(set) var isWhole: Bool

    /// - Parameters:
    ///   - maximumTableBytes: the maximum size of the dynamic table, whatever the two sides agreed on.
    ///   - isWhole: whether the next block is the first of the connection.
    init(maximumTableBytes: Int, isWhole: Bool) {
        self.maximumTableBytes = maximumTableBytes
        self.isWhole = isWhole
        decoder = HeaderDecoder.decoder(
            tableBytes: isWhole ? HeaderDecoder.initialTableBytes : maximumTableBytes,
            maximum: maximumTableBytes)
    }

    /// The initial size of the table (RFC 9113 section 6.5.2).
    static let initialTableBytes = 4096

    /// The maximum bytes of text that `block` can represent without referring to a table entry twice, which honest
    /// senders do not do.
    func unfoldedBytes(of block: UnsafeRawBufferPointer) -> Int {
        2 * (block.count + tableBytes) + 4096
    }

    /// The current maximum size of the dynamic table.
    var tableBytes: Int { decoder.allowedDynamicTableLength }

    /// Drops the dynamic table because blocks are missing.
    mutating func forget() {
        isWhole = false
        recent.removeAll()
        decoder = HeaderDecoder.decoder(tableBytes: maximumTableBytes, maximum: maximumTableBytes)
    }

    /// Limits the dynamic table to `size` bytes from now on; the newest entries are kept.
    mutating func limitTable(to size: Int, scratch: inout ByteBuffer) {
        recent.removeAll()
        setTableSize(size, &scratch)
        maximumTableBytes = size
        decoder.maxDynamicTableLength = size
    }

    /// Adds the fields of `block` to `text`. Unknown fields are left out and make `text` uncertain.
    mutating func decode(
        _ block: UnsafeRawBufferPointer, into text: inout HeadText, scratch: inout ByteBuffer
    ) {
        if let known = recent.text(of: block) { return text.copy(known) }
        let changesTable = HeaderDecoder.changesTable(block)
        if changesTable { recent.removeAll() }
        defer { if !changesTable, text.isExact { recent.remember(block, text) } }
        if isWhole {
            scratch.clear()
            scratch.writeBytes(block)
            if let headers = try? decoder.decodeHeaders(from: &scratch) {
                for header in headers { text.append(name: header.name, value: header.value) }
                return
            }
            // It is unknown which fields of the block were added to the table.
            forget()
        }
        var offset = 0
        while let field = HeaderRepresentation(block, at: offset) {
            let bytes = UnsafeRawBufferPointer(rebasing: block[offset..<field.end])
            offset = field.end
            decode(field, bytes, into: &text, &scratch)
        }
        guard offset < block.count else { return }
        text.isUncertain = true
        forget()
    }

    /// Whether `block` adds to the dynamic table, changes its size or cannot be read.
    private static func changesTable(_ block: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while let field = HeaderRepresentation(block, at: offset) {
            if field.kind == .added || field.kind == .sizeUpdate { return true }
            offset = field.end
        }
        return offset < block.count
    }

    private mutating func decode(
        _ field: HeaderRepresentation, _ bytes: UnsafeRawBufferPointer, into text: inout HeadText,
        _ scratch: inout ByteBuffer
    ) {
        if field.kind == .sizeUpdate {
            // A table kept smaller than the sender's evicts entries too early, which is harmless.
            return setTableSize(min(field.index, maximumTableBytes), &scratch)
        }
        scratch.clear()
        scratch.writeBytes(bytes)
        if let header = try? decoder.decodeHeaders(from: &scratch).first {
            if header.name.utf8.first == HeaderDecoder.unknownName {
                text.isUncertain = true
            } else {
                text.append(name: header.name, value: header.value)
            }
            return
        }
        text.isUncertain = true
        guard field.kind == .added else { return }
        // The sender's table has one more entry now, so this one must too.
        scratch.clear()
        scratch.writeBytes([0x40, 1, HeaderDecoder.unknownName, 0])
        _ = try? decoder.decodeHeaders(from: &scratch)
    }

    private mutating func setTableSize(_ size: Int, _ scratch: inout ByteBuffer) {
        HeaderDecoder.setTableSize(of: &decoder, to: size, &scratch)
    }

    private static func decoder(tableBytes: Int, maximum: Int) -> HPACKDecoder {
        // Created small and then allowed to grow: it would otherwise allocate for its maximum size.
        var decoder = HPACKDecoder(
            allocator: ByteBufferAllocator(), maxDynamicTableSize: 256, maxHeaderListSize: .max)
        decoder.maxDynamicTableLength = maximum
        var scratch = ByteBuffer()
        setTableSize(of: &decoder, to: min(tableBytes, maximum), &scratch)
        return decoder
    }

    /// Sets the size as a sender does (RFC 7541 section 6.3); the decoder offers no other way.
    private static func setTableSize(
        of decoder: inout HPACKDecoder, to size: Int, _ scratch: inout ByteBuffer
    ) {
        scratch.clear()
        if size < 31 {
            scratch.writeInteger(0x20 | UInt8(size))
        } else {
            scratch.writeInteger(UInt8(0x3f))
            var rest = size - 31
            while rest >= 128 {
                scratch.writeInteger(0x80 | UInt8(truncatingIfNeeded: rest & 0x7f))
                rest >>= 7
            }
            scratch.writeInteger(UInt8(rest))
        }
        _ = try? decoder.decodeHeaders(from: &scratch)
    }
}
