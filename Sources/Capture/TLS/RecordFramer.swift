/// Cuts the bytes of one direction into records, and finds the next record after bytes that were lost.
struct RecordFramer {
    enum Item: Equatable {
        case record(TLSRecord)
        /// One record of this many bytes, header included, of which bytes were lost.
        case damaged(wireBytes: Int)
        /// So many bytes that may hold several records were lost or could not be read.
        case hole(wireBytes: Int)
    }

    /// The beginning of a record that is not whole, or of bytes among which a header is looked for.
    private var buffer: [UInt8] = []
    private var bufferSequence: UInt32 = 0
    /// Bytes of a damaged record that are still to come.
    private var skipped = 0
    private var isSearching = false
    private var hasFramed = false
    /// Whether the first bytes were no record at all.
    private(set) var isForeign = false
    /// Places where a record should have begun and none did, since they were last asked for.
    private var strays: UInt64 = 0

    /// Bytes kept.
    var heldBytes: Int { buffer.capacity }

    /// Takes in bytes that follow those before; what they make whole is appended to `items`.
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

    /// Takes the number of places where a record should have begun and none did.
    mutating func takeStrays() -> UInt64 {
        defer { strays = 0 }
        return strays
    }

    /// Notes that `count` bytes will never be seen.
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

    /// Bytes of the record whose beginning is in the buffer, when its header is.
    private var wholeRecordBytes: Int? {
        guard !isSearching, buffer.count >= TLSRecord.headerBytes else { return nil }
        // What is no header must not be waited for.
        return buffer.withUnsafeBytes { RecordFramer.length($0, 0) }.map { TLSRecord.headerBytes + $0 }
    }

    /// - Returns: how many of `bytes` are consumed.
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
                    let hello = OldClientHello(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
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
                // What was no header must not be tried as one again.
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

    /// Looks for a header; ends the search when there is one.
    ///
    /// - Returns: where it is, or how far there is none.
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

    /// What a header at `offset` says of the record's length; nil when there is no header.
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
