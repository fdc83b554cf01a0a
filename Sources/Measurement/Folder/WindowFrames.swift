import Formats

/// `windows.bin`: eight bytes of magic and version, then frames of length, checksum and window, appended as windows
/// close. A second frame for a window holds what was recorded after the first was written, and is added to it.
///
/// Length and checksum (CRC-32 of the payload) are 32-bit little-endian. A killed run leaves at most one truncated
/// frame.
enum WindowFrames {
    static let magic = Array("RPWIN".utf8) + [0, 0, UInt8(RunDescription.currentVersion)]
    /// The most payload bytes of a frame; no window comes near it.
    static let payloadLimit = 64 << 20

    static func frame(_ window: RunWindow) -> [UInt8] {
        let payload = WindowCoding.encode(window)
        return littleEndian(UInt32(payload.count)) + littleEndian(payload.withUnsafeBytes { CRC32.of($0) }) + payload
    }

    /// The result of parsing the beginning of `bytes`.
    enum Step {
        case window(RunWindow, byteCount: Int)
        /// The bytes may be an incomplete frame.
        case needsMore
        case damaged(String)
    }

    static func next(in bytes: ArraySlice<UInt8>) -> Step {
        guard bytes.count >= 8 else { return .needsMore }
        let start = bytes.startIndex
        let length = Int(number(bytes[start..<(start + 4)]))
        guard length <= payloadLimit else { return .damaged("a frame claims \(length) bytes") }
        guard bytes.count >= 8 + length else { return .needsMore }
        let payload = bytes[(start + 8)..<(start + 8 + length)]
        guard payload.withUnsafeBytes({ CRC32.of($0) }) == number(bytes[(start + 4)..<(start + 8)]) else {
            return .damaged("a frame fails its checksum")
        }
        guard let window = WindowCoding.decode(payload) else { return .damaged("a frame holds no window") }
        return .window(window, byteCount: 8 + length)
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
