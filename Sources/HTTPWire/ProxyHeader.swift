import Formats

/// The header that a load balancer sends at the beginning of a connection to name the client: HAProxy's PROXY protocol,
/// versions 1 and 2.
public enum ProxyHeader {
    /// The longest line of version 1.
    private static let maximumLineBytes = 107
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
    /// What follows `PROXY ` in version 1; checked because a request may have a method with that name.
    private static let families = ["TCP4 ", "TCP6 ", "UNKNOWN"].map { Array($0.utf8) }
    private static let fixedBytes = 16

    /// The length of the header at the beginning of `bytes`, the first of a connection; nil if there is none or it is
    /// incomplete.
    public static func byteCount(in bytes: UnsafeRawBufferPointer) -> Int? {
        if bytes.hasPrefix("PROXY ") {
            guard let lineFeed = bytes.index(ofByte: ASCII.lineFeed, from: 0), lineFeed < maximumLineBytes,
                bytes[lineFeed - 1] == ASCII.carriageReturn,
                families.contains(where: { bytes.dropFirst(6).starts(with: $0) })
            else { return nil }
            return lineFeed + 1
        }
        guard bytes.count >= fixedBytes, bytes[0] == signature[0],
            bytes.prefix(signature.count).elementsEqual(signature), bytes[12] >> 4 == 2
        else { return nil }
        let total = fixedBytes + (Int(bytes[14]) << 8 | Int(bytes[15]))
        return total <= bytes.count ? total : nil
    }
}
