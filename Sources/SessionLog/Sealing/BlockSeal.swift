import Crypto
import Formats
import FoundationEssentials

/// Seals the payloads of one log's blocks with ChaCha20-Poly1305 (RFC 8439).
///
/// Every log has its own key, derived from the user's with a random salt, and counts its nonces from 0, so that no
/// nonce is used twice with a key; the nonce of a block that could not be written is not reused. The block's header is
/// authenticated too.
struct BlockSeal: ~Copyable {
    static let saltBytes = 16
    static let nonceBytes = 12
    static let tagBytes = 16
    /// Bytes that sealing adds to a payload: salt and nonce before it, the tag after it.
    static let extraBytes = saltBytes + nonceBytes + tagBytes
    /// Bytes of a block header that are authenticated: all but the two checksums.
    static let authenticatedBytes = 64

    private let key: SymmetricKey
    private let salt: Salt
    private var nextNonce: UInt64 = 0

    init(_ key: LogKey, logID: UInt64, salt: Salt) {
        self.key = key.blockKey(logID: logID, salt: salt)
        self.salt = salt
    }

    /// Replaces the payload, which is `buffer` from `start` on, with its sealed form.
    ///
    /// - Parameter header: the header as it will be written, except for the checksums.
    mutating func close(
        _ header: BlockHeader, _ buffer: inout GrowingBuffer, from start: Int
    ) throws(SessionLogError) {
        var nonce = [UInt8](repeating: 0, count: BlockSeal.nonceBytes - 8)
        nonce.appendLittleEndian(nextNonce)
        nextNonce += 1
        let content = UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
        let box: ChaChaPoly.SealedBox
        do {
            box = try ChaChaPoly.seal(
                content, using: key, nonce: ChaChaPoly.Nonce(data: nonce), authenticating: header.authenticated)
        } catch {
            throw .sealing("\(error)")
        }
        buffer.resize(to: start)
        for part in [salt.bytes, nonce] { part.withRawBytes { buffer.append($0) } }
        for part in [box.ciphertext, box.tag] { part.withUnsafeBytes { buffer.append($0) } }
    }
}

/// Opens the payloads of sealed blocks.
struct SealOpener {
    private let key: LogKey
    /// The last derived key, and its inputs.
    private var derived: (logID: UInt64, salt: Salt, key: SymmetricKey)?

    init(_ key: LogKey) { self.key = key }

    /// Replaces a sealed payload with its content.
    ///
    /// - Returns: false if the key is not the block's, or if the block was changed.
    mutating func open(_ header: BlockHeader, _ payload: inout GrowingBuffer) -> Bool {
        guard payload.count >= BlockSeal.extraBytes else { return false }
        let bytes = payload.bytes
        let contentStart = BlockSeal.saltBytes + BlockSeal.nonceBytes
        let contentEnd = bytes.count - BlockSeal.tagBytes
        let key = blockKey(header.logID, Salt(bytes))
        func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
        guard let nonce = try? ChaChaPoly.Nonce(data: part(BlockSeal.saltBytes..<contentStart)),
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce, ciphertext: part(contentStart..<contentEnd), tag: part(contentEnd..<bytes.count)),
            let content = try? ChaChaPoly.open(box, using: key, authenticating: header.authenticated)
        else { return false }
        payload.resize(to: 0)
        content.withUnsafeBytes { payload.append($0) }
        return true
    }

    private mutating func blockKey(_ logID: UInt64, _ salt: Salt) -> SymmetricKey {
        if let derived, derived.logID == logID, derived.salt == salt { return derived.key }
        let key = key.blockKey(logID: logID, salt: salt)
        derived = (logID, salt, key)
        return key
    }
}

extension BlockHeader {
    /// The bytes that a seal authenticates.
    fileprivate var authenticated: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: LogFormat.blockHeaderBytes)
        bytes.withUnsafeMutableBytes { write(to: $0) }
        return Array(bytes[..<BlockSeal.authenticatedBytes])
    }
}
