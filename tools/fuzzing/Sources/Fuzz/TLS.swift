import Capture
import TestSupport

/// A byte of options, a byte for the segmentation, then the events of the connection.
func fuzzRecords(_ input: UnsafeRawBufferPointer) {
    var reader = InputReader(input)
    let flags = reader.u8()
    let seed = reader.u8()
    var options = CaptureOptions()
    options.keyLog = flags & 4 == 0 ? TLSKeyLogs.own : TLSKeyLogs.ofSeeds
    if flags & 8 != 0 { options.limits = tightLimits }
    var talk = SealedTalk(TLSKeys(TLSKeys.Suite.allCases[Int(flags & 3)]))
    if flags & 16 == 0 { talk.shakeHands(isWhole: flags & 32 == 0) }
    talk.conversation.isClosed = flags & 64 == 0
    while !reader.isAtEnd { talk.perform(&reader) }
    compareCuts(talk.conversation, options, seed: seed)
}

/// A TLS connection whose secrets the capture has.
private struct SealedTalk {
    private let keys: TLSKeys
    private var talk: TLSTalk
    var conversation = Conversation()

    init(_ keys: TLSKeys) {
        self.keys = keys
        talk = TLSTalk(keys)
    }

    mutating func shakeHands(isWhole: Bool) {
        conversation.say(keys.clientHello(), fromClient: true)
        conversation.say(keys.serverHello, fromClient: false)
        guard isWhole else { return }
        let finish = talk.finishHandshake()
        conversation.say(finish.server, fromClient: false)
        conversation.say(finish.client, fromClient: true)
    }

    mutating func perform(_ reader: inout InputReader) {
        let what = reader.u8()
        let isFromClient = what & 0x80 == 0
        switch what & 0x0f {
        case 0: sealed(23, reader.bytes(Int(reader.u16() & 0x3fff)), fromClient: isFromClient)
        case 1: sealed(reader.u8(), reader.bytes(Int(reader.u8())), fromClient: isFromClient)
        case 2:
            sealed(22, [24, 0, 0, 1, 0], fromClient: isFromClient)
            if isFromClient { talk.client.update() } else { talk.server.update() }
        case 3:
            let type = reader.u8()
            conversation.say(RecordSealer.clear(type, reader.bytes(Int(reader.u8()))), fromClient: isFromClient)
        case 4: conversation.say(reader.bytes(Int(reader.u16() & 0x3fff)), fromClient: isFromClient)
        case 5:
            let lost = record(23, Array(repeating: 65, count: Int(reader.u8())), fromClient: isFromClient)
            conversation.lose(lost.count, fromClient: isFromClient)
        case 6: sealed(21, [1, 0], fromClient: isFromClient)
        case 7: sealed(23, reader.bytes(Int(reader.u8())), fromClient: isFromClient)
        default:
            let text =
                isFromClient ? "GET / HTTP/1.1\r\nHost: h\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            sealed(23, Array(text.utf8), fromClient: isFromClient)
        }
    }

    private mutating func sealed(_ type: UInt8, _ content: [UInt8], fromClient: Bool) {
        conversation.say(record(type, content, fromClient: fromClient), fromClient: fromClient)
    }

    private mutating func record(_ type: UInt8, _ content: [UInt8], fromClient: Bool) -> [UInt8] {
        fromClient ? talk.client.seal(type, content) : talk.server.seal(type, content)
    }
}
