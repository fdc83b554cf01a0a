import Capture
import HTTPWire
import TestSupport
import Testing
import Traffic

/// The result of capturing some packets.
struct Recording {
    var exchanges: [Exchange]
    var connections: [RecordedConnection]
    var totals: CaptureTotals
    /// The losses and anomalies for the log, by second.
    var lossRows: [CaptureLoss]

    /// Captures the segments of `talk`, or of `order`, indices into them, as bare IPv4 packets.
    init(_ talk: Talk, order: [Int]? = nil, options: CaptureOptions = CaptureOptions()) {
        let segments = order.map { $0.map { talk.segments[$0] } } ?? talk.segments
        self.init(segments.map { (talk.packet($0), $0) }, options: options)
    }

    /// Captures several conversations, with their segments in time order.
    init(_ talks: [Talk], options: CaptureOptions = CaptureOptions()) {
        let all = talks.flatMap { talk in talk.segments.map { (talk.packet($0), $0) } }
        self.init(all.sorted { $0.1.microseconds < $1.1.microseconds }, options: options)
    }

    /// Captures one packet after another with a link type.
    init(packets: [[UInt8]], linkType: LinkType, options: CaptureOptions = CaptureOptions()) {
        var assembler = TrafficAssembler(options: options)
        let room = GuardedRoom(bytes: packets.reduce(0) { max($0, $1.count) })
        for (index, packet) in packets.enumerated() {
            Recording.process(packet, packet.count, linkType, Int64(index) * 1000, in: room, &assembler)
        }
        self.init(&assembler)
    }

    /// Captures the first bytes of a single packet.
    init(cut packet: [UInt8], to length: Int, linkType: LinkType) {
        var assembler = TrafficAssembler(options: CaptureOptions())
        let room = GuardedRoom(bytes: packet.count)
        Recording.process(Array(packet[..<length]), packet.count, linkType, 0, in: room, &assembler)
        self.init(&assembler)
    }

    /// Captures the contents of files that are one recording.
    init(files: [String], options: CaptureOptions = CaptureOptions()) throws {
        let files = try CaptureFiles(paths: files)
        var assembler = TrafficAssembler(options: options)
        while assembler.read(files, untilBatchBytes: 1 << 30) {}
        self.init(&assembler)
    }

    /// Captures bare IPv4 packets as they are in a file, in the order given.
    static func ofFile(_ packets: [(packet: [UInt8], microseconds: Int64)]) throws -> Recording {
        let folder = try TemporaryFolder()
        return try Recording(files: [try folder.write("one.pcap", file(packets))])
    }

    /// A pcap file with bare IPv4 packets.
    static func file(_ packets: [(packet: [UInt8], microseconds: Int64)]) -> [UInt8] {
        PcapFile().bytes([], linkType: 101)
            + packets.flatMap { packet, microseconds in
                let time = 1_700_000_000_000_000 + microseconds
                let words = [
                    UInt32(time / 1_000_000), UInt32(time % 1_000_000), UInt32(packet.count), UInt32(packet.count),
                ]
                return words.flatMap { Wire.u32($0).reversed() } + packet
            }
    }

    private init(_ packets: [([UInt8], TestSegment)], options: CaptureOptions) {
        var assembler = TrafficAssembler(options: options)
        let room = GuardedRoom(bytes: packets.reduce(0) { max($0, $1.0.count) })
        for (packet, segment) in packets {
            let cut = segment.keptBytes.map { packet.count - segment.payload.count + $0 } ?? packet.count
            Recording.process(Array(packet[..<cut]), packet.count, .raw, segment.microseconds, in: room, &assembler)
        }
        self.init(&assembler)
    }

    private init(_ assembler: inout TrafficAssembler) {
        assembler.finish()
        totals = assembler.totals
        let batch = assembler.takeBatch()
        exchanges = batch.records.indices.map { batch.exchange(at: $0) }
        connections = batch.connections
        lossRows = batch.losses
    }

    private static func process(
        _ packet: [UInt8], _ originalLength: Int, _ linkType: LinkType, _ microseconds: Int64, in room: GuardedRoom,
        _ assembler: inout TrafficAssembler
    ) {
        assembler.process(
            CapturedPacket(
                bytes: room.holding(packet), originalLength: originalLength, linkType: linkType,
                time: CaptureTime(nanoseconds: 1_700_000_000_000_000_000 + microseconds * 1000)))
    }

    /// Each exchange as `GET /a → 200 body`, with `?` for what was not seen and `…` after what is incomplete.
    var lines: [String] { exchanges.map(\.line) }

    /// The losses of all seconds together.
    var losses: CaptureLoss { totals.losses }
}

extension TrafficAssembler {
    /// Takes in a segment of `talk`, as a bare IPv4 packet of its time.
    mutating func process(_ segment: TestSegment, of talk: Talk) {
        let packet = talk.packet(segment)
        packet.withUnsafeBytes {
            process(
                CapturedPacket(
                    bytes: $0, originalLength: packet.count, linkType: .raw,
                    time: CaptureTime(nanoseconds: segment.microseconds * 1000)))
        }
    }
}

extension Exchange {
    /// `GET /a → 200 body`, with `?` for what was not seen and `…` after what is incomplete.
    var line: String {
        let head = request.flatMap { RequestHead($0.head) }
        let asked = head.map { "\($0.method) \($0.target)" } ?? "?"
        let sent = request.map { ($0.body.isEmpty ? "" : " " + $0.bodyText) + ($0.isComplete ? "" : "…") } ?? ""
        let got = response.map { ($0.body.isEmpty ? "" : " " + $0.bodyText) + ($0.isComplete ? "" : "…") } ?? ""
        return "\(asked)\(sent) → \(status.map { "\($0)" } ?? "?")\(got)"
    }
}

extension Exchange.Message {
    var bodyText: String { String(decoding: body, as: UTF8.self) }
}

/// `HTTP/1.1 200 OK` with a counted body.
func ok(_ body: String = "", status: Int = 200, fields: String = "") -> String {
    "HTTP/1.1 \(status) X\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

/// A GET request.
func get(_ target: String, fields: String = "") -> String { "GET \(target) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }
