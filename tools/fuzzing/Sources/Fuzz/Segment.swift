/// A TCP segment between two fixed endpoints.
struct Segment {
    var isFromClient: Bool
    var sequence: UInt32
    var acknowledgement: UInt32
    var flags: UInt8
    var payload: [UInt8] = []
    /// Tenths of a second since the conversation began.
    var tenths: Int64 = 0
    var clientPort: UInt16 = 40000

    static let fin: UInt8 = 1
    static let syn: UInt8 = 2
    static let reset: UInt8 = 4
    static let ack: UInt8 = 16

    /// As an IPv4 packet.
    var packet: [UInt8] {
        let (client, server): ([UInt8], [UInt8]) = ([10, 0, 0, 1], [10, 0, 0, 2])
        let total = UInt16(truncatingIfNeeded: 40 + payload.count)
        var bytes: [UInt8] = [0x45, 0] + big(total) + [0, 0, 0, 0, 64, 6, 0, 0]
        let ports = (client: big(clientPort), server: [UInt8]([0, 80]))
        bytes += isFromClient ? client + server : server + client
        bytes += isFromClient ? ports.client + ports.server : ports.server + ports.client
        bytes += big(sequence) + big(acknowledgement) + [0x50, flags, 0xff, 0xff, 0, 0, 0, 0]
        return bytes + payload
    }
}

func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }

func big(_ number: UInt32) -> [UInt8] { big(UInt16(number >> 16)) + big(UInt16(truncatingIfNeeded: number)) }

/// Writes the segments of a connection without faults.
struct SegmentWriter {
    var segments: [Segment] = []
    var second: Int64 = 0
    private var next: (client: UInt32, server: UInt32) = (0xffff_ff00, 5000)

    mutating func shakeHands() {
        add(fromClient: true, flags: Segment.syn, [])
        add(fromClient: false, flags: Segment.syn | Segment.ack, [])
        add(fromClient: true, flags: Segment.ack, [])
    }

    mutating func send(_ bytes: [UInt8], fromClient: Bool, isLost: Bool = false) {
        add(fromClient: fromClient, flags: Segment.ack, bytes)
        if isLost { segments.removeLast() }
    }

    mutating func close() {
        add(fromClient: true, flags: Segment.fin | Segment.ack, [])
        add(fromClient: false, flags: Segment.fin | Segment.ack, [])
        add(fromClient: true, flags: Segment.ack, [])
    }

    private mutating func add(fromClient: Bool, flags: UInt8, _ payload: [UInt8]) {
        let sequence = fromClient ? next.client : next.server
        let acknowledgement = flags & Segment.ack == 0 ? 0 : fromClient ? next.server : next.client
        segments.append(
            Segment(
                isFromClient: fromClient, sequence: sequence, acknowledgement: acknowledgement, flags: flags,
                payload: payload, tenths: second))
        let length = UInt32(payload.count) + (flags & (Segment.syn | Segment.fin) == 0 ? 0 : 1)
        if fromClient { next.client &+= length } else { next.server &+= length }
    }
}
