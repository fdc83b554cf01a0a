/// Why libpcap refused. `reason` is libpcap's own text.
public enum PcapError: Error, Hashable, Sendable {
    /// This process may not capture on the interface.
    case noPermission(interface: String)
    /// The interface does not exist, or does not support capturing.
    case noSuchInterface(interface: String)
    /// The interface is down.
    case interfaceIsDown(interface: String)
    /// The filter is not in the language of pcap-filter(7), or does not fit the interface.
    case badFilter(filter: String, reason: String)
    /// Anything else while opening or reading.
    case failed(interface: String, reason: String)
}

extension PcapError: CustomStringConvertible {
    /// A one-line message that also names the remedy if there is one.
    public var description: String {
        switch self {
        case .noPermission(let interface):
            "no permission to capture on \(interface): run as root, or grant it with "
                + "`sudo setcap cap_net_raw,cap_net_admin=eip PATH-OF-reprise`"
        case .noSuchInterface(let interface):
            "there is no interface \(interface) to capture on (see `ip link`)"
        case .interfaceIsDown(let interface):
            "interface \(interface) is down (`ip link set \(interface) up`)"
        case .badFilter(let filter, let reason): "invalid filter '\(filter)': \(reason)"
        case .failed(let interface, let reason): "capturing on \(interface) failed: \(reason)"
        }
    }
}
