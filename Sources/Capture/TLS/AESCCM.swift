import Crypto
import CryptoExtras
import FoundationEssentials

/// AES in counter mode with CBC-MAC (RFC 3610), for decryption only. The nonce has 12 bytes, so lengths have three.
struct AESCCM {
    let key: SymmetricKey

    func open(
        _ ciphertext: ArraySlice<UInt8>, tag: [UInt8], nonce: [UInt8], authenticating header: [UInt8]
    ) -> [UInt8]? {
        guard nonce.count == 12, tag.count <= 16, ciphertext.count < 1 << 24, header.count < 0xff00,
            let zeroth = counter(nonce, 0), let first = counter(nonce, 1),
            let content = try? AES._CTR.decrypt(ciphertext, using: key, nonce: first),
            let mac = mac(Array(content), tag.count, nonce, header),
            let expected = try? AES._CTR.encrypt(mac.prefix(tag.count), using: key, nonce: zeroth),
            expected.elementsEqual(tag)
        else { return nil }
        return Array(content)
    }

    private func counter(_ nonce: [UInt8], _ number: UInt8) -> AES._CTR.Nonce? {
        try? AES._CTR.Nonce(nonceBytes: [2] + nonce + [0, 0, number])
    }

    private func mac(_ content: [UInt8], _ tagBytes: Int, _ nonce: [UInt8], _ header: [UInt8])
        -> [UInt8]?
    {
        let flags = UInt8((header.isEmpty ? 0 : 0x40) | ((tagBytes - 2) / 2) << 3 | 2)
        let length = content.count
        var blocks: [UInt8] = [flags] + nonce
        blocks += [UInt8(length >> 16), UInt8(length >> 8 & 0xff), UInt8(length & 0xff)]
        if !header.isEmpty {
            blocks += [UInt8(header.count >> 8), UInt8(header.count & 0xff)] + header
            pad(&blocks)
        }
        blocks += content
        pad(&blocks)
        guard let zero = try? AES._CBC.IV(ivBytes: [UInt8](repeating: 0, count: 16)),
            let chained = try? AES._CBC.encrypt(blocks, using: key, iv: zero, noPadding: true)
        else { return nil }
        return Array(chained.suffix(16))
    }

    private func pad(_ blocks: inout [UInt8]) {
        while blocks.count % 16 != 0 { blocks.append(0) }
    }
}
