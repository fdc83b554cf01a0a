/// An IP address and TCP port. IPv4 addresses are kept as IPv4-mapped IPv6 addresses (RFC 4291 section 2.5.5.2).
public struct SocketAddress: Hashable, Sendable {
    /// The first eight bytes of the address, big-endian.
    public var high: UInt64
    /// The last eight bytes of the address, big-endian.
    public var low: UInt64
    /// The TCP port.
    public var port: UInt16

    /// An IPv6 address, or an IPv4-mapped address.
    public init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// An IPv4 address, most significant byte first.
    public init(v4 address: UInt32, port: UInt16) {
        self.init(high: 0, low: 0xffff_0000_0000 | UInt64(address), port: port)
    }

    /// Whether this is an IPv4 address.
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }
}

extension SocketAddress: CustomStringConvertible {
    /// `192.0.2.1:80` or `[2001:db8:0:0:0:0:0:1]:80`.
    public var description: String {
        if isIPv4 {
            let octets = stride(from: 24, through: 0, by: -8).map { String((low >> UInt64($0)) & 0xff) }
            return octets.joined(separator: ".") + ":\(port)"
        }
        let groups = [high, low].flatMap { half in
            stride(from: 48, through: 0, by: -16).map { String((half >> UInt64($0)) & 0xffff, radix: 16) }
        }
        return "[" + groups.joined(separator: ":") + "]:\(port)"
    }
}

/// A TCP connection with exchanges.
public struct RecordedConnection: Hashable, Sendable {
    /// The connection's number, unique in its log.
    public var number: UInt32
    /// The side that sent the requests.
    public var client: SocketAddress
    /// The side that answered.
    public var server: SocketAddress

    /// A connection with number `number` from `client` to `server`.
    public init(number: UInt32, client: SocketAddress, server: SocketAddress) {
        self.number = number
        self.client = client
        self.server = server
    }
}
