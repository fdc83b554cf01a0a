/// The first 28 bytes of a log. Their layout is the same in every version.
struct FileHeader: Hashable {
    var version: UInt16 = LogFormat.version
    /// Reserved, zero in version 1.
    var flags: UInt16 = 0
    /// A random number that every block repeats, so that bytes of another log are never taken for this one's.
    var logID: UInt64

    /// What the first bytes of a file are.
    enum Reading: Equatable {
        /// A header as it was written.
        case valid(FileHeader)
        /// A header with one bit turned, which its checksum tells (any other damage does not lead to a valid header).
        case corrected(FileHeader)
        /// No header; the version it claims, if it begins as a log does.
        case damaged(claimedVersion: UInt16?)
    }

    /// The header's bytes.
    var encoded: [UInt8] {
        var bytes = LogFormat.fileMagic
        bytes.appendLittleEndian(version)
        bytes.appendLittleEndian(flags)
        bytes.appendLittleEndian(UInt32(0))
        bytes.appendLittleEndian(logID)
        bytes.appendLittleEndian(bytes.withUnsafeBytes { checksum($0) })
        return bytes
    }

    /// Reads a header from the first bytes of a file.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        guard bytes.count >= LogFormat.fileHeaderBytes else { return .damaged(claimedVersion: nil) }
        var header = Array(bytes[..<LogFormat.fileHeaderBytes])
        if let valid = decoded(header) { return .valid(valid) }
        for bit in 0..<8 * header.count {
            header[bit / 8] ^= 1 << UInt8(bit % 8)
            if let corrected = decoded(header) { return .corrected(corrected) }
            header[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        let version = UInt16(header[8]) | UInt16(header[9]) << 8
        return .damaged(claimedVersion: header.starts(with: LogFormat.fileMagic) ? version : nil)
    }

    private static func decoded(_ header: [UInt8]) -> FileHeader? {
        header.withRawBytes { bytes in
            var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[8...]))
            guard bytes.starts(with: LogFormat.fileMagic), let version = cursor.integer(UInt16.self),
                let flags = cursor.integer(UInt16.self), cursor.integer(UInt32.self) != nil,
                let logID = cursor.integer(UInt64.self),
                cursor.integer(UInt32.self) == checksum(UnsafeRawBufferPointer(rebasing: bytes[..<24]))
            else { return nil }
            return FileHeader(version: version, flags: flags, logID: logID)
        }
    }
}
