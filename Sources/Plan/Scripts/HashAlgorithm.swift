internal import COpenSSL
import Crypto
import Formats

/// Hash functions and checksums that request fields name.
enum HashAlgorithm: String, Hashable, Sendable, CaseIterable {
    case md5 = "MD5"
    case sha1 = "SHA-1"
    case sha256 = "SHA-256"
    case sha384 = "SHA-384"
    case sha512 = "SHA-512"
    /// SHA-512 with other initial values, truncated to half the length (FIPS 180-4 section 6.7).
    case sha512Half = "SHA-512-256"
    case crc32 = "CRC-32"
    case crc32c = "CRC-32C"

    /// Digests long enough that no other bytes match by chance.
    static let digests: [HashAlgorithm] = [.md5, .sha1, .sha256, .sha384, .sha512]

    /// Length of a hash in bytes.
    var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256, .sha512Half: 32
        case .sha384: 48
        case .sha512: 64
        case .crc32, .crc32c: 4
        }
    }

    /// The hash of `bytes`.
    func hash(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .md5: Array(Insecure.MD5.hash(data: bytes))
        case .sha1: Array(Insecure.SHA1.hash(data: bytes))
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        case .sha512Half: HashAlgorithm.halfOfSHA512(bytes)
        case .crc32: HashAlgorithm.bigEndian(bytes.withUnsafeBytes(CRC32.of))
        case .crc32c: HashAlgorithm.bigEndian(bytes.withUnsafeBytes(CRC32C.of))
        }
    }

    /// SHA-512/256, which swift-crypto does not have.
    private static func halfOfSHA512(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let isDone = EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha512_256(), nil)
        precondition(isDone == 1 && count == 32, "OpenSSL 3 has SHA-512/256 in its default provider")
        return digest
    }

    /// A checksum in network byte order, as fields write it.
    private static func bigEndian(_ sum: UInt32) -> [UInt8] { withUnsafeBytes(of: sum.bigEndian) { Array($0) } }

    /// The hash of `bytes` in lowercase hexadecimal digits.
    func hex(_ bytes: [UInt8]) -> [UInt8] { HashAlgorithm.hex(hash(bytes), isUppercase: false) }

    /// `bytes` in hexadecimal digits.
    static func hex(_ bytes: [UInt8], isUppercase: Bool) -> [UInt8] {
        let digits = Array((isUppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}
