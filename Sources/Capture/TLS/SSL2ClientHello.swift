/// A ClientHello in SSL 2.0 format, which old clients also use to offer later versions (RFC 5246 appendix E.2).
struct SSL2ClientHello {
    /// Its length on the wire.
    let wireBytes: Int
    private let version: [UInt8]
    /// Up to 32 bytes; a shorter challenge is the end of the client random.
    private let challenge: [UInt8]

    /// Nil unless `bytes` begin with a complete one.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = WireReader(bytes)
        guard let header = reader.u16(), header & 0x8000 != 0, let body = reader.bytes(header & 0x7fff)
        else {
            return nil
        }
        var fields = WireReader(body)
        guard fields.u8() == 1, let version = fields.u16(), version >> 8 == 3,
            let suites = fields.u16(),
            let session = fields.u16(), let challenge = fields.u16(),
            (16...ClientRandom.byteCount).contains(challenge),
            fields.bytes(suites) != nil, fields.bytes(session) != nil, let bytes = fields.bytes(challenge)
        else { return nil }
        wireBytes = 2 + body.count
        self.version = [UInt8(version >> 8), UInt8(version & 0xff)]
        self.challenge = Array(bytes)
    }

    /// The same in the modern format, without offers.
    func record(sequence: UInt32) -> TLSRecord {
        let random = [UInt8](repeating: 0, count: ClientRandom.byteCount - challenge.count) + challenge
        let body = version + random + [0, 0, 0, 0]
        return TLSRecord(
            type: TLSRecord.ContentType.handshake, version: TLSVersion.tls10,
            fragment: [HandshakeReader.MessageType.clientHello, 0, 0, UInt8(body.count)] + body,
            sequence: sequence)
    }
}
