import CPcap
import Formats
import Glibc
public import Traffic

/// Packets from an interface, through libpcap. Owns the handle; used by one thread.
public struct LiveCapture: ~Copyable {
    /// How an interface is opened.
    public struct Options: Sendable {
        /// A filter in the language of pcap-filter(7), run in the kernel. Tagged packets that match inside also pass,
        /// and so do tunnels and fragments, which a ``PacketFilter`` examines later.
        public var filter: String?
        /// Only TCP packets of these ports, tagged or not, pass the kernel, in addition to tunnels and fragments; empty
        /// means all.
        public var ports: Set<UInt16> = []
        /// Bytes of the kernel's ring buffer, which holds packets while this thread does not read.
        public var bufferBytes = 64 << 20
        /// How long a packet may stay in the kernel before it is delivered; longer saves wake-ups.
        public var timeout = Duration.milliseconds(50)
        /// Whether packets for other hosts are captured too.
        public var isPromiscuous = true

        /// The defaults.
        public init() {}
    }

    /// The counts of libpcap since the capture began (pcap_stats(3)).
    public struct Statistics: Hashable, Sendable {
        /// Packets that passed the filter.
        public var received: UInt64 = 0
        /// Packets dropped because the buffer was full.
        public var dropped: UInt64 = 0
        /// Packets dropped by the interface or its driver.
        public var droppedByInterface: UInt64 = 0

        /// All counts zero.
        public init() {}
    }

    /// Large enough for the largest packets of a loopback interface or an offloading card; also tcpdump's default.
    static let snapLength: Int32 = 262_144
    /// The maximum number of packets per read.
    private static let packetsPerRead: Int32 = 256

    /// The interface's name.
    public let interface: String
    /// The link type of its packets.
    public let linkType: LinkType
    private let handle: OpaquePointer
    private let descriptor: Int32
    private let nsPerTick: Int64

    /// Starts to capture on `interface`; `any` means all interfaces.
    ///
    /// - Throws: if libpcap refuses: no such interface, no permission, or an invalid filter.
    public init(interface: String, options: Options = Options()) throws(PcapError) {
        let handle = try LiveCapture.activate(interface, options)
        do throws(PcapError) {
            try LiveCapture.setFilter(handle, interface, options)
        } catch {
            pcap_close(handle)
            throw error
        }
        self.interface = interface
        self.handle = handle
        linkType = LinkType(dataLink: pcap_datalink(handle))
        descriptor = pcap_get_selectable_fd(handle)
        nsPerTick = pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : Nanoseconds.perMicrosecond
    }

    deinit { pcap_close(handle) }

    /// Copies the packets that have arrived into `chunk`, without waiting for more.
    ///
    /// - Returns: the number of packets, a few hundred at most.
    func read(into chunk: PacketChunk) throws(PcapError) -> Int {
        chunk.nsPerTick = nsPerTick
        let count = pcap_dispatch(
            handle, LiveCapture.packetsPerRead, takePacket,
            UnsafeMutableRawPointer(Unmanaged.passUnretained(chunk).toOpaque()).assumingMemoryBound(
                to: UInt8.self))
        guard count >= 0 else {
            throw .failed(interface: interface, reason: String(cString: pcap_geterr(handle)))
        }
        return Int(count)
    }

