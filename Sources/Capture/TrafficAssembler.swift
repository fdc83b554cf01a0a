import Formats
import HTTPWire
public import Traffic

/// Turns packets into exchanges in stages that are values and independent of one another: `PacketDecoder` finds TCP
/// segments, `TCPReassembler` reassembles streams, `TLSConversation` decrypts, `HTTP1Reader` and `HTTP2Reader`
/// read messages, `ExchangePairing` pairs requests with responses, and `SessionTable` assigns them to sessions. The
/// assembler passes the results of one stage to the next, and keeps the limits and the counts.
///
/// Everything but the batch lives in memory that is reused: an in-order packet allocates nothing. Owned by one thread.
/// The owner takes the ``batch`` when it is due and calls ``finish()`` at the end.
public struct TrafficAssembler: ~Copyable {
    /// The totals so far.
    public internal(set) var totals = CaptureTotals()
    /// Exchanges that ended since the batch was last taken, with their connections and losses.
    public internal(set) var batch = ExchangeBatch()

    let options: CaptureOptions
    let limits: CaptureLimits
    var decoder: PacketDecoder
    var tcp: TCPReassembler
    var connections = Slab<Connection>()
    var streams = Slab<ContentStream>(stride: 2)
    var reading: ReadingContext
    let pairing: ExchangePairing
    let http1: HTTP1Reader
    var http2: HTTP2Reader
    var sessions: SessionTable
    var tls = TLSTable()
    var secrets: SecretStore
    var keyLog: KeyLogFile?
    /// Whether a key log or a capture file may still provide secrets.
    var mayLearnSecrets = false
    /// When to check the key log next, in nanoseconds since the Unix epoch.
    var keyLogDue: Int64 = .min
    /// The servers whose TLS connections could not be read.
    public internal(set) var opaqueServers: OpaqueServers
    /// Packets captured by several processors are out of order by less than this.
    private static let longestDisorderNs = 20 * Nanoseconds.perMillisecond
    private var secondBegan: Int64 = .max
    private var untilHousekeeping = 256
    var nextConnection: UInt32 = 1
    let secretPatience: Int64
    private let ports: PortSet
    /// Packets that do not match are ignored; nil matches all.
    public var filter: PacketFilter?
    /// Why the filter could not be applied to a packet; such packets are ignored.
    public private(set) var filterFailure: PcapError?
    /// Number of the log that exchanges go to now; see ``beginFile()``.
    var fileNumber: UInt32 = 1

    /// Creates an assembler that has seen nothing.
    public init(options: CaptureOptions = CaptureOptions()) {
        self.options = options
        limits = options.limits
        decoder = PacketDecoder(limits: options.limits)
        var generator = SystemRandomNumberGenerator()
        reading = ReadingContext(limits: options.limits)
        pairing = ExchangePairing(limits: options.limits)
        http1 = HTTP1Reader(limits: options.limits, pairing: pairing)
        tcp = TCPReassembler(limits: options.limits, seed: generator.next())
        http2 = HTTP2Reader(limits: options.limits)
        sessions = SessionTable(sessionBy: options.sessionBy, limits: options.limits)
        secrets = SecretStore(maximumCount: options.limits.maxSecrets)
        opaqueServers = OpaqueServers(maximumCount: options.limits.maxOpaqueServerNames)
        secretPatience = options.limits.secretPatience.wholeNanoseconds
        mayLearnSecrets = options.keyLog != nil
        keyLog = options.keyLog.map { KeyLogFile(path: $0, limits: options.limits) }
        ports = PortSet(options.ports)
    }

    /// Processes a packet. Packets come in the order of their capture; times may go back a little.
    public mutating func process(_ packet: CapturedPacket) {
        totals.packets &+= 1
        let time = packet.time.nanoseconds &+ tcp.clock.offset
        if time > reading.now || reading.now == .min {
            reading.now = time
        } else if reading.now &- time > TrafficAssembler.longestDisorderNs {
            reading.loss.anomalies.latePackets &+= 1
        }
        if reading.now &- secondBegan >= Nanoseconds.perSecond || secondBegan == .max { beginSecond() }
        take(decoder.decode(packet), of: packet)
        while decoder.later != nil { take(decoder.decodeLater(), of: packet) }
        untilHousekeeping -= 1
        if untilHousekeeping == 0 {
            untilHousekeeping = 256
            runHousekeeping()
        }
    }

    @inline(__always)
    private mutating func take(_ result: PacketDecoder.Result, of packet: CapturedPacket) {
        switch result {
        case .segment:
            if ports.isAll || ports.contains(decoder.segment.sourcePort)
                || ports.contains(decoder.segment.destinationPort), filter == nil || passes(packet)
            {
                receive()
            }
        case .truncated:
            if filter == nil || passes(packet) { reading.loss.truncatedPackets &+= 1 }
        case .unread:
            // A filter applies only to packets that contain IP.
            guard filter == nil || decoder.network == nil || passes(packet) else { return }
            reading.loss.unreadPackets &+= 1
            if let unread = decoder.unread { totals.unread.add(unread) }
        case .other: break
        }
    }

    @inline(never)
    private mutating func passes(_ packet: CapturedPacket) -> Bool {
        do throws(PcapError) {
            return try filter?.passes(
                packet, network: decoder.network, isReassembled: decoder.isReassembled) ?? true
        } catch {
            filterFailure = error
            return false
        }
    }

