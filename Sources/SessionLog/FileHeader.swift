import Formats

/// The first 72 bytes of a log. Magic, version and flags are at the same place in every version.
struct FileHeader: Hashable {
    var version: UInt16 = LogFormat.version
    /// ``LogFormat/sealedFlag`` or 0.
    var flags: UInt16 = 0
    /// A random number that every block repeats, so that bytes of another log are never read as part of this one.
    var logID: UInt64
    /// The number shared by the logs of one capture that continue the numbers of connections and sessions from file to
    /// file.
    var seriesID: UInt64
    /// In a sealed log: the salt of its keys.
    var salt: Salt = .none
    /// In a sealed log: verifies a key.
    var keyCheck: Salt = .none

    var isSealed: Bool { flags & LogFormat.sealedFlag != 0 }

    /// The result of reading the first bytes of a file.
    enum Reading: Equatable {
        /// An intact header.
        case valid(FileHeader)
        /// A header with a single flipped bit, corrected by its checksum (no other damage yields a valid header).
        case corrected(FileHeader)
        /// No valid header; the version it claims, if it begins like a log.
        case damaged(claimedVersion: UInt16?)
    }

    /// The header's bytes.
    var encoded: [UInt8] {
        var bytes = LogFormat.fileMagic
        bytes.appendLittleEndian(version)
        bytes.appendLittleEndian(flags)
        bytes.appendLittleEndian(UInt32(0))
        for word in [logID, seriesID, salt.low, salt.high, keyCheck.low, keyCheck.high] {
            bytes.appendLittleEndian(word)
        }
        bytes.appendLittleEndian(UInt32(0))
        bytes.appendLittleEndian(bytes.withUnsafeBytes { CRC32.of($0) })
        return bytes
    }

    /// Reads a header from the first bytes of a file.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        let claimed = claimedVersion(bytes)
        guard bytes.count >= LogFormat.fileHeaderBytes else { return .damaged(claimedVersion: claimed) }
        var header = Array(bytes[..<LogFormat.fileHeaderBytes])
        if let valid = decoded(header) { return .valid(valid) }
        for bit in 0..<8 * header.count {
            header[bit / 8] ^= 1 << UInt8(bit % 8)
            if let corrected = decoded(header) { return .corrected(corrected) }
            header[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        return .damaged(claimedVersion: claimed)
    }

    private static func claimedVersion(_ bytes: UnsafeRawBufferPointer) -> UInt16? {
        guard bytes.count >= 10, bytes.starts(with: LogFormat.fileMagic) else { return nil }
        return UInt16(bytes[8]) | UInt16(bytes[9]) << 8
    }

    private static func decoded(_ header: [UInt8]) -> FileHeader? {
        header.withRawBytes { bytes in
            func word(_ offset: Int) -> UInt64 {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            let sum = UInt32(truncatingIfNeeded: word(64) >> 32)
            guard bytes.starts(with: LogFormat.fileMagic),
                sum == CRC32.of(UnsafeRawBufferPointer(rebasing: bytes[..<68]))
            else { return nil }
            return FileHeader(
                version: UInt16(truncatingIfNeeded: word(8)), flags: UInt16(truncatingIfNeeded: word(8) >> 16),
                logID: word(16), seriesID: word(24), salt: Salt(low: word(32), high: word(40)),
                keyCheck: Salt(low: word(48), high: word(56)))
        }
    }
}
