internal import COpenSSL
internal import Glibc
internal import Measurement

/// The client side of TLS on a non-blocking socket (SSL_new(3)).
///
/// Trivial to copy, as connections are; its connection owns it and ends it with ``end(isPolite:)``.
struct TLSStream {
    private let ssl: OpaquePointer

    /// The result of a step.
    enum Step {
        /// This many bytes of content were transferred; 0 for a handshake.
        case done(Int)
        /// The socket has to become ready first.
        case wait
        /// The server ended the connection with a closure alert (RFC 8446 section 6.1).
        case closed
        /// The connection ended without a closure alert: data may be missing (RFC 9112 section 9.8).
        case cutOff
        case failed(Fate)
    }

    init(_ ssl: OpaquePointer) { self.ssl = ssl }

    /// Sets how many bytes may be read from the socket for the current event: otherwise a server that never stops would
    /// hold the thread inside one OpenSSL call.
    func allow(bytes: Int) { reprise_tls_allow(ssl, Int32(clamping: bytes)) }

    /// Whether the allowance is used up, so that ``Step/wait`` does not mean that the socket is empty.
    var isSpent: Bool { reprise_tls_is_spent(ssl) != 0 }

    /// Continues the handshake (SSL_do_handshake(3)).
    func handshake() -> Step {
        prepare()
        let code = SSL_do_handshake(ssl)
        return code == 1 ? .done(0) : failure(code)
    }

    /// Reads the content of at most one record (SSL_read(3)).
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        prepare()
        let count = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
        return count > 0 ? .done(Int(count)) : failure(count)
    }

    /// Writes the content of at most one record (SSL_write(3)). After ``Step/wait`` the same bytes have to be passed
    /// again.
    func write(_ bytes: UnsafeRawBufferPointer) -> Step {
        prepare()
        let count = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
        return count > 0 ? .done(Int(count)) : failure(count)
    }

    /// Whether no unread content has been received; other data, such as session tickets, is processed.
    var isQuiet: Bool {
        guard !isSpent else { return false }
        guard SSL_has_pending(ssl) == 1 else { return true }
        prepare()
        var byte: UInt8 = 0
        let count = SSL_peek(ssl, &byte, 1)
        guard count <= 0, case .wait = failure(count) else { return false }
        return true
    }

    /// The current session, for resumption on another connection; nil when the server gave no ticket for it.
    var resumption: TLSResumption? {
        guard SSL_is_init_finished(ssl) == 1, let session = SSL_get1_session(ssl) else { return nil }
        guard SSL_SESSION_is_resumable(session) == 1 else {
            SSL_SESSION_free(session)
            return nil
        }
        return TLSResumption(owning: session)
    }

    /// Frees it; the caller closes the socket.
    ///
    /// - Parameter isPolite: whether a closure alert is sent (RFC 8446 section 6.1), as clients do on an intact
    ///   connection.
    func end(isPolite: Bool) {
        if isPolite, SSL_is_init_finished(ssl) == 1 {
            prepare()
            SSL_shutdown(ssl)
        } else {
            // Without these flags OpenSSL regards the session as broken.
            SSL_set_quiet_shutdown(ssl, 1)
            SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN)
        }
        ERR_clear_error()
        SSL_free(ssl)
    }

    /// OpenSSL reports errors by this thread's error queue and `errno`, so both are cleared first.
    @inline(__always)
    private func prepare() {
        ERR_clear_error()
        errno = 0
    }

    private func failure(_ code: Int32) -> Step {
        let systemError = errno
        switch SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wait
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL: return systemError == 0 ? .cutOff : .failed(.reset)
        default: return .failed(.tls)
        }
    }
}

/// A session that another connection of the same clone may resume (SSL_SESSION, RFC 8446 section 2.2).
final class TLSResumption {
    let session: OpaquePointer

    /// Takes ownership of a counted reference.
    init(owning session: OpaquePointer) { self.session = session }

    deinit { SSL_SESSION_free(session) }
}