    /// The latest time of a packet or of a call of ``tick(_:)``; nil before the first.
    public var latestTime: CaptureTime? {
        reading.now == .min ? nil : CaptureTime(nanoseconds: reading.now)
    }

    /// Notes that exchanges are written to another log from here on: a known connection is introduced again, under its
    /// number, with its next exchange.
    public mutating func beginFile() { fileNumber &+= 1 }

    /// Advances the time without a packet, and does what is due by then.
    public mutating func tick(_ time: CaptureTime) {
        let time = time.nanoseconds &+ tcp.clock.offset
        guard time > reading.now else { return }
        reading.now = time
        if reading.now &- secondBegan >= Nanoseconds.perSecond || secondBegan == .max { beginSecond() }
        runHousekeeping()
    }

    /// Notes dropped packets: counts since the last call.
    public mutating func noteDrops(kernel: UInt64, interface: UInt64) {
        reading.loss.kernelDrops &+= kernel
        reading.loss.interfaceDrops &+= interface
    }

    /// Notes input files that could not be read to their ends.
    mutating func noteDamagedFiles(_ count: UInt64) { reading.loss.damagedFiles &+= count }

    /// Notes exchanges of a batch that was taken but could not be stored.
    public mutating func noteRefused(exchanges: Int) { reading.loss.evictions &+= UInt64(exchanges) }

    /// Ends all connections: afterwards the batch contains every exchange that was begun.
    public mutating func finish() {
        endWaitingForSecrets()
        for slot in 0..<tcp.table.slotCount {
            tcp.finish(atSlot: slot, reading.now, &reading.loss)
            perform()
        }
        totals.unreadableKeyLogLines = secrets.malformedLines
        reading.loss.evictions &+= decoder.fragments.takeEvictions()
        endSecond()
    }

    /// Takes the batch and leaves an empty one that uses the storage of `spare`.
    public mutating func takeBatch(leaving spare: consuming ExchangeBatch = ExchangeBatch())
        -> ExchangeBatch
    {
        endSecond()
        spare.removeAll()
        let taken = batch
        batch = spare
        return taken
    }

    /// Empties the batch after the owner has copied what it needs, so that its storage is reused.
    public mutating func emptyBatch() { batch.removeAll() }

    private mutating func beginSecond() {
        endSecond()
        let second = Nanoseconds.wholeSeconds(reading.now)
        reading.loss = CaptureLoss(second: second)
        secondBegan = second &* Nanoseconds.perSecond
    }

    /// Puts the losses so far into the batch; several rows of one second add up.
    mutating func endSecond() {
        noteAnomalies()
        guard !reading.loss.isEmpty else { return }
        // Losses before the first packet have no time.
        if reading.loss.second == .min { reading.loss.second = 0 }
        totals.losses.add(reading.loss)
        batch.losses.append(reading.loss)
        reading.loss = CaptureLoss(second: reading.loss.second)
    }

    /// Adds what the TCP stage found since the last call to the current second.
    private mutating func noteAnomalies() {
        let known = totals.anomalies
        let steps = tcp.clock.steps &- known.clockSteps
        reading.loss.anomalies.clockSteps = steps
        if steps > 0 { reading.loss.anomalies.longestClockStepNs = tcp.clock.longestStep }
        reading.loss.anomalies.clockContradictions = tcp.clock.contradictions &- known.clockContradictions
        reading.loss.anomalies.repeatedConnections = tcp.repeated.count &- known.repeatedConnections
    }
}

/// The totals of a capture.
public struct CaptureTotals: Hashable, Sendable {
    /// Packets processed, of any kind.
    public internal(set) var packets: UInt64 = 0
    /// TCP connections followed.
    public internal(set) var connections: UInt64 = 0
    /// Exchanges recorded, with or without both messages.
    public internal(set) var exchanges: UInt64 = 0
    /// Exchanges with every byte of both messages seen.
    public internal(set) var completeExchanges: UInt64 = 0
    /// Responses that servers pushed (HTTP/2), each recorded with its promised request.
    public internal(set) var pushes: UInt64 = 0
    /// TLS connections with decrypted records.
    public internal(set) var decryptedConnections: UInt64 = 0
    /// Lines of key logs that could not be read.
    public internal(set) var unreadableKeyLogLines: UInt64 = 0
    /// Packets that are not read, by kind.
    public internal(set) var unread = UnreadPackets()
    /// All losses; `second` has no meaning here.
    public internal(set) var losses = CaptureLoss(second: 0)
    /// Inconsistencies that are not losses.
    public var anomalies: CaptureAnomalies { losses.anomalies }
}

/// A set of ports, queried twice for each packet.
private struct PortSet {
    let isAll: Bool
    private var bits: [UInt64]

    init(_ ports: Set<UInt16>) {
        isAll = ports.isEmpty
        bits = Array(repeating: 0, count: 1024)
        for port in ports { bits[Int(port >> 6)] |= 1 << UInt64(port & 63) }
    }

    @inline(__always)
    func contains(_ port: UInt16) -> Bool { bits[Int(port >> 6)] & 1 << UInt64(port & 63) != 0 }
}
