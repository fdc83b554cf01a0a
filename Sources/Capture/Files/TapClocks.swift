import Formats
import Traffic

/// Finds how far the clocks of several taps of the same traffic differ, before their packets are merged by time.
///
/// Nothing is acknowledged before it is sent (RFC 9293 section 3.4). If one file has the bytes and another the
/// acknowledgement, their order bounds the difference of the clocks on one side; if both files have both, it bounds it
/// on both sides. The times of files that are already consistent are not changed.
struct TapClocks {
    /// Packets read from each file.
    private static let maximumPackets = 4000
    /// The largest number of files compared; more are assumed to be parts of one recording.
    private static let maximumFiles = 16
    /// The longest assumed delay between two taps, in nanoseconds.
    private static let longestDelay = Nanoseconds.perMillisecond
    /// The share of observations that a bound must hold for: a packet missing from one file makes some of them wrong.
    private static let trustedShare = 0.95

    /// A sequence number up to which one direction of a connection has sent, or was acknowledged.
    fileprivate struct Position: Hashable {
        var lowHigh: UInt64
        var lowLow: UInt64
        var highHigh: UInt64
        var highLow: UInt64
        var ports: UInt32
        var number: UInt32
        var direction: UInt8

        init(_ endpoints: EndpointPair, _ direction: Int, _ number: UInt32) {
            (lowHigh, lowLow) = (endpoints.lowHigh, endpoints.lowLow)
            (highHigh, highLow) = (endpoints.highHigh, endpoints.highLow)
            ports = UInt32(endpoints.lowPort) << 16 | UInt32(endpoints.highPort)
            self.number = number
            self.direction = UInt8(direction)
        }
    }

    /// When positions were first seen in a file.
    fileprivate struct Sightings {
        var sent: [Position: Int64] = [:]
        var acknowledged: [Position: Int64] = [:]
    }

    private init() {}

    /// The offset to add to the times of each file, in nanoseconds, so that nothing is acknowledged before it is sent.
    /// The clock of the first file is the reference. Standard input and unreadable files get no offset.
    static func offsets(of paths: [String]) -> [Int64] {
        guard paths.count > 1, paths.count <= maximumFiles else { return paths.map { _ in 0 } }
        var offsets: [Int64] = []
        var seen: [Sightings] = []
        for path in paths {
            let own = path == "-" ? Sightings() : sightings(in: path)
            offsets.append(offset(of: own, among: seen, offsets))
            seen.append(own)
        }
        return offsets
    }

    private static func sightings(in path: String) -> Sightings {
        var sightings = Sightings()
        var decoder = PacketDecoder(limits: CaptureLimits())
        do throws(CaptureFileError) {
            var file = try CaptureFile(path: path)
            for _ in 0..<maximumPackets {
                guard let packet = try file.next() else { break }
                if decoder.decode(packet) == .segment { sightings.add(decoder.segment) }
            }
        } catch {
            // The error is reported when the file is read.
        }
        return sightings
    }

    /// The offset of a file relative to the files before it.
    private static func offset(of file: Sightings, among others: [Sightings], _ offsets: [Int64]) -> Int64 {
        var lower: [Int64] = []
        var upper: [Int64] = []
        for (other, known) in zip(others, offsets) {
            for (position, time) in file.acknowledged {
                if let sent = other.sent[position] { lower.append(sent &+ known &- time) }
            }
            for (position, time) in file.sent {
                if let acknowledged = other.acknowledged[position] { upper.append(acknowledged &+ known &- time) }
            }
        }
        lower.sort()
        upper.sort(by: >)
        let isBehind = trusted(lower).map { $0 > 0 } ?? false
        guard isBehind || trusted(upper).map({ $0 < 0 }) ?? false else { return 0 }
        // The strictest bounds are the best unless they contradict each other.
        let agrees = (lower.last ?? .min) <= (upper.last ?? .max)
        let least = agrees ? lower.last : trusted(lower)
        let most = agrees ? upper.last : trusted(upper)
        // An immediate acknowledgement takes about equally long in either direction; a request that acknowledges the
        // previous response may come much later.
        guard let least, let most else { return least ?? most ?? 0 }
        let margin = min(max(0, (most &- least) / 2), longestDelay)
        return isBehind ? least &+ margin : most &- margin
    }

    /// The strictest bound that enough of `bounds` agree with. `bounds` are sorted by strictness.
    private static func trusted(_ bounds: [Int64]) -> Int64? {
        bounds.isEmpty ? nil : bounds[Int(Double(bounds.count - 1) * trustedShare)]
    }
}

extension TapClocks.Sightings {
    fileprivate mutating func add(_ segment: TCPSegment) {
        let (endpoints, direction) = EndpointPair.of(segment)
        var length = UInt32(truncatingIfNeeded: segment.payload.count + segment.missingBytes)
        if segment.has(TCPSegment.syn) { length &+= 1 }
        if segment.has(TCPSegment.fin) { length &+= 1 }
        if length > 0 {
            let end = TapClocks.Position(endpoints, direction, segment.sequence &+ length)
            if sent[end] == nil { sent[end] = segment.time }
        }
        if segment.has(TCPSegment.ack) {
            let number = TapClocks.Position(endpoints, 1 - direction, segment.acknowledgement)
            if acknowledged[number] == nil { acknowledged[number] = segment.time }
        }
    }
}
