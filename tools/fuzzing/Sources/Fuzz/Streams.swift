import Capture

/// A byte of options; then either divisions, swaps and repetitions of a valid conversation, which must not change the
/// result, or segments with false content.
func fuzzStreams(_ input: UnsafeRawBufferPointer) {
    var reader = InputReader(input)
    let flags = reader.u8()
    if flags & 1 == 0 { return fuzzHonestStreams(&reader, hasHandshake: flags & 2 == 0) }
    var options = CaptureOptions()
    if flags & 2 != 0 { options.limits = tightLimits }
    fuzzLyingStreams(&reader, options)
}

private let clientText = Array(
    """
    GET /first HTTP/1.1\r\nHost: h\r\n\r\nPOST /form HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nname=value&\
    HEAD /head HTTP/1.1\r\nHost: h\r\nCookie: sid=abcdef0123456789\r\n\r\nGET /chunks HTTP/1.1\r\nHost: h\r\n\r\n\
    PUT /put HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: v\r\n\r\n\
    GET /last HTTP/1.1\r\nHost: h\r\n\r\n
    """.utf8)

private let serverText = Array(
    """
    HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirstHTTP/1.1 201 Created\r\nSet-Cookie: sid=abcdef0123456789\r\n\
    Content-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
    a\r\n0123456789\r\n10\r\n0123456789abcdef\r\n0\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\
    HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the very end
    """.utf8)

/// Bytes of the response to the last request.
private let lastAnswerBytes = 56

/// Each byte is the length and the sender of a segment; the remaining bytes of both sides follow at the end. Then pairs
/// of bytes swap segments that are close together, or repeat one, whole or in part.
private func fuzzHonestStreams(_ reader: inout InputReader, hasHandshake: Bool) {
    var writer = SegmentWriter()
    if hasHandshake { writer.shakeHands() }
    var rest = (client: clientText[...], server: serverText[...])
    // The server answers the requests that it has received, and its last response ends the conversation.
    writer.send(Array(rest.client.prefix(20)), fromClient: true)
    rest.client = rest.client.dropFirst(20)
    for _ in 0..<Int(reader.u8() & 0x3f) {
        let byte = reader.u8()
        let isFromClient = byte & 1 == 0 || rest.client.count > 40
        let size = Int(byte >> 1) + 1
        if isFromClient {
            writer.send(Array(rest.client.prefix(size)), fromClient: true)
            rest.client = rest.client.dropFirst(size)
        } else {
            let size = min(size, rest.server.count - (rest.client.isEmpty ? 1 : lastAnswerBytes))
            guard size > 0 else { continue }
            writer.send(Array(rest.server.prefix(size)), fromClient: false)
            rest.server = rest.server.dropFirst(size)
        }
    }
    writer.send(Array(rest.client), fromClient: true)
    writer.send(Array(rest.server), fromClient: false)
    writer.close()
    var disturbed = writer.segments
    let first = hasHandshake ? 3 : 1
    while !reader.isAtEnd, disturbed.count < 300 {
        disturb(&disturbed, from: first, position: Int(reader.u8()), how: reader.u8())
    }
    let (honest, seen) = (capture(writer.segments), capture(disturbed))
    guard honest.exchanges != seen.exchanges else { return }
    let segments = disturbed.map { segment in
        "\(segment.isFromClient ? ">" : "<") \(segment.sequence)+\(segment.payload.count) \(segment.flags) "
            + "\(segment.acknowledgement)"
    }
    fatalError(
        "what is found depends on the order of segments; in order:\n\(honest.text)\ndisturbed:\n\(seen.text)\n"
            + segments.joined(separator: "\n"))
}

private func disturb(_ segments: inout [Segment], from first: Int, position: Int, how: UInt8) {
    // FINs remain last.
    let count = segments.count - 3 - first
    guard count > 1 else { return }
    let index = first + position % count
    let distance = Int(how & 0x03) + 1
    switch how >> 6 {
    case 0 where index + distance < first + count:
        // The order of the two directions is kept: a response is not seen before its request.
        let range = index...(index + distance)
        guard range.allSatisfy({ segments[$0].isFromClient == segments[index].isFromClient }) else { return }
        segments.swapAt(index, index + distance)
    case 1: segments.insert(segments[index], at: min(index + distance, segments.count - 3))
    case 2:
        var part = segments[index]
        let from = min(Int(how & 0x3f), part.payload.count)
        part.payload.removeFirst(from)
        part.sequence &+= UInt32(from)
        segments.insert(part, at: min(index + distance, segments.count - 3))
    default:
        // Retransmitted with different boundaries, together with the following bytes.
        guard index + 1 < first + count, segments[index + 1].isFromClient == segments[index].isFromClient,
            segments[index].sequence &+ UInt32(segments[index].payload.count) == segments[index + 1].sequence
        else { return }
        var joined = segments[index]
        joined.payload += segments[index + 1].payload
        segments.insert(joined, at: min(index + 2, segments.count - 3))
    }
}

private func capture(_ segments: [Segment]) -> Findings {
    var capturing = Capturing()
    for segment in segments { capturing.take(segment.packet) }
    return capturing.finish()
}

/// Segments of eight bytes each: sender and connection, flags, position, acknowledgement, tenths of a second; then
/// their content.
private func fuzzLyingStreams(_ reader: inout InputReader, _ options: CaptureOptions) {
    var capturing = Capturing(options)
    var tenths: Int64 = 0
    while !reader.isAtEnd {
        let who = reader.u8()
        let flags = reader.u8()
        let isFromClient = who & 1 == 0
        let base: UInt32 = isFromClient ? 0xffff_ff00 : 5000
        // At the given position, or far away.
        let sequence = base &+ UInt32(reader.u16()) &* (who & 2 == 0 ? 1 : 65537)
        let acknowledgement = (isFromClient ? 5000 : 0xffff_ff00) &+ UInt32(reader.u16())
        tenths += Int64(reader.u8()) * (who & 4 == 0 ? 0 : 1)
        let length = Int(reader.u8())
        let text = isFromClient ? clientText : serverText
        let start = Int(sequence &- base &- 1) % text.count
        let payload = who & 8 == 0 ? Array(text[start...].prefix(length)) : reader.bytes(length)
        capturing.take(
            Segment(
                isFromClient: isFromClient, sequence: sequence, acknowledgement: acknowledgement, flags: flags,
                payload: payload, clientPort: 40000 + UInt16(who >> 4 & 3)
            ).packet, tenths: tenths)
    }
    _ = capturing.finish()
}
