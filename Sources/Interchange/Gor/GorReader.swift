import ContentCodings
import Glibc

/// Splits a `.gor` file into records.
struct GorReader {
    /// Longer records are skipped; GoReplay truncates messages at 5 MB by default.
    static let maximumRecordBytes = 128 << 20

    /// The separator line that ends a record; editors may have changed its line ends.
    struct Separator: Equatable {
        /// The end of the record.
        var start: Int
        /// The start of the next record.
        var end: Int
    }

    /// The next record; nil at the end of the file. Invalid records are counted in `badRecords`.
    ///
    /// - Throws: if the rest of the file cannot be read.
    func next(_ source: inout InterchangeSource, badRecords: inout UInt64) throws(InterchangeError) -> GorRecord? {
        while try source.need(1) {
            guard var separator = try nextSeparator(&source) else {
                badRecords += 1
                continue
            }
            if let farther = try separatorBehindMessage(&source, separator) { separator = farther }
            // Empty lines between records are not records.
            let bytes = source.unread[..<separator.start].drop { $0 == 0x0a || $0 == 0x0d }
            let record = GorRecord(UnsafeRawBufferPointer(rebasing: bytes))
            if record == nil, !bytes.isEmpty { badRecords += 1 }
            source.consume(separator.end)
            if let record { return record }
        }
        return nil
    }

    /// The separator after the message, if the message continues past the current one: a body may contain such lines.
    /// Nil if the message ends here, or there is no other separator.
    private func separatorBehindMessage(
        _ source: inout InterchangeSource, _ separator: Separator
    ) throws(InterchangeError) -> Separator? {
        var known = source.unread[..<separator.start]
        let blank = known.prefix { $0 == 0x0a || $0 == 0x0d }.count
        known = known.dropFirst(blank)
        guard let line = GorRecord.payloadStart(UnsafeRawBufferPointer(rebasing: known)),
            let record = GorRecord(UnsafeRawBufferPointer(rebasing: known.prefix(line)))
        else { return nil }
        let (payload, isRequest) = (blank + line, record.kind == .request)
        let message = UnsafeRawBufferPointer(rebasing: source.unread[payload..<separator.start])
        guard GorPayload.end(in: message, isRequest: isRequest) == .later else { return nil }
        var wanted = separator.end + 1
        while wanted <= GorReader.maximumRecordBytes {
            let hasMore = try source.need(wanted)
            let bytes = source.unread
            let rest = UnsafeRawBufferPointer(rebasing: bytes[payload...])
            switch GorPayload.end(in: rest, isRequest: isRequest) {
            case .unknown: return nil
            case .at(let count):
                let end = payload + count
                _ = try source.need(end + GorRecord.mark.count + 4)
                let found = GorReader.separator(in: source.unread, from: end, isWhole: source.available < end + 16)
                return found?.start == end ? found : nil
            case .later:
                guard hasMore else { return nil }
                // The end of a truncated message is not searched for in the rest of the file.
                wanted = source.available * 2
            }
        }
        return nil
    }

    /// The end of the next record, whose separator may be missing at the end of the file; nil if it was too long and
    /// was skipped.
    private func nextSeparator(_ source: inout InterchangeSource) throws(InterchangeError) -> Separator? {
        var searched = 0
        var isTooLong = false
        while true {
            let bytes = source.unread
            if let found = GorReader.separator(in: bytes, from: searched, isWhole: false) {
                if !isTooLong { return found }
                source.consume(found.end)
                return nil
            }
            // The mark, and the line ends before and after it.
            searched = max(0, bytes.count - GorRecord.mark.count - 4)
            if bytes.count > GorReader.maximumRecordBytes || isTooLong {
                isTooLong = true
                source.consume(searched)
                searched = 0
            }
            if try !source.need(source.available + 1) {
                let rest = GorReader.separator(in: source.unread, from: 0, isWhole: true)
                if !isTooLong { return rest ?? Separator(start: source.available, end: source.available) }
                source.consume(rest?.end ?? source.available)
                return nil
            }
        }
    }

    /// Searches for the rarest byte of the mark, then compares the bytes around it.
    ///
    /// - Parameter isWhole: whether no bytes follow `bytes`.
    static func separator(in bytes: UnsafeRawBufferPointer, from start: Int, isWhole: Bool) -> Separator? {
        guard let base = bytes.baseAddress else { return nil }
        let mark = GorRecord.mark
        var offset = start + rarestIndex
        while offset < bytes.count,
            let found = memchr(base + offset, Int32(mark[rarestIndex]), bytes.count - offset)
        {
            let candidate = UnsafeRawPointer(found) - base - rarestIndex
            guard candidate + mark.count <= bytes.count else { return nil }
            let isMark = candidate >= 0 && memcmp(base + candidate, mark, mark.count) == 0
            if isMark, let separator = line(around: candidate, in: bytes, isWhole: isWhole) { return separator }
            offset = candidate + rarestIndex + 1
        }
        return nil
    }

    /// The separator whose mark is at `mark`; nil if the mark is not a whole line, or if the bytes after it are not
    /// available yet.
    private static func line(around mark: Int, in bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Separator? {
        let end = mark + GorRecord.mark.count
        guard mark == 0 || bytes[mark - 1] == 0x0a else { return nil }
        let following = bytes[end...].prefix(2)
        let hasReturn = following.first == 0x0d
        if following.count < (hasReturn ? 2 : 1) {
            guard isWhole else { return nil }
        } else {
            guard following.elementsEqual([0x0d, 0x0a]) || following.first == 0x0a else { return nil }
        }
        var start = max(0, mark - 1)
        // The end of a head, whose separator lacks the line end before it.
        if start > 1, bytes[start - 1] == 0x0d, bytes[start - 2] == 0x0a, !hasReturn { start += 1 }
        // If the separator ends with CRLF, the line end before it is CRLF too.
        if hasReturn, start > 0, bytes[start - 1] == 0x0d { start -= 1 }
        return Separator(start: start, end: min(bytes.count, end + (hasReturn ? 2 : 1)))
    }

    /// The index of the byte B5, which occurs once in the mark.
    private static let rarestIndex = 3
}
