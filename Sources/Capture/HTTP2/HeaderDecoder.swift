import HTTPWire
import NIOCore
import NIOHPACK

/// Decompresses the header blocks of one direction (RFC 7541), also of a connection that was joined in the middle.
///
/// New entries of the dynamic table are before old ones. So when the old ones are not known, those that were seen to be
/// added are still found by their numbers, and a number past them is known to mean something that was not seen. A table that
/// forgets sooner or later than the sender's changes nothing about that: it knows an entry or does not, and never takes one
/// for another. Only a block that was not seen makes the numbers wrong; after one, ``forget()`` must be called.
struct HeaderDecoder {
    /// Replaces the name of a field that is not known.
    private static let unknownName: UInt8 = 0

    private var decoder: HPACKDecoder
    private var recent = RecentBlocks()
    private var maximumTableBytes: Int
    /// Whether every block since the first of the connection was decoded.
    private(set) var isWhole: Bool

    /// - Parameters:
    ///   - maximumTableBytes: the largest dynamic table kept, whatever the two sides agreed on.
    ///   - isWhole: whether the first block to come is the first of the connection.
    init(maximumTableBytes: Int, isWhole: Bool) {
        self.maximumTableBytes = maximumTableBytes
        self.isWhole = isWhole
        decoder = HeaderDecoder.decoder(
            tableBytes: isWhole ? HeaderDecoder.initialTableBytes : maximumTableBytes,
            maximum: maximumTableBytes)
    }

    /// The table's size when a connection begins (RFC 9113 section 6.5.2).
    static let initialTableBytes = 4096

    /// The most text that `block` can represent without naming an entry of the table twice, which honest senders do
    /// not.
    func unfoldedBytes(of block: UnsafeRawBufferPointer) -> Int {
        2 * (block.count + tableBytes) + 4096
    }

    /// The size that the dynamic table may grow to now.
    var tableBytes: Int { decoder.allowedDynamicTableLength }

    /// Forgets the dynamic table, because blocks were not seen.
    mutating func forget() {
        isWhole = false
        recent.removeAll()
        decoder = HeaderDecoder.decoder(tableBytes: maximumTableBytes, maximum: maximumTableBytes)
    }

    /// Keeps no more than `size` bytes of the dynamic table from now on: the newest entries.
    mutating func limitTable(to size: Int, scratch: inout ByteBuffer) {
        recent.removeAll()
        setTableSize(size, &scratch)
        maximumTableBytes = size
        decoder.maxDynamicTableLength = size
    }

    /// Adds the fields of `block` to `text`; those that cannot be known are missing and make it uncertain.
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
            // Which of the block's fields it has added to its table is not known now.
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
            // A larger table than is kept forgets too soon, which does no harm.
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
        // The sender's table has an entry more now, and so must this one.
        scratch.clear()
        scratch.writeBytes([0x40, 1, HeaderDecoder.unknownName, 0])
        _ = try? decoder.decodeHeaders(from: &scratch)
    }

    private mutating func setTableSize(_ size: Int, _ scratch: inout ByteBuffer) {
        HeaderDecoder.setTableSize(of: &decoder, to: size, &scratch)
    }

    private static func decoder(tableBytes: Int, maximum: Int) -> HPACKDecoder {
        // Made small and then allowed to grow: its room for entries would be as large as its size allows.
        var decoder = HPACKDecoder(
            allocator: ByteBufferAllocator(), maxDynamicTableSize: 256, maxHeaderListSize: .max)
        decoder.maxDynamicTableLength = maximum
        var scratch = ByteBuffer()
        setTableSize(of: &decoder, to: min(tableBytes, maximum), &scratch)
        return decoder
    }

    /// Sets the size as a sender does (RFC 7541 section 6.3): there is no other way to.
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
