internal import COpenSSL

/// The shared settings of a worker's TLS connections: authorities, client certificate, options (SSL_CTX_new(3)).
///
/// Sharing one context keeps each connection small: libcurl creates one per connection. Used by one thread.
struct TLSContext: ~Copyable {
    private let context: OpaquePointer
    private let sockets: OpaquePointer

    /// The ALPN protocols of HTTP/1.1 clients (RFC 7301 section 3.1: a length before each name).
    private static let protocols = [UInt8](arrayLiteral: 8) + Array("http/1.1".utf8)

    init(_ options: TLSOptions) throws(TLSError) {
        guard let sockets = reprise_tls_socket_method() else { throw TLSError("set up TLS") }
        do throws(TLSError) {
            context = try TLSContext.make(options)
        } catch {
            BIO_meth_free(sockets)
            throw error
        }
        self.sockets = sockets
    }

    deinit {
        SSL_CTX_free(context)
        BIO_meth_free(sockets)
    }

    private static func make(_ options: TLSOptions) throws(TLSError) -> OpaquePointer {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw TLSError("set up TLS") }
        let modes = SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        reprise_tls_set_mode(context, Int(modes))
        // Reads a record's head and the following data with one read(2).
        reprise_tls_read_ahead(context)
        // Each clone resumes only its own sessions; see TLSResumption.
        reprise_tls_keep_no_sessions(context)
        _ = TLSContext.protocols.withUnsafeBufferPointer { names in
            SSL_CTX_set_alpn_protos(context, names.baseAddress, UInt32(names.count))
        }
        // Keys with a passphrase are refused: prompting on the terminal would stop the run.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
        do throws(TLSError) {
            try setAuthorities(context, options)
            try setIdentity(context, options)
        } catch {
            SSL_CTX_free(context)
            throw error
        }
        return context
    }

    private static func setAuthorities(_ context: OpaquePointer, _ options: TLSOptions) throws(TLSError) {
        guard options.verifiesCertificates else {
            SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
            return
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        if let file = options.certificateAuthorities {
            guard SSL_CTX_load_verify_locations(context, file, nil) == 1 else {
                throw TLSError("read the certificate authorities of \(file)")
            }
        } else {
            guard SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw TLSError("read the system's certificate authorities")
            }
        }
    }

    private static func setIdentity(_ context: OpaquePointer, _ options: TLSOptions) throws(TLSError) {
        guard let certificate = options.clientCertificate else { return }
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw TLSError("read the client certificate of \(certificate)")
        }
        let key = options.clientKey ?? certificate
        guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
            throw TLSError("use the client's key of \(key)")
        }
    }

    /// The client side of TLS on a connected socket, before its handshake; nil when out of memory.
    ///
    /// - Parameters:
    ///   - name: what the server has to prove to be: a name, which is sent as SNI (RFC 6066 section 3), or an address.
    ///   - resumption: an earlier session with the server to resume.
    func stream(on file: Int32, to name: String, resuming resumption: TLSResumption?) -> TLSStream? {
        guard let ssl = SSL_new(context) else { return nil }
        guard reprise_tls_set_socket(ssl, sockets, file) == 1 else {
            SSL_free(ssl)
            return nil
        }
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) != 1 {
            _ = reprise_tls_set_server_name(ssl, name)
            SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            guard SSL_set1_host(ssl, name) == 1 else {
                SSL_free(ssl)
                return nil
            }
        }
        if let resumption { SSL_set_session(ssl, resumption.session) }
        SSL_set_connect_state(ssl)
        return TLSStream(ssl)
    }
}
