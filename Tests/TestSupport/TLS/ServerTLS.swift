import COpenSSL
import Glibc

/// How a ``LoopbackServer`` speaks TLS.
public final class ServerTLS: @unchecked Sendable {
    private let context: OpaquePointer
    /// What it agrees to speak (ALPN, RFC 7301), by preference.
    fileprivate let protocols: [String]

    /// A server's side of TLS.
    ///
    /// - Parameters:
    ///   - clientAuthority: a PEM file; without a certificate of this authority no client gets in.
    ///   - isOld: whether it speaks TLS 1.2 at most.
    public init(
        _ identity: TestIdentity, protocols: [String] = ["http/1.1"], clientAuthority: String? = nil,
        isOld: Bool = false
    ) throws {
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw TestAuthority.Failure(call: "SSL_CTX_new") }
        self.context = context
        self.protocols = protocols
        guard SSL_CTX_use_certificate_chain_file(context, identity.certificateFile) == 1,
            SSL_CTX_use_PrivateKey_file(context, identity.keyFile, SSL_FILETYPE_PEM) == 1
        else { throw TestAuthority.Failure(call: "SSL_CTX_use_PrivateKey_file") }
        if isOld { SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil) }
        var sessions = Array("tests".utf8)
        SSL_CTX_set_session_id_context(context, &sessions, UInt32(sessions.count))
        if let clientAuthority {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            guard SSL_CTX_load_verify_locations(context, clientAuthority, nil) == 1 else {
                throw TestAuthority.Failure(call: "SSL_CTX_load_verify_locations")
            }
        }
        SSL_CTX_set_alpn_select_cb(
            context,
            { _, selected, selectedLength, offered, offeredLength, argument in
                guard let argument, let offered else { return SSL_TLSEXT_ERR_NOACK }
                let server = Unmanaged<ServerTLS>.fromOpaque(argument).takeUnretainedValue()
                for name in server.protocols {
                    var index = 0
                    while index < Int(offeredLength) {
                        let length = Int(offered[index])
                        let bytes = UnsafeBufferPointer(start: offered + index + 1, count: length)
                        if bytes.elementsEqual(name.utf8) {
                            selected?.pointee = bytes.baseAddress
                            selectedLength?.pointee = UInt8(length)
                            return SSL_TLSEXT_ERR_OK
                        }
                        index += 1 + length
                    }
                }
                return SSL_TLSEXT_ERR_NOACK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { SSL_CTX_free(context) }

    /// The handshake on an accepted socket; nil when it fails.
    func accept(_ file: Int32) -> ServerStream? {
        guard let ssl = SSL_new(context) else { return nil }
        SSL_set_fd(ssl, file)
        guard SSL_accept(ssl) == 1 else {
            SSL_free(ssl)
            return nil
        }
        return ServerStream(file: file, ssl: ssl)
    }
}

/// What a server knows of a TLS connection.
public struct TLSFacts: Hashable, Sendable {
    /// The name the client asked for (SNI).
    public var serverName: String?
    /// What was agreed to speak (ALPN).
    public var applicationProtocol: String?
    /// Whether the client took up an earlier session.
    public var isResumed: Bool
    public var hasClientCertificate: Bool
}

/// An accepted connection, in the clear or through TLS. Used by one thread; blocks.
struct ServerStream {
    let file: Int32
    let ssl: OpaquePointer?

    init(file: Int32, ssl: OpaquePointer? = nil) {
        self.file = file
        self.ssl = ssl
    }

    /// Reads what is there, at least a byte; 0 or less at the end.
    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let ssl else { return Glibc.read(file, buffer.baseAddress, buffer.count) }
        return Int(SSL_read(ssl, buffer.baseAddress, Int32(buffer.count)))
    }

    /// Sends all of `bytes`; false when the client has gone.
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in
                if let ssl { return Int(SSL_write(ssl, bytes.baseAddress, Int32(bytes.count))) }
                return Glibc.send(file, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// What is known of its TLS; nil without.
    var facts: TLSFacts? {
        guard let ssl else { return nil }
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &length)
        let certificate = SSL_get1_peer_certificate(ssl)
        defer { X509_free(certificate) }
        return TLSFacts(
            serverName: SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) },
            applicationProtocol: name.map {
                String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self)
            },
            isResumed: SSL_session_reused(ssl) == 1, hasClientCertificate: certificate != nil)
    }

    /// Updates its own keys (TLS 1.3 only); false if the client is gone.
    func renewKeys() -> Bool {
        guard let ssl else { return false }
        return SSL_key_update(ssl, 0) == 1 && SSL_do_handshake(ssl) == 1
    }

    /// Sends another session ticket (TLS 1.3 only); false when the client has gone.
    func sendTicket() -> Bool {
        guard let ssl, SSL_new_session_ticket(ssl) == 1 else { return false }
        return SSL_do_handshake(ssl) == 1
    }

    /// Asks for another handshake, and makes it (TLS 1.2 only); false when the client has gone.
    func shakeHandsAgain() -> Bool {
        guard let ssl, SSL_renegotiate(ssl) == 1, SSL_do_handshake(ssl) == 1 else { return false }
        // The client's hello comes in place of content.
        var byte: UInt8 = 0
        var tries = 0
        while SSL_renegotiate_pending(ssl) == 1, tries < 100 {
            tries += 1
            guard SSL_peek(ssl, &byte, 1) > 0 || SSL_get_error(ssl, -1) == SSL_ERROR_WANT_READ else { return false }
        }
        return true
    }

    /// Tells the client that nothing more comes (RFC 8446 section 6.1).
    func sayFarewell() { if let ssl { SSL_shutdown(ssl) } }

    /// Frees its TLS.
    func end() { SSL_free(ssl) }
}
