internal import Glibc

/// The local addresses that connections come from: `127.0.0.2`, `127.0.0.2-127.0.0.50` or `127.0.0.0/24`.
///
/// A range and a network are of IPv4. Of a network with more than two addresses the first and the last are left out:
/// they name the network itself and all of its hosts.
public struct SourceAddresses: Hashable, Sendable {

    /// Why a text is not such an address.
    public enum Problem: Error, Hashable, Sendable {
        case notNumeric
        /// The range ends before it begins.
        case reversed
        /// There are more than ``limit`` addresses.
        case tooMany
    }

    /// The most addresses of a range or a network.
    public static let limit = 65_536

    /// As the user wrote it.
    public let text: String
    /// The number of addresses, at least 1.
    public let count: Int
    /// The first address of a range, most significant byte first; nil for a single address.
    private let first: UInt32?

    /// Reads a text. A single address is not checked: it may be IPv6.
    public init(parsing text: String) throws(Problem) {
        self.text = text
        guard let range = try Self.range(in: text) else {
            (count, first) = (1, nil)
            return
        }
        guard range.upperBound - range.lowerBound < UInt32(Self.limit) else { throw .tooMany }
        (count, first) = (Int(range.upperBound - range.lowerBound) + 1, range.lowerBound)
    }

    /// The first and the last address of a range or a network; nil for a single address.
    private static func range(in text: String) throws(Problem) -> ClosedRange<UInt32>? {
        if let dash = text.firstIndex(of: "-") {
            guard let first = address(text[..<dash]), let last = address(text[text.index(after: dash)...]) else {
                throw .notNumeric
            }
            guard first <= last else { throw .reversed }
            return first...last
        }
        guard let slash = text.firstIndex(of: "/") else { return nil }
        guard let inside = address(text[..<slash]), let bits = UInt8(text[text.index(after: slash)...]), bits <= 32
        else { throw .notNumeric }
        // A shift by all bits gives 0.
        let mask = UInt32.max << UInt32(32 - bits)
        let (first, last) = (inside & mask, inside | ~mask)
        return bits > 30 ? first...last : first + 1...last - 1
    }

    /// The numeric text of an address; `index` counts round and round, from 0.
    public subscript(index: Int) -> String {
        guard let first else { return text }
        let address = first + UInt32(index % count)
        return stride(from: 24, through: 0, by: -8).map { "\((address >> UInt32($0)) & 0xff)" }.joined(separator: ".")
    }

    /// An IPv4 address in dotted decimal form, most significant byte first (inet_pton(3)).
    private static func address(_ text: Substring) -> UInt32? {
        var address = in_addr()
        return inet_pton(AF_INET, String(text), &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
    }
}
