import COpenSSL
import Glibc

/// A certificate and its key, made for a test, in PEM files.
public struct TestIdentity: Sendable {
    public let certificateFile: String
    public let keyFile: String
    /// Where they are, as long as the identity is.
    private let folder: TemporaryFolder

    fileprivate init(_ name: String, in folder: TemporaryFolder) {
        certificateFile = folder.file("\(name).pem")
        keyFile = folder.file("\(name)-key.pem")
        self.folder = folder
    }
}

/// A certificate authority of a test's own.
public final class TestAuthority {
    /// Its own certificate (PEM).
    public let file: String
    private let folder: TemporaryFolder
    private let name: String
    private let key: OpaquePointer
    private var serial = 1

    /// OpenSSL refused.
    public struct Failure: Error {
        public let call: String
    }

    /// A new authority.
    public init(_ name: String = "Test authority") throws {
        self.name = name
        folder = try TemporaryFolder()
        key = try TestAuthority.makeKey()
        file = folder.file("authority.pem")
        let certificate = try TestAuthority.certificate(
            subject: name, issuer: name, key: key, signer: key, serial: 1,
            extensions: [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign")])
        defer { X509_free(certificate) }
        try TestAuthority.write(to: file) { PEM_write_bio_X509($0, certificate) }
    }

    deinit { EVP_PKEY_free(key) }

    /// A certificate of this authority for a server or client.
    ///
    /// - Parameter alternatives: whom it speaks for, as OpenSSL writes it: `DNS:localhost,IP:127.0.0.1`.
    public func identity(_ subject: String, alternatives: String = "DNS:localhost,IP:127.0.0.1") throws -> TestIdentity
    {
        serial += 1
        let own = try TestAuthority.makeKey()
        defer { EVP_PKEY_free(own) }
        let certificate = try TestAuthority.certificate(
            subject: subject, issuer: name, key: own, signer: key, serial: serial,
            extensions: [(NID_subject_alt_name, alternatives)])
        defer { X509_free(certificate) }
        let identity = TestIdentity("\(serial)", in: folder)
        try TestAuthority.write(to: identity.certificateFile) { PEM_write_bio_X509($0, certificate) }
        try TestAuthority.write(to: identity.keyFile) { PEM_write_bio_PrivateKey($0, own, nil, nil, 0, nil, nil) }
        return identity
    }

    private static func makeKey() throws -> OpaquePointer {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { throw Failure(call: "EVP_PKEY_CTX_new_id") }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw Failure(call: "EVP_PKEY_keygen") }
        return key
    }

    private static func certificate(
        subject: String, issuer: String, key: OpaquePointer, signer: OpaquePointer, serial: Int,
        extensions: [(Int32, String)]
    ) throws -> OpaquePointer {
        guard let certificate = X509_new() else { throw Failure(call: "X509_new") }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        // An hour ago: clocks differ.
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 86_400)
        X509_set_pubkey(certificate, key)
        for (set, text) in [(X509_set_subject_name, subject), (X509_set_issuer_name, issuer)] {
            let name = X509_NAME_new()
            defer { X509_NAME_free(name) }
            X509_NAME_add_entry_by_txt(name, "CN", Int32(MBSTRING_FLAG) | 1, text, -1, -1, 0)
            _ = set(certificate, name)
        }
        for (kind, text) in extensions {
            guard let found = X509V3_EXT_conf_nid(nil, nil, kind, text) else {
                throw Failure(call: "X509V3_EXT_conf_nid")
            }
            X509_add_ext(certificate, found, -1)
            X509_EXTENSION_free(found)
        }
        guard X509_sign(certificate, signer, EVP_sha256()) > 0 else { throw Failure(call: "X509_sign") }
        return certificate
    }

    private static func write(to path: String, _ body: (OpaquePointer) -> Int32) throws {
        guard let file = BIO_new_file(path, "w") else { throw Failure(call: "BIO_new_file") }
        defer { BIO_free(file) }
        guard body(file) == 1 else { throw Failure(call: "PEM_write_bio") }
    }
}
