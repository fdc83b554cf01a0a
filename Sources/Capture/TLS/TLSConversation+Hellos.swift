/// The unencrypted handshake, and the effects of its messages.
extension TLSConversation {
    mutating func takeClear(
        _ record: TLSRecord, _ direction: Int, _ secrets: SecretStore, _ context: inout Context
    ) {
        switch record.type {
        case TLSRecord.ContentType.changeCipherSpec: changeKeys(direction)
        case TLSRecord.ContentType.handshake: takeHandshake(record.fragment, direction, &context)
        default: break
        }
        // Records may have waited for this hello.
        if !waiting.isEmpty, record.type == TLSRecord.ContentType.handshake {
            resume(knowing: secrets, &context)
        }
    }

    /// Handles ChangeCipherSpec. In TLS 1.2 and earlier, new keys apply from here on. TLS 1.3 sends it only for
    /// compatibility with old middleboxes.
    mutating func changeKeys(_ direction: Int) {
        guard let serverHello, serverHello.version < TLSVersion.tls13 else { return }
        sides[direction].isProtected = true
        sides[direction].protection = nil
        // DEFLATE is the only method.
        sides[direction].inflater = serverHello.compression == 1 ? RecordInflater() : nil
    }

    mutating func takeHandshake(_ bytes: [UInt8], _ direction: Int, _ context: inout Context) {
        let messages = sides[direction].handshake.append(
            bytes, maximumBytes: context.limits.maxHandshakeMessageBytes)
        for message in messages where failure == nil {
            switch message.type {
            case HandshakeReader.MessageType.clientHello:
                takeClientHello(message.body, direction, context)
            case HandshakeReader.MessageType.serverHello: takeServerHello(message.body, direction)
            case HandshakeReader.MessageType.encryptedExtensions:
                let name = message.body.withUnsafeBytes { encryptedApplicationProtocol($0) }
                applicationProtocol = name ?? applicationProtocol
            case HandshakeReader.MessageType.finished: finishHandshake(direction)
            case HandshakeReader.MessageType.endOfEarlyData: sides[direction].early = nil
            case HandshakeReader.MessageType.keyUpdate: updateKeys(direction)
            default: break
            }
        }
    }

    private mutating func takeClientHello(_ body: [UInt8], _ direction: Int, _ context: Context) {
        guard let hello = body.withUnsafeBytes({ ClientHello($0) }) else { return }
        guard clientDirection < 0 || clientDirection == direction else {
            failure = .foreign
            return
        }
        clientDirection = direction
        clientHello = hello
        if !context.mayLearnSecrets { failure = .noSecrets }
    }

    private mutating func takeServerHello(_ body: [UInt8], _ direction: Int) {
        guard let hello = body.withUnsafeBytes({ ServerHello($0) }) else { return }
        guard clientDirection < 0 || clientDirection != direction else {
            failure = .foreign
            return
        }
        clientDirection = 1 - direction
        if hello.version == TLSVersion.tls13, hello.isRetryRequest { return }
        guard (TLSVersion.tls10...TLSVersion.tls13).contains(hello.version),
            hello.compression <= (hello.version < TLSVersion.tls13 ? 1 : 0),
            let suite = TLSCipherSuite(hello.cipherSuite),
            hello.version < TLSVersion.tls13 || suite.isAEAD
        else {
            failure = .unsupported
            return
        }
        serverHello = hello
        self.suite = suite
        applicationProtocol = hello.applicationProtocol ?? applicationProtocol
    }

    private mutating func finishHandshake(_ direction: Int) {
        guard serverHello?.version == TLSVersion.tls13, sides[direction].trafficSecret == nil else {
            return
        }
        sides[direction].hasFinished = true
        sides[direction].protection = nil
        sides[direction].early = nil
    }

    private mutating func updateKeys(_ direction: Int) {
        guard let suite, let secret = sides[direction].trafficSecret else { return }
        let next = TLSKeyDerivation.nextTrafficSecret(secret, hash: suite.derivation)
        sides[direction].trafficSecret = next
        sides[direction].protection = RecordProtection(trafficSecret: next, suite: suite)
    }
}
