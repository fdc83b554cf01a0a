/// The outermost header of a captured packet: a LINKTYPE_ value of the pcap file formats
/// (draft-ietf-opsawg-pcaplinktype).
public struct LinkType: RawRepresentable, Hashable, Sendable {
    /// The number used in files.
    public var rawValue: UInt32

    /// The link type with number `rawValue`, supported or not.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    static let null = LinkType(rawValue: 0)
    /// Ethernet (`LINKTYPE_ETHERNET`).
    public static let ethernet = LinkType(rawValue: 1)
    static let tokenRing = LinkType(rawValue: 6)
    static let ppp = LinkType(rawValue: 9)
    static let fddi = LinkType(rawValue: 10)
    /// The values of DLT_RAW on Linux and OpenBSD, which some writers put into files unchanged.
    static let rawOfLinux = LinkType(rawValue: 12)
    static let rawOfOpenBSD = LinkType(rawValue: 14)
    static let pppHDLC = LinkType(rawValue: 50)
    static let pppEthernet = LinkType(rawValue: 51)
    static let atm = LinkType(rawValue: 100)
    /// A bare IPv4 or IPv6 packet (`LINKTYPE_RAW`).
    public static let raw = LinkType(rawValue: 101)
    static let ciscoHDLC = LinkType(rawValue: 104)
    static let ieee80211 = LinkType(rawValue: 105)
    static let frameRelay = LinkType(rawValue: 107)
    static let loop = LinkType(rawValue: 108)
    static let openBSDIPsec = LinkType(rawValue: 109)
    /// Linux cooked capture v1 (`LINKTYPE_LINUX_SLL`).
    public static let linuxCooked = LinkType(rawValue: 113)
    static let packetFilterLog = LinkType(rawValue: 117)
    static let prism = LinkType(rawValue: 119)
    static let radiotap = LinkType(rawValue: 127)
    static let avs = LinkType(rawValue: 163)
    static let pppOfLinux = LinkType(rawValue: 166)
    static let perPacketInformation = LinkType(rawValue: 192)
    static let pppWithDirection = LinkType(rawValue: 204)
    static let mpls = LinkType(rawValue: 219)
    /// Packets within a Solaris machine, after a header of 24 bytes (`LINKTYPE_IPNET`).
    static let solarisIPNet = LinkType(rawValue: 226)
    static let ipv4 = LinkType(rawValue: 228)
    static let ipv6 = LinkType(rawValue: 229)
    static let nflog = LinkType(rawValue: 239)
    static let infiniband = LinkType(rawValue: 242)
    static let packetTap = LinkType(rawValue: 258)
    /// Linux cooked capture v2 (`LINKTYPE_LINUX_SLL2`).
    public static let linuxCooked2 = LinkType(rawValue: 276)
}
