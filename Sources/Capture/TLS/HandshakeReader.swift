/// Reassembles handshake messages (RFC 8446 section 4) from records. Irrelevant messages are skipped.
struct HandshakeReader {
    /// The relevant message types.
    enum MessageType {
        static let clientHello: UInt8 = 1
        static let serverHello: UInt8 = 2
        static let endOfEarlyData: UInt8 = 5
        static let encryptedExtensions: UInt8 = 8
        static let finished: UInt8 = 20
        static let keyUpdate: UInt8 = 24
    }

    struct Message {
        var type: UInt8
        var body: [UInt8]
    }

    private var buffer: [UInt8] = []
    /// Remaining bytes of an irrelevant message.
    private var skipped = 0

    /// Bytes held of an incomplete message.
    var heldBytes: Int { buffer.count }

    /// Processes the content of a record.
    ///
    /// - Returns: the messages that it completed; a message of more than `maximumBytes` is skipped.
    mutating func append(_ bytes: [UInt8], maximumBytes: Int) -> [Message] {
        var messages: [Message] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if skipped > 0 {
                let step = min(skipped, rest.count)
                skipped -= step
                rest = rest.dropFirst(step)
                continue
            }
            let missing = 4 - buffer.count
            if missing > 0 {
                buffer.append(contentsOf: rest.prefix(missing))
                rest = rest.dropFirst(missing)
                guard buffer.count == 4 else { break }
            }
            let length = Int(buffer[1]) << 16 | Int(buffer[2]) << 8 | Int(buffer[3])
            guard HandshakeReader.isOfInterest(buffer[0]), length <= maximumBytes else {
                skipped = length
                buffer = []
                continue
            }
            let wanted = 4 + length - buffer.count
            buffer.append(contentsOf: rest.prefix(wanted))
            rest = rest.dropFirst(wanted)
            guard buffer.count == 4 + length else { break }
            messages.append(Message(type: buffer[0], body: Array(buffer[4...])))
            buffer = []
        }
        return messages
    }

    private static func isOfInterest(_ type: UInt8) -> Bool {
        switch type {
        case MessageType.clientHello, MessageType.serverHello, MessageType.endOfEarlyData,
            MessageType.encryptedExtensions, MessageType.finished, MessageType.keyUpdate:
            true
        default: false
        }
    }
}
