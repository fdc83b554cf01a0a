internal import COpenSSL

/// Records whether the server has ended a TLS connection of libcurl's with a closure alert (RFC 8446 section 6.1).
///
/// For a body without a length, libcurl treats the end of the connection as the end of the body, whether the server
/// announced it or the connection was cut off. OpenSSL reports every alert and so knows the difference. A watch
/// belongs to the connection's context, which libcurl creates per connection; a transfer that needs the watch retains
/// it. Used on the connection's thread.
final class ClosureAlertWatch {
    /// Whether the server sent a closure alert.
    private(set) var isAnnounced = false

    /// The index of the watch in a context, which releases it when it is freed (CRYPTO_get_ex_new_index(3)).
    private static let index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil) {
        _, watch, _, _, _, _ in
        if let watch { Unmanaged<ClosureAlertWatch>.fromOpaque(watch).release() }
    }

    /// Watches the connection that uses this context.
    static func watch(_ context: OpaquePointer) {
        let watch = Unmanaged.passRetained(ClosureAlertWatch())
        guard SSL_CTX_set_ex_data(context, index, watch.toOpaque()) == 1 else { return watch.release() }
        SSL_CTX_set_info_callback(context) { ssl, place, code in
            guard place & SSL_CB_READ_ALERT == SSL_CB_READ_ALERT, code & 0xff == SSL_AD_CLOSE_NOTIFY, let ssl else {
                return
            }
            ClosureAlertWatch.of(ssl)?.isAnnounced = true
        }
    }

    /// The watch of a connection; nil if there is none.
    static func of(_ ssl: OpaquePointer) -> ClosureAlertWatch? {
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), index).map {
            Unmanaged<ClosureAlertWatch>.fromOpaque($0).takeUnretainedValue()
        }
    }
}
