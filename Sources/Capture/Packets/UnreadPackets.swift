import Formats

/// The protocol of a packet that was not read although it may carry HTTP.
public enum UnreadProtocol: Hashable, Sendable {
    /// An unknown link layer, by its LINKTYPE_ value.
    case linkType(UInt32)
    /// IPsec's Encapsulating Security Payload (RFC 4303), encrypted.
    case encryptedIPsec
    /// CAPWAP data (RFC 5415), encrypted or in fragments.
    case capwap
    /// Encrypted 802.11 data frames.
    case encryptedWireless
    /// An unknown version of Generic UDP Encapsulation.
    case genericUDPEncapsulation

    /// The name for messages.
    public var name: String {
        switch self {
        case .linkType(let number):
            UnreadProtocol.linkNames[number].map { "link type \(number) (\($0))" } ?? "link type \(number)"
        case .encryptedIPsec: "IPsec (ESP)"
        case .capwap: "CAPWAP, encrypted or in fragments"
        case .encryptedWireless: "802.11, encrypted"
        case .genericUDPEncapsulation: "an unknown version of Generic UDP Encapsulation"
        }
    }

    /// Names of link types that capture programs write but that are not read.
    private static let linkNames: [UInt32: String] = [
        187: "Bluetooth HCI", 189: "USB, Linux", 190: "CAN", 195: "IEEE 802.15.4", 201: "Bluetooth HCI",
        220: "USB, Linux", 227: "SocketCAN", 230: "IEEE 802.15.4", 231: "D-Bus", 249: "USBPcap",
        251: "Bluetooth LE", 252: "Wireshark upper PDU", 253: "Netlink", 254: "Bluetooth monitor", 266: "USB, macOS",
    ]
}

/// Counts of packets that were not read, by kind. Bounded: past the limit, packets of new kinds are counted without a
/// name.
public struct UnreadPackets: Hashable, Sendable {
    /// The maximum number of kinds counted separately.
    private static let maximumKinds = 64
    private var counts: [UnreadProtocol: UInt64] = [:]
    private var others: UInt64 = 0

    /// The count of all kinds.
    public private(set) var total: UInt64 = 0

    /// Counts a packet.
    mutating func add(_ kind: UnreadProtocol) {
        total &+= 1
        if counts[kind] != nil || counts.count < UnreadPackets.maximumKinds {
            counts[kind, default: 0] &+= 1
        } else {
            others &+= 1
        }
    }

    /// Texts for messages such as `22 packets of link type 220 (USB, Linux)`, most packets first.
    public var descriptions: [String] {
        let named = counts.map { (count: $0.value, name: $0.key.name) }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.name < $1.name }
            .map { Plural.text($0.count, "packet of \($0.name)") }
        return named + (others > 0 ? [Plural.text(others, "packet of other kinds")] : [])
    }
}
