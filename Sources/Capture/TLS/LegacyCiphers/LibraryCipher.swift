internal import COpenSSL

/// Ciphers of old recordings that swift-crypto lacks, from libcrypto's default and legacy providers (EVP_CIPHER(3)).
///
/// The records of one direction are decrypted by one thread. If the legacy provider is not installed, connections with
/// its ciphers cannot be decrypted, and are counted as such.
struct LibraryCipher {
    /// The cipher's state. CBC starts with a vector for each record; a stream cipher continues from record to record.
    private var context: Context

    /// - Parameters:
    ///   - name: the name for EVP_CIPHER_fetch(3).
    ///   - key: a key of the suite's key length.
    /// - Returns: nil if libcrypto does not have the cipher, or not with this key length.
    init?(_ name: String, key: [UInt8]) {
        guard let context = Context(name, key: key) else { return nil }
        self.context = context
    }

    /// Decrypts whole blocks with an initialisation vector, or the next bytes of a stream cipher, whose `vector` is
    /// nil.
    ///
    /// A copy of this value made before the call continues from its own state.
    mutating func decrypt(_ ciphertext: ArraySlice<UInt8>, vector: [UInt8]?) -> [UInt8]? {
        guard vector == nil else { return context.decrypt(ciphertext, vector: vector) }
        guard let next = context.copy(), let plain = next.decrypt(ciphertext, vector: nil) else { return nil }
        context = next
        return plain
    }

    /// A context of libcrypto (EVP_CIPHER_CTX_new(3)).
    private final class Context {
        private let pointer: OpaquePointer

        init?(_ name: String, key: [UInt8]) {
            guard let cipher = EVP_CIPHER_fetch(Providers.shared.library, name, nil) else { return nil }
            defer { EVP_CIPHER_free(cipher) }
            guard let pointer = EVP_CIPHER_CTX_new() else { return nil }
            self.pointer = pointer
            guard EVP_DecryptInit_ex2(pointer, cipher, nil, nil, nil) == 1,
                EVP_CIPHER_CTX_set_key_length(pointer, Int32(key.count)) == 1,
                EVP_DecryptInit_ex2(pointer, nil, key, nil, nil) == 1
            else { return nil }
        }

        private init(owning pointer: OpaquePointer) { self.pointer = pointer }

        deinit { EVP_CIPHER_CTX_free(pointer) }

        func copy() -> Context? {
            guard let copy = EVP_CIPHER_CTX_new() else { return nil }
            let context = Context(owning: copy)
            return EVP_CIPHER_CTX_copy(copy, pointer) == 1 ? context : nil
        }

        func decrypt(_ ciphertext: ArraySlice<UInt8>, vector: [UInt8]?) -> [UInt8]? {
            if let vector {
                guard vector.count == Int(EVP_CIPHER_CTX_get_iv_length(pointer)),
                    EVP_DecryptInit_ex2(pointer, nil, nil, vector, nil) == 1
                else { return nil }
            }
            // TLS has its own padding (RFC 5246 section 6.2.3.2).
            EVP_CIPHER_CTX_set_padding(pointer, 0)
            var written: Int32 = 0
            var isDone = false
            let plain = [UInt8](unsafeUninitializedCapacity: ciphertext.count + 32) { output, count in
                isDone = ciphertext.withUnsafeBufferPointer { input in
                    EVP_DecryptUpdate(pointer, output.baseAddress, &written, input.baseAddress, Int32(input.count)) == 1
                }
                count = isDone ? Int(written) : 0
            }
            return isDone && plain.count == ciphertext.count ? plain : nil
        }
    }

    /// A library context with both providers (OSSL_PROVIDER(3)), so that other uses of libcrypto in this process are
    /// not affected.
    private final class Providers: @unchecked Sendable {
        static let shared = Providers()

        let library = OSSL_LIB_CTX_new()

        private init() {
            _ = OSSL_PROVIDER_load(library, "default")
            _ = OSSL_PROVIDER_load(library, "legacy")
        }
    }
}
