/// The keys of a direction.
extension TLSConversation {
    /// Derives the keys of a direction, if not done yet.
    ///
    /// - Returns: false if a secret is missing.
    mutating func prepareKeys(_ direction: Int, _ secrets: SecretStore, _ context: Context) -> Bool {
        guard sides[direction].protection == nil else { return true }
        guard let clientHello, let serverHello, let suite else { return false }
        if serverHello.version == TLSVersion.tls13 {
            guard let known = secrets.secrets(of: clientHello.random) else { return false }
            return prepareTLS13(direction, known, suite, clientHello)
        }
        guard
            let master = secrets.secrets(of: clientHello.random)?[.master]
                ?? secrets.master(ofSession: serverHello.sessionID)
        else { return false }
        let block = TLSKeyBlock(
            master: master, clientRandom: clientHello.random.bytes, serverRandom: serverHello.random,
            suite: suite,
            version: serverHello.version)
        sides[direction].protection = RecordProtection(
            suite: suite, version: serverHello.version,
            usesEncryptThenMAC: serverHello.usesEncryptThenMAC,
            keys: direction == clientDirection ? block.client : block.server)
        return true
    }

    private mutating func prepareTLS13(
        _ direction: Int, _ known: SecretStore.Secrets, _ suite: TLSCipherSuite, _ hello: ClientHello
    ) -> Bool {
        let isClient = direction == clientDirection
        if !sides[direction].hasFinished {
            guard let secret = known[isClient ? .clientHandshake : .serverHandshake] else {
                // Some programs log only the application secrets.
                sides[direction].hasFinished = known[isClient ? .clientTraffic : .serverTraffic] != nil
                sides[direction].isSkippingHandshake = sides[direction].hasFinished
                return sides[direction].hasFinished && prepareTLS13(direction, known, suite, hello)
            }
            sides[direction].protection = RecordProtection(trafficSecret: secret, suite: suite)
            if isClient, hello.offersEarlyData, let early = known[.clientEarly] {
                // Early data uses the suite of the resumed session, which is also the chosen one.
                sides[direction].early = RecordProtection(trafficSecret: early, suite: suite)
            }
            return true
        }
        guard let secret = known[isClient ? .clientTraffic : .serverTraffic] else { return false }
        sides[direction].trafficSecret = secret
        sides[direction].protection = RecordProtection(trafficSecret: secret, suite: suite)
        return true
    }

    /// The keys after the current ones, for when the message that changes them may be lost.
    mutating func followingKeys(_ direction: Int, _ secrets: SecretStore) -> (
        RecordProtection, secret: [UInt8]
    )? {
        guard let suite, let clientHello, serverHello?.version == TLSVersion.tls13 else { return nil }
        if let secret = sides[direction].trafficSecret {
            let next = TLSKeyDerivation.nextTrafficSecret(secret, hash: suite.derivation)
            return (RecordProtection(trafficSecret: next, suite: suite), next)
        }
        let label = direction == clientDirection ? SecretLabel.clientTraffic : .serverTraffic
        guard let secret = secrets.secrets(of: clientHello.random)?[label] else { return nil }
        return (RecordProtection(trafficSecret: secret, suite: suite), secret)
    }
}
