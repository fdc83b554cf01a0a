internal import COpenSSL

/// Records whether the server has ended a TLS connection of libcurl's with a closure alert (RFC 8446 section 6.1).
///
/// For a body without a length, libcurl treats the end of the connection as the end of the body, whether the server
/// announced it or the connection was cut off. OpenSSL reports every alert and so knows the difference. A witness
/// belongs to the connection's context, which libcurl creates per connection; a transfer that needs the witness retains
/// it. Used on the connection's thread.
final class ClosureWitness {
    /// Whether the server sent a closure alert.
    private(set) var isAnnounced = false

    /// The index of the witness in a context, which releases it when it is freed (CRYPTO_get_ex_new_index(3)).
    private static let index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil) {
        _, witness, _, _, _, _ in
        if let witness { Unmanaged<ClosureWitness>.fromOpaque(witness).release() }
    }

    /// Watches the connection that uses this context.
    static func watch(_ context: OpaquePointer) {
        let witness = Unmanaged.passRetained(ClosureWitness())
        guard SSL_CTX_set_ex_data(context, index, witness.toOpaque()) == 1 else { return witness.release() }
        SSL_CTX_set_info_callback(context) { ssl, place, code in
            guard place & SSL_CB_READ_ALERT == SSL_CB_READ_ALERT, code & 0xff == SSL_AD_CLOSE_NOTIFY, let ssl else {
                return
            }
            ClosureWitness.of(ssl)?.isAnnounced = true
        }
    }

    /// The witness of a connection; nil if there is none.
    static func of(_ ssl: OpaquePointer) -> ClosureWitness? {
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), index).map {
            Unmanaged<ClosureWitness>.fromOpaque($0).takeUnretainedValue()
        }
    }
}
