import Capture

/// The bytes of a TCP connection in a capture, in the order of its packets.
struct CapturedTalk {
    var clientPort: UInt16
    var turns: [Conversation.Turn] = []
    /// The next sequence number of the client and of the server.
    var next: (client: UInt32?, server: UInt32?)

    mutating func take(_ bytes: [UInt8], at sequence: UInt32, fromClient: Bool) {
        let seen = (fromClient ? next.client : next.server).map { Int32(bitPattern: $0 &- sequence) } ?? 0
        guard seen >= 0, Int(seen) < bytes.count else { return }
        let end = sequence &+ UInt32(bytes.count)
        if fromClient { next.client = end } else { next.server = end }
        let new = Array(bytes[Int(seen)...])
        if let last = turns.indices.last, turns[last].isFromClient == fromClient {
            turns[last].bytes += new
        } else {
            turns.append(Conversation.Turn(isFromClient: fromClient, bytes: new))
        }
    }
}

/// The connections of a capture, found by a simple scan.
struct CapturedTalks {
    private(set) var all: [CapturedTalk] = []
    private var known: [[UInt8]: Int] = [:]

    mutating func take(_ packet: CapturedPacket) {
        let bytes = Array(packet.bytes)
        guard let start = (0..<min(60, bytes.count)).first(where: { CapturedTalks.isTCP(bytes[$0...]) }) else { return }
        let ip = bytes[start...]
        let isOld = ip[start] >> 4 == 4
        let addresses = isOld ? ip[(start + 12)..<(start + 20)] : ip[(start + 8)..<(start + 40)]
        let tcp = start + (isOld ? Int(ip[start] & 15) * 4 : 40)
        let total =
            isOld ? Int(ip[start + 2]) << 8 | Int(ip[start + 3]) : 40 + Int(ip[start + 4]) << 8 + Int(ip[start + 5])
        guard tcp + 20 <= bytes.count else { return }
        let data = tcp + Int(bytes[tcp + 12] >> 4) * 4
        let end = min(bytes.count, start + (total == 0 ? bytes.count : total))
        guard data <= end else { return }
        let (source, destination) = (port(bytes, tcp), port(bytes, tcp + 2))
        let half = addresses.count / 2
        let (from, to) = (addresses.prefix(half) + big(source), addresses.suffix(half) + big(destination))
        let key = Array(from.lexicographicallyPrecedes(to) ? from + to : to + from)
        let index = known[key] ?? all.count
        if index == all.count {
            known[key] = index
            let isAnswer = bytes[tcp + 13] & 0x12 == 0x12 || source < destination
            all.append(CapturedTalk(clientPort: isAnswer ? destination : source))
        }
        let sequence = bytes[(tcp + 4)..<(tcp + 8)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        all[index].take(Array(bytes[data..<end]), at: sequence, fromClient: source == all[index].clientPort)
    }

    private func port(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    /// Whether a possible IP packet carries TCP.
    private static func isTCP(_ bytes: ArraySlice<UInt8>) -> Bool {
        let start = bytes.startIndex
        if bytes[start] & 0xf0 == 0x40, bytes[start] & 15 >= 5, bytes.count >= 40 {
            return bytes[start + 9] == 6 && bytes[start + 8] > 0 && bytes[start + 1] & 3 == 0
        }
        return bytes[start] >> 4 == 6 && bytes.count >= 60 && bytes[start + 6] == 6
    }
}
