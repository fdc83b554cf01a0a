import Glibc

/// Takes a `.gor` file apart into its records.
struct GorReader {
    /// A record longer than this is passed over; GoReplay cuts messages at 5 MB unless told otherwise.
    static let maximumRecordBytes = 128 << 20

    /// The next record; nil at the end of the file. Records that make no sense are counted in `badRecords`.
    func next(_ source: inout ByteStream, badRecords: inout UInt64) throws(InterchangeError) -> GorRecord? {
        while try source.need(1) {
            let length = try recordLength(&source)
            guard let length else {
                badRecords += 1
                continue
            }
            // Blank lines between records are no record.
            let bytes = source.unread[..<length.record].drop { $0 == 0x0a || $0 == 0x0d }
            let record = GorRecord(UnsafeRawBufferPointer(rebasing: bytes))
            if record == nil, !bytes.isEmpty { badRecords += 1 }
            source.consume(length.record + length.separator)
            if let record { return record }
        }
        return nil
    }

    /// Bytes of the record that comes next and of its separator, which the last one may lack; nil when it was too long and was
    /// passed over.
    private func recordLength(
        _ source: inout ByteStream
    ) throws(InterchangeError) -> (record: Int, separator: Int)? {
        var searched = 0
        var isTooLong = false
        while true {
            let bytes = source.unread
            if let found = GorReader.separator(in: bytes, from: searched) {
                if !isTooLong { return (found, GorRecord.separator.count) }
                source.consume(found + GorRecord.separator.count)
                return nil
            }
            searched = max(0, bytes.count - GorRecord.separator.count + 1)
            if bytes.count > GorReader.maximumRecordBytes || isTooLong {
                isTooLong = true
                source.consume(searched)
                searched = 0
            }
            if try !source.need(source.available + 1) {
                if !isTooLong { return (source.available, 0) }
                source.consume(source.available)
                return nil
            }
        }
    }

    /// Looks for the rarest byte of the separator, and then at what stands around it.
    static func separator(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let count = GorRecord.separator.count
        var offset = start + rarestIndex
        while offset < bytes.count,
            let found = memchr(base + offset, Int32(GorRecord.separator[rarestIndex]), bytes.count - offset)
        {
            let candidate = UnsafeRawPointer(found) - base - rarestIndex
            guard candidate + count <= bytes.count else { return nil }
            if memcmp(base + candidate, GorRecord.separator, count) == 0 { return candidate }
            offset = candidate + rarestIndex + 1
        }
        return nil
    }

    /// The index of the byte B5, which stands once in the separator.
    private static let rarestIndex = 4
}
