import Capture
import Formats
import Traffic

/// What to check after a capture that recorded no exchange.
struct CaptureAdvice {
    /// The failure of a capture that saw no packet: a script must not continue with an empty log.
    static let noPackets = "nothing was recorded: no packet was captured"

    private let packets: UInt64
    private let exchanges: UInt64
    private let opaqueConnections: UInt64
    private let unread: [String]

    init(_ totals: CaptureTotals) {
        self.init(
            packets: totals.packets, exchanges: totals.exchanges, opaqueConnections: totals.losses.opaqueConnections,
            unread: totals.unread.descriptions)
    }

    init(packets: UInt64, exchanges: UInt64, opaqueConnections: UInt64, unread: [String] = []) {
        self.unread = unread
        (self.packets, self.exchanges, self.opaqueConnections) = (packets, exchanges, opaqueConnections)
    }

    /// What to check; nil if exchanges were recorded.
    ///
    /// - Parameters:
    ///   - interface: of a live capture; nil for files.
    ///   - ports: the ports the capture was limited to; empty for all.
    ///   - filter: the packet filter of the capture.
    func text(interface: String?, ports: [UInt16], filter: String?) -> String? {
        guard exchanges == 0 else { return nil }
        var checks: [String] = []
        let names = ports.map(String.init).joined(separator: ", ")
        if !ports.isEmpty { checks.append("whether the service uses port \(names) (--port)") }
        if let filter { checks.append("whether --filter '\(filter)' lets its packets through") }
        guard packets > 0 else {
            if let interface {
                let other =
                    interface == "lo"
                    ? "'-i any' captures on all" : "local traffic is on 'lo'; '-i any' captures on all"
                checks.insert("whether the traffic crosses \(interface) (\(other))", at: 0)
                checks.append("whether there was traffic during the capture")
            }
            return checks.isEmpty ? nil : "no packets were captured. Check \(CaptureAdvice.list(checks))"
        }
        if opaqueConnections > 0 {
            return
                "no HTTP was found: the connections are encrypted, or speak another protocol. --keylog FILE decrypts TLS "
                + "(SSLKEYLOGFILE of the client), or capture behind the proxy that ends it"
        }
        if !unread.isEmpty { return "no HTTP was found; not read: \(unread.joined(separator: ", "))" }
        checks.append("whether it speaks HTTP/1 or HTTP/2 over TCP (HTTP/3 is not read)")
        return "no HTTP was found in \(Plural.text(packets, "packet")). Check \(CaptureAdvice.list(checks))"
    }

    private static func list(_ checks: [String]) -> String {
        guard let last = checks.last, checks.count > 1 else { return checks.first ?? "" }
        return checks.dropLast().joined(separator: ", ") + " and " + last
    }
}
