import Capture

/// A byte of options, a byte for the segmentation, then text; the client sends first, and 0xFF changes the direction.
func fuzzHTTP1(_ input: UnsafeRawBufferPointer) {
    var reader = InputReader(input)
    let flags = reader.u8()
    let seed = reader.u8()
    var options = CaptureOptions()
    if flags & 1 != 0 { options.limits = tightLimits }
    if flags & 8 != 0 { options.followsTunnels = true }
    if flags & 16 != 0 { options.sessionBy = .client }
    var conversation = Conversation()
    conversation.hasHandshake = flags & 2 == 0
    conversation.isClosed = flags & 4 == 0
    var isFromClient = flags & 32 == 0
    for part in reader.all().split(separator: 0xff, omittingEmptySubsequences: false) {
        conversation.say(Array(part), fromClient: isFromClient)
        isFromClient.toggle()
    }
    compareCuts(conversation, options, seed: seed, isSound: conversation.isHTTP1)
}
