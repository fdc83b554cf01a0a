import Formats
import Traffic

/// How far the clocks of several taps of the same traffic differ, found before their packets are merged by time.
///
/// Nothing is acknowledged before it was sent (RFC 9293 section 3.4): where one file has the bytes and another the
/// acknowledgement, the order of the two bounds the difference of the clocks, from both sides when both files have both. Files
/// whose packets are in order as they are stay as they are.
struct TapClocks {
    /// Packets looked at, of each file.
    private static let maximumPackets = 4000
    /// Files looked at; more are parts of one recording.
    private static let maximumFiles = 16
    /// The longest time that is assumed between two taps, in nanoseconds.
    private static let longestDelay = Nanoseconds.perMillisecond
    /// The share of observations that a bound has to hold for: a packet that is missing in one file makes some wrong.
    private static let trustedShare = 0.95

    /// A number that one direction of a connection sent up to, or that was acknowledged of it.
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

    /// What is to be added to the times of each file so that nothing is acknowledged before it was sent, in nanoseconds; the
    /// first file's clock is the one that is kept. Standard input and files that cannot be read are left as they are.
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
            // What is wrong with the file is told when it is read.
        }
        return sightings
    }

    /// The offset of a file to those before it.
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
        // The strictest bounds are the best, unless they contradict one another.
        let agrees = (lower.last ?? .min) <= (upper.last ?? .max)
        let least = agrees ? lower.last : trusted(lower)
        let most = agrees ? upper.last : trusted(upper)
        // What is acknowledged at once took about as long in either direction; a request that acknowledges the response before it
        // may come much later.
        guard let least, let most else { return least ?? most ?? 0 }
        let margin = min(max(0, (most &- least) / 2), longestDelay)
        return isBehind ? least &+ margin : most &- margin
    }

    /// The strictest of `bounds`, which come in the order of strictness, that enough of them agree with.
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
