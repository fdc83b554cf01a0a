import Capture

private let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

/// A byte of options, a byte for the segmentation, then frames: type (the highest bit: from the server), flags, stream,
/// and the payload after two bytes of length. Type 15 is bytes outside of frames, 14 a hole.
func fuzzHTTP2(_ input: UnsafeRawBufferPointer) {
    var reader = InputReader(input)
    let flags = reader.u8()
    let seed = reader.u8()
    var options = CaptureOptions()
    if flags & 1 != 0 { options.limits = tightLimits }
    var conversation = Conversation()
    conversation.hasHandshake = flags & 2 == 0
    conversation.isClosed = flags & 4 == 0
    if flags & 8 == 0 { conversation.say(preface, fromClient: true) }
    if flags & 16 == 0 { conversation.say([0, 0, 0, 4, 0, 0, 0, 0, 0], fromClient: false) }
    if flags & 32 != 0 { upgrade(&conversation) }
    while !reader.isAtEnd {
        let kind = reader.u8()
        let isFromClient = kind & 0x80 == 0
        switch kind & 0x0f {
        case 15: conversation.say(reader.bytes(Int(reader.u8())), fromClient: isFromClient)
        case 14: conversation.lose(1 + Int(reader.u8()), fromClient: isFromClient)
        default:
            let (frameFlags, stream) = (reader.u8(), reader.u8())
            let payload = reader.bytes(Int(reader.u16() & 0x7fff))
            let header: [UInt8] = [0] + big(UInt16(payload.count)) + [kind & 0x0f, frameFlags, 0, 0, 0, stream]
            conversation.say(header + payload, fromClient: isFromClient)
        }
    }
    compareCuts(conversation, options, seed: seed)
}

/// The HTTP/1 request and response that upgrade to HTTP/2.
private func upgrade(_ conversation: inout Conversation) {
    let request = "GET /u HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    let response = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    conversation.turns.insert(.init(isFromClient: true, bytes: Array(request.utf8)), at: 0)
    conversation.turns.insert(.init(isFromClient: false, bytes: Array(response.utf8)), at: 1)
}
