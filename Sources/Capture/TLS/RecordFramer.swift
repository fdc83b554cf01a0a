/// Splits the bytes of one direction into records, and finds the next record after lost bytes.
struct RecordFramer {
    enum Item: Equatable {
        case record(TLSRecord)
        /// One record of this many bytes, including its header, with lost bytes.
        case damaged(wireBytes: Int)
        /// This many bytes, which may contain several records, were lost or could not be read.
        case hole(wireBytes: Int)
    }

    /// The beginning of an incomplete record, or of bytes that are searched for a header.
    private var buffer: [UInt8] = []
    private var bufferSequence: UInt32 = 0
    /// Remaining bytes of a damaged record.
    private var skipped = 0
    private var isSearching = false
    private var hasFramed = false
    /// Whether the first bytes were not a record.
    private(set) var isForeign = false
    /// Places where a record should have begun but did not, since they were last taken.
    private var strays: UInt64 = 0

    /// Bytes held.
    var heldBytes: Int { buffer.capacity }

    /// Processes the next bytes, and appends the items they complete to `items`.
    mutating func append(_ bytes: UnsafeRawBufferPointer, sequence: UInt32, to items: inout [Item]) {
        let step = min(skipped, bytes.count)
        skipped -= step
        let rest = UnsafeRawBufferPointer(rebasing: bytes[step...])
        guard !rest.isEmpty, !isForeign else { return }
        let start = sequence &+ UInt32(truncatingIfNeeded: step)
        guard !buffer.isEmpty else {
            let used = frame(rest, start, &items)
            buffer = Array(rest[used...])
            bufferSequence = start &+ UInt32(truncatingIfNeeded: used)
            return
        }
        buffer.append(contentsOf: rest)
        if let whole = wholeRecordBytes, buffer.count < whole { return }
        let joined = buffer
        buffer = []
        let used = joined.withUnsafeBytes { frame($0, bufferSequence, &items) }
        if used < joined.count { buffer = Array(joined[used...]) }
        bufferSequence = bufferSequence &+ UInt32(truncatingIfNeeded: used)
    }

    /// Takes the number of places where a record should have begun but did not.
    mutating func takeStrays() -> UInt64 {
        defer { strays = 0 }
        return strays
    }

    /// Notes that `count` bytes are lost.
    mutating func lose(_ count: Int, to items: inout [Item]) {
        if skipped > 0 {
            let step = min(skipped, count)
            skipped -= step
            guard count > step else { return }
            isSearching = true
            items.append(.hole(wireBytes: count - step))
            return
        }
        if let whole = wholeRecordBytes, buffer.count + count <= whole {
            items.append(.damaged(wireBytes: whole))
            skipped = whole - buffer.count - count
            buffer = []
            return
        }
        items.append(.hole(wireBytes: buffer.count + count))
        isSearching = true
        buffer = []
    }

    /// Length of the record that begins in the buffer, if its header is complete.
    private var wholeRecordBytes: Int? {
        guard !isSearching, buffer.count >= TLSRecord.headerBytes else { return nil }
        // Do not wait for the rest of an invalid header.
        return buffer.withUnsafeBytes { RecordFramer.length($0, 0) }.map { TLSRecord.headerBytes + $0 }
    }

    /// - Returns: the number of `bytes` consumed.
    private mutating func frame(
        _ bytes: UnsafeRawBufferPointer, _ sequence: UInt32, _ items: inout [Item]
    ) -> Int {
        var offset = 0
        while true {
            if isSearching {
                let found = search(bytes, from: offset)
                if found > offset { items.append(.hole(wireBytes: found - offset)) }
                offset = found
                if isSearching { return offset }
            }
            guard bytes.count - offset >= TLSRecord.headerBytes else { return offset }
            guard let length = RecordFramer.length(bytes, offset) else {
                if !hasFramed,
                    let hello = SSL2ClientHello(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
                {
                    hasFramed = true
                    items.append(
                        .record(hello.record(sequence: sequence &+ UInt32(truncatingIfNeeded: offset))))
                    offset += hello.wireBytes
                    continue
                }
                guard hasFramed else {
                    isForeign = true
                    return bytes.count
                }
                isSearching = true
                strays &+= 1
                // Do not parse the same bytes as a header again.
                items.append(.hole(wireBytes: 1))
                offset += 1
                continue
            }
            let end = offset + TLSRecord.headerBytes + length
            guard end <= bytes.count else { return offset }
            hasFramed = true
            items.append(
                .record(
                    TLSRecord(
                        type: bytes[offset],
                        version: UInt16(bytes[offset + 1]) << 8 | UInt16(bytes[offset + 2]),
                        fragment: Array(bytes[(offset + TLSRecord.headerBytes)..<end]),
                        sequence: sequence &+ UInt32(truncatingIfNeeded: offset))))
            offset = end
        }
    }

    /// Searches for a header, and ends the search if one is found.
    ///
    /// - Returns: its position, or up to where there is none.
    private mutating func search(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var offset = start
        while bytes.count - offset >= TLSRecord.headerBytes {
            if RecordFramer.length(bytes, offset) != nil {
                isSearching = false
                return offset
            }
            offset += 1
        }
        return offset
    }

    /// The record length in the header at `offset`; nil if it is not a header.
    private static func length(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
        let length = Int(bytes[offset + 3]) << 8 | Int(bytes[offset + 4])
        guard
            (TLSRecord.ContentType.changeCipherSpec...TLSRecord.ContentType.heartbeat).contains(
                bytes[offset]),
            bytes[offset + 1] == 3, bytes[offset + 2] <= 4, length <= TLSRecord.maximumBytes
        else { return nil }
        return length
    }
}
