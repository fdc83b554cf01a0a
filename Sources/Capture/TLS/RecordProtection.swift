import Crypto
import CryptoExtras
import FoundationEssentials

/// Decrypts the records of one direction with its keys: RFC 8446 section 5.2, RFC 5246 section 6.2.3, RFC 7366 for MACs
/// of the ciphertext.
struct RecordProtection {
    /// The content of an encrypted record.
    struct Opened: Equatable {
        var type: UInt8
        var content: [UInt8]
    }

    let suite: TLSCipherSuite
    let version: UInt16
    private let usesEncryptThenMAC: Bool
    private let key: SymmetricKey
    private let macKey: SymmetricKey
    /// The initialisation vector, its fixed part, or (TLS 1.0) the last block of ciphertext.
    private var iv: [UInt8]
    private var oldCipher: LegacyCipher?
    /// The number of the next record.
    var sequence: UInt64 = 0

    /// Derives the keys for TLS 1.3 from a traffic secret (RFC 8446 section 7.3).
    init(trafficSecret: [UInt8], suite: TLSCipherSuite) {
        self.suite = suite
        version = TLSVersion.tls13
        usesEncryptThenMAC = false
        key = SymmetricKey(
            data: TLSKeyDerivation.expandLabel(
                trafficSecret, "key", suite.keyBytes, hash: suite.derivation))
        iv = TLSKeyDerivation.expandLabel(trafficSecret, "iv", 12, hash: suite.derivation)
        macKey = SymmetricKey(data: [])
    }

    /// Takes the keys for TLS 1.2 and earlier from the key block.
    init(suite: TLSCipherSuite, version: UInt16, usesEncryptThenMAC: Bool, keys: TLSKeyBlock.Keys) {
        self.suite = suite
        self.version = version
        self.usesEncryptThenMAC = usesEncryptThenMAC && suite.blockBytes > 0
        key = SymmetricKey(data: keys.key)
        macKey = SymmetricKey(data: keys.mac)
        iv = keys.iv
        oldCipher = LegacyCipher(suite.bulk, key: keys.key)
    }

    /// Bytes by which a record on the wire, including its header, is longer than its content; nil if that varies.
    var overheadBytes: Int? {
        guard suite.isAEAD else { return nil }
        let tag = TLSRecord.headerBytes + suite.tagBytes
        if version == TLSVersion.tls13 { return tag + 1 }
        return suite.bulk == .chaCha20Poly1305 ? tag : tag + 8
    }

    /// Whether the records after a lost one can be decrypted.
    var survivesLoss: Bool { suite.bulk != .rc4 }

    /// Decrypts a record with this sequence number; nil, with nothing changed, if that fails.
    mutating func open(_ record: TLSRecord, as number: UInt64) -> Opened? {
        var attempt = self
        let opened: Opened?
        if version == TLSVersion.tls13 {
            opened = attempt.openInner(record, number)
        } else if suite.isAEAD {
            opened = attempt.openAuthenticated(record, number).map {
                Opened(type: record.type, content: $0)
            }
        } else {
            opened = attempt.openWithMAC(record, number).map { Opened(type: record.type, content: $0) }
        }
        if opened != nil {
            self = attempt
            sequence = number &+ 1
        }
        return opened
    }

    /// Notes a record that was seen but not decrypted: in TLS 1.0, its end is the vector of the next.
    mutating func pass(_ record: TLSRecord) {
        guard version < TLSVersion.tls11, suite.blockBytes > 0 else { return }
        let sealed =
            usesEncryptThenMAC
            ? record.fragment.dropLast(suite.mac?.byteCount ?? 0) : record.fragment[...]
        if sealed.count >= suite.blockBytes { iv = Array(sealed.suffix(suite.blockBytes)) }
    }

    private func openInner(_ record: TLSRecord, _ number: UInt64) -> Opened? {
        let length = record.fragment.count
        let header = [record.type, 3, 3, UInt8(length >> 8), UInt8(length & 0xff)]
        guard let inner = unseal(record.fragment[...], nonce: nonce(number), authenticating: header),
            let last = inner.lastIndex(where: { $0 != 0 })
        else { return nil }
        return Opened(type: inner[last], content: Array(inner[..<last]))
    }

    private func openAuthenticated(_ record: TLSRecord, _ number: UInt64) -> [UInt8]? {
        var sealed = record.fragment[...]
        let nonce: [UInt8]
        if suite.bulk == .chaCha20Poly1305 {
            nonce = self.nonce(number)
        } else {
            guard sealed.count >= 8 else { return nil }
            nonce = iv + sealed.prefix(8)
            sealed = sealed.dropFirst(8)
        }
        guard sealed.count >= suite.tagBytes else { return nil }
        let header = pseudoHeader(record, number, sealed.count - suite.tagBytes)
        return unseal(sealed, nonce: nonce, authenticating: header)
    }