    /// Waits until packets arrive, `duration` is over, a signal arrives, or `other` (a descriptor, -1 for none) is
    /// readable.
    public func wait(upTo duration: Duration, or other: Int32 = -1) {
        var descriptors = (
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0)
        )
        let milliseconds = Int32(clamping: duration.wholeMilliseconds)
        withUnsafeMutablePointer(to: &descriptors) { pointer in
            _ = pointer.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, milliseconds) }
        }
    }

    /// The current time of the clock that packets' times come from.
    public static var now: CaptureTime {
        var time = timeval()
        guard gettimeofday(&time, nil) == 0 else { return .distantPast }
        return CaptureTime(
            nanoseconds: Nanoseconds.from(
                seconds: Int64(time.tv_sec), ticks: Int64(time.tv_usec), nsPerTick: Nanoseconds.perMicrosecond))
    }

    /// The counts since the capture began.
    ///
    /// - Throws: libpcap's error.
    public func statistics() throws(PcapError) -> Statistics {
        var stats = pcap_stat()
        guard pcap_stats(handle, &stats) == 0 else {
            throw .failed(interface: interface, reason: String(cString: pcap_geterr(handle)))
        }
        var statistics = Statistics()
        statistics.received = UInt64(stats.ps_recv)
        statistics.dropped = UInt64(stats.ps_drop)
        statistics.droppedByInterface = UInt64(stats.ps_ifdrop)
        return statistics
    }
}

extension LiveCapture {
    private static func activate(_ interface: String, _ options: Options) throws(PcapError)
        -> OpaquePointer
    {
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = pcap_create(interface, &message) else {
            throw .failed(interface: interface, reason: text(message))
        }
        pcap_set_snaplen(handle, snapLength)
        pcap_set_promisc(handle, options.isPromiscuous ? 1 : 0)
        pcap_set_timeout(handle, Int32(clamping: max(1, options.timeout.wholeMilliseconds)))
        pcap_set_buffer_size(handle, Int32(clamping: options.bufferBytes))
        pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
        let status = pcap_activate(handle)
        // The capture works despite warnings (above 0).
        if status >= 0, pcap_setnonblock(handle, 1, &message) == 0 { return handle }
        let reason = String(cString: pcap_geterr(handle))
        pcap_close(handle)
        switch status {
        case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
            throw .noPermission(interface: interface)
        case PCAP_ERROR_NO_SUCH_DEVICE: throw .noSuchInterface(interface: interface)
        case PCAP_ERROR_IFACE_NOT_UP: throw .interfaceIsDown(interface: interface)
        default:
            let explanation = reason.isEmpty ? String(cString: pcap_statustostr(status)) : reason
            throw .failed(interface: interface, reason: explanation)
        }
    }

    private static func setFilter(
        _ handle: OpaquePointer, _ interface: String, _ options: Options
    ) throws(PcapError) {
        // Packets that the kernel's filter cannot look into pass if they can be examined later.
        let looksInside =
            try options.filter.map { filter throws(PcapError) in try PacketFilter(filter).looksInside }
            ?? true
        let expression = FilterExpression(
            filter: options.filter, ports: options.ports, passesCarriers: looksInside)
        guard let program = try expression.compile(handle) else { return }
        guard program.install(on: handle) else {
            throw .failed(interface: interface, reason: String(cString: pcap_geterr(handle)))
        }
    }

    private static func text(_ message: [CChar]) -> String {
        message.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
}

private func takePacket(
    _ user: UnsafeMutablePointer<UInt8>?, _ header: UnsafePointer<pcap_pkthdr>?,
    _ bytes: UnsafePointer<UInt8>?
) {
    guard let user, let header, let bytes else { return }
    let chunk = Unmanaged<PacketChunk>.fromOpaque(user).takeUnretainedValue()
    let time = Nanoseconds.from(
        seconds: Int64(header.pointee.ts.tv_sec), ticks: Int64(header.pointee.ts.tv_usec), nsPerTick: chunk.nsPerTick)
    chunk.append(
        UnsafeRawBufferPointer(start: bytes, count: Int(header.pointee.caplen)),
        originalLength: header.pointee.len, time: time)
}

extension LinkType {
    /// The link type in file formats for the data link type of an interface of this machine (pcap-linktype(7)).
    init(dataLink: Int32) {
        self =
            dataLink == LinkType.rawOfLinux.rawValue
            ? .raw : LinkType(rawValue: UInt32(bitPattern: dataLink))
    }
}
