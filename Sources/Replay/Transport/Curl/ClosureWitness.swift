internal import COpenSSL

/// Whether a server has said that it ends a TLS connection of libcurl's (RFC 8446 section 6.1).
///
/// libcurl takes the end of a connection for the end of a body that has no length, whether the server said so or
/// someone cut the connection off. OpenSSL knows: it tells of every alert. A witness belongs to the connection's
/// context, which libcurl makes for each connection; a transfer that needs it keeps it. Used on the connection's
/// thread.
final class ClosureWitness {
    private(set) var isTold = false

    /// Where contexts keep their witness; they release it when they go (CRYPTO_get_ex_new_index(3)).
    private static let index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil) {
        _, witness, _, _, _, _ in
        if let witness { Unmanaged<ClosureWitness>.fromOpaque(witness).release() }
    }

    /// Watches the connection that will have this context.
    static func watch(_ context: OpaquePointer) {
        let witness = Unmanaged.passRetained(ClosureWitness())
        guard SSL_CTX_set_ex_data(context, index, witness.toOpaque()) == 1 else { return witness.release() }
        SSL_CTX_set_info_callback(context) { ssl, place, code in
            guard place & SSL_CB_READ_ALERT == SSL_CB_READ_ALERT, code & 0xff == SSL_AD_CLOSE_NOTIFY, let ssl else {
                return
            }
            ClosureWitness.of(ssl)?.isTold = true
        }
    }

    /// The witness of a connection; nil where none watches it.
    static func of(_ ssl: OpaquePointer) -> ClosureWitness? {
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), index).map {
            Unmanaged<ClosureWitness>.fromOpaque($0).takeUnretainedValue()
        }
    }
}
