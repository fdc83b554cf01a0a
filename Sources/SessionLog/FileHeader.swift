/// The first 28 bytes of a log. Their layout is the same in every version.
struct FileHeader: Hashable {
    var version: UInt16 = LogFormat.version
    /// Reserved, zero in version 1.
    var flags: UInt16 = 0
    /// A random number that every block repeats, so that bytes of another log are never taken for this one's.
    var logID: UInt64

    /// What the first bytes of a file are.
    enum Reading: Equatable {
        case valid(FileHeader)
        case damaged
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
        guard bytes.count >= LogFormat.fileHeaderBytes, bytes.prefix(8).elementsEqual(LogFormat.fileMagic) else {
            return .damaged
        }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[..<24])
        var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[8..<LogFormat.fileHeaderBytes]))
        guard let version = cursor.integer(UInt16.self), let flags = cursor.integer(UInt16.self),
            cursor.integer(UInt32.self) != nil, let logID = cursor.integer(UInt64.self),
            cursor.integer(UInt32.self) == checksum(covered)
        else { return .damaged }
        return .valid(FileHeader(version: version, flags: flags, logID: logID))
    }
}