    /// The nonce made from the vector and the record's number (RFC 8446 section 5.3, RFC 7905 section 2).
    private func nonce(_ number: UInt64) -> [UInt8] {
        var nonce = iv
        for index in 0..<8 {
            nonce[nonce.count - 1 - index] ^= UInt8(truncatingIfNeeded: number >> UInt64(index * 8))
        }
        return nonce
    }

    /// What a MAC covers before the content (RFC 5246 section 6.2.3.1).
    private func pseudoHeader(_ record: TLSRecord, _ number: UInt64, _ length: Int) -> [UInt8] {
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) }
        bytes += [
            record.type, UInt8(record.version >> 8), UInt8(record.version & 0xff), UInt8(length >> 8),
            UInt8(length & 0xff),
        ]
        return bytes
    }

    private func unseal(_ sealed: ArraySlice<UInt8>, nonce: [UInt8], authenticating header: [UInt8])
        -> [UInt8]?
    {
        guard sealed.count >= suite.tagBytes else { return nil }
        let (ciphertext, tag) = (sealed.dropLast(suite.tagBytes), sealed.suffix(suite.tagBytes))
        switch suite.bulk {
        case .aesGCM:
            guard let nonce = try? AES.GCM.Nonce(data: nonce),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: ciphertext, tag: tag),
                let content = try? AES.GCM.open(box, using: key, authenticating: header)
            else { return nil }
            return Array(content)
        case .chaCha20Poly1305:
            guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
                let box = try? ChaChaPoly.SealedBox(nonce: nonce, ciphertext: ciphertext, tag: tag),
                let content = try? ChaChaPoly.open(box, using: key, authenticating: header)
            else { return nil }
            return Array(content)
        case .aesCCM:
            return AESCCM(key: key).open(
                ciphertext, tag: Array(tag), nonce: nonce, authenticating: header)
        default: return nil
        }
    }
}

extension RecordProtection {
    private mutating func openWithMAC(_ record: TLSRecord, _ number: UInt64) -> [UInt8]? {
        guard let hash = suite.mac else { return nil }
        var sealed = record.fragment[...]
        if usesEncryptThenMAC {
            guard sealed.count >= hash.byteCount else { return nil }
            let mac = sealed.suffix(hash.byteCount)
            sealed = sealed.dropLast(hash.byteCount)
            guard isAuthentic(record, number, sealed, mac, hash) else { return nil }
        }
        guard let padded = decrypt(sealed) else { return nil }
        guard let content = withoutPadding(padded) else { return nil }
        if usesEncryptThenMAC { return Array(content) }
        guard content.count >= hash.byteCount else { return nil }
        let plain = content.dropLast(hash.byteCount)
        guard isAuthentic(record, number, plain, content.suffix(hash.byteCount), hash) else {
            return nil
        }
        return Array(plain)
    }

    private func isAuthentic(
        _ record: TLSRecord, _ number: UInt64, _ content: ArraySlice<UInt8>, _ mac: ArraySlice<UInt8>,
        _ hash: TLSCipherSuite.Hash
    ) -> Bool {
        let covered = pseudoHeader(record, number, content.count) + content
        return TLSKeyDerivation.mac(hash, key: macKey, covered).elementsEqual(mac)
    }

    private mutating func decrypt(_ sealed: ArraySlice<UInt8>) -> [UInt8]? {
        guard suite.blockBytes > 0 else {
            return suite.bulk == .null ? Array(sealed) : oldCipher?.decrypt(sealed, vector: nil)
        }
        var sealed = sealed
        var vector = iv
        if version >= TLSVersion.tls11 {
            guard sealed.count >= suite.blockBytes else { return nil }
            vector = Array(sealed.prefix(suite.blockBytes))
            sealed = sealed.dropFirst(suite.blockBytes)
        }
        guard !sealed.isEmpty, sealed.count % suite.blockBytes == 0, vector.count == suite.blockBytes
        else {
            return nil
        }
        iv = Array(sealed.suffix(suite.blockBytes))
        guard suite.bulk == .aesCBC else { return oldCipher?.decrypt(sealed, vector: vector) }
        guard let vector = try? AES._CBC.IV(ivBytes: vector),
            let content = try? AES._CBC.decrypt(sealed, using: key, iv: vector, noPadding: true)
        else { return nil }
        return Array(content)
    }

    /// Removes the padding of a block cipher: the last byte is the number of padding bytes before it.
    private func withoutPadding(_ padded: [UInt8]) -> ArraySlice<UInt8>? {
        guard suite.blockBytes > 0 else { return padded[...] }
        guard let last = padded.last, Int(last) < padded.count else { return nil }
        return padded.dropLast(Int(last) + 1)
    }
}
