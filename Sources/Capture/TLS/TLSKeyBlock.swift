/// The key block of TLS 1.2 and earlier (RFC 5246 section 6.3), split into the keys of both sides.
struct TLSKeyBlock {
    /// The keys of one side.
    struct Keys: Equatable {
        var mac: [UInt8]
        var key: [UInt8]
        var iv: [UInt8]
    }

    let client: Keys
    let server: Keys

    init(
        master: [UInt8], clientRandom: [UInt8], serverRandom: [UInt8], suite: TLSCipherSuite,
        version: UInt16
    ) {
        let derive = { (secret: [UInt8], label: String, seed: [UInt8], count: Int) in
            TLSKeyDerivation.pseudorandom(
                secret, label: label, seed: seed, count: count, version: version, hash: suite.derivation)
        }
        let macBytes = suite.mac?.byteCount ?? 0
        let keyBytes = suite.exportKeyBytes ?? suite.keyBytes
        let total = 2 * (macBytes + keyBytes + suite.ivBytes)
        var rest = derive(master, "key expansion", serverRandom + clientRandom, total)[...]
        let take = { (count: Int) in
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        let (clientMAC, serverMAC) = (take(macBytes), take(macBytes))
        var (clientKey, serverKey) = (take(keyBytes), take(keyBytes))
        var (clientIV, serverIV) = (take(suite.ivBytes), take(suite.ivBytes))
        if suite.exportKeyBytes != nil {
            let seed = clientRandom + serverRandom
            clientKey = derive(clientKey, "client write key", seed, suite.keyBytes)
            serverKey = derive(serverKey, "server write key", seed, suite.keyBytes)
            let vectors = derive([], "IV block", seed, 2 * suite.ivBytes)
            (clientIV, serverIV) = (
                Array(vectors.prefix(suite.ivBytes)), Array(vectors.suffix(suite.ivBytes))
            )
        }
        client = Keys(mac: clientMAC, key: clientKey, iv: clientIV)
        server = Keys(mac: serverMAC, key: serverKey, iv: serverIV)
    }
}
