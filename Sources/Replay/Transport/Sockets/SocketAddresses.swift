internal import CLinux
internal import Glibc
internal import Traffic

/// The socket addresses of one target, used in turn by its connections.
struct SocketAddresses {
    private struct Address {
        var storage = sockaddr_storage()
        var length: socklen_t = 0
        /// Whether it refused connections; cleared once all addresses have.
        var isBad = false
    }

    /// The name that a TLS server has to prove; nil if the target has no TLS.
    let serverName: String?
    private var addresses: [Address] = []
    private var turn = 0
    /// The local addresses of connections, used in turn by clones; empty for the system's choice.
    private let sources: [Address]

    /// The addresses of `target`, from their numeric form (getaddrinfo(3), `AI_NUMERICHOST`).
    init(_ target: ResolvedTarget) {
        serverName = target.target.scheme == .https ? target.serverName ?? target.target.host : nil
        sources =
            target.source.map { source in
                (0..<source.count).compactMap { Self.address(source[$0], port: 0) }
            } ?? []
        addresses = target.addresses.compactMap { Self.address($0, port: target.port) }
    }

    private static func address(_ text: String, port: UInt16) -> Address? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        let bare = text.hasPrefix("[") ? String(text.dropFirst().dropLast()) : text
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(bare, String(port), &hints, &list) == 0, let entry = list else { return nil }
        defer { freeaddrinfo(list) }
        var address = Address()
        address.length = entry.pointee.ai_addrlen
        withUnsafeMutableBytes(of: &address.storage) { bytes in
            bytes.copyMemory(
                from: UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(address.length)))
        }
        return address
    }

    var count: Int { addresses.count }

    /// The address for the next new connection: alternates between those that have not refused.
    mutating func next() -> Int {
        for _ in addresses.indices {
            turn = turn + 1 < addresses.count ? turn + 1 : 0
            if !addresses[turn].isBad { break }
        }
        return turn
    }

    /// Notes that an address refused, and returns another one to try.
    mutating func next(afterRefusalOf address: Int) -> Int {
        addresses[address].isBad = true
        if addresses.allSatisfy(\.isBad) { for index in addresses.indices { addresses[index].isBad = false } }
        return address + 1 < addresses.count ? address + 1 : 0
    }

    /// A socket that is connecting, or the reason that there is none.
    struct Attempt {
        /// -1 if no address can be used.
        var file: Int32
        var isConnected: Bool
        /// The `errno` of the last address.
        var error: Int32
        /// The index of the address.
        var address: Int
    }

    /// Starts connecting to an address, or to the next ones where it cannot be used at all: this machine may have no
    /// route to it, or no address of its family.
    ///
    /// - Parameters:
    ///   - number: the number of the clone among those of its part; its connections all come from one local address
    ///   - refusals: how many of the addresses have refused; increased by those that cannot be used.
    mutating func attempt(_ address: Int, for number: Int, refusals: inout UInt16) -> Attempt {
        var address = address
        while true {
            let (file, isConnected, error) = connect(address, for: number)
            guard file < 0, !Self.isOfProcess(error) else {
                return Attempt(file: file, isConnected: isConnected, error: error, address: address)
            }
            refusals += 1
            let next = next(afterRefusalOf: address)
            guard Int(refusals) < addresses.count else {
                return Attempt(file: -1, isConnected: false, error: error, address: address)
            }
            address = next
        }
    }

    /// Whether an error of socket(2) or connect(2) would be the same for any other address.
    private static func isOfProcess(_ error: Int32) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error)
    }

    /// Opens a socket and starts connecting it to an address, without blocking (connect(2), tcp(7) `TCP_NODELAY`).
    ///
    /// - Parameter number: the number of the clone among those of its part
    /// - Returns: the socket and whether it is already connected, or the `errno`.
    private func connect(_ index: Int, for number: Int) -> (file: Int32, isConnected: Bool, error: Int32) {
        var address = addresses[index]
        let file = reprise_stream_socket(Int32(address.storage.ss_family))
        guard file >= 0 else { return (-1, false, errno) }
        var one: Int32 = 1
        setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        if !sources.isEmpty {
            var source = sources[number % sources.count]
            // The port is chosen when the peer's address is known, so that it may be used for several peers (ip(7)).
            setsockopt(file, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, &one, socklen_t(MemoryLayout<Int32>.size))
            let bound = withUnsafeMutablePointer(to: &source.storage) { storage in
                storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(file, $0, source.length) }
            }
            guard bound == 0 else {
                let error = errno
                close(file)
                return (-1, false, error)
            }
        }
        let code = withUnsafeMutablePointer(to: &address.storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(file, $0, address.length) }
        }
        if code == 0 { return (file, true, 0) }
        let error = errno
        if error == EINPROGRESS || error == EINTR { return (file, false, 0) }
        close(file)
        return (-1, false, error)
    }
}
