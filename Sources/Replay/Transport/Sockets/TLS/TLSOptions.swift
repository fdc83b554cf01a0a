/// How TLS targets are met, as curl's options of the same names have it.
struct TLSOptions: Hashable, Sendable {
    var verifiesCertificates = true
    /// A PEM file of certificate authorities, instead of the system's.
    var certificateAuthorities: String?
    /// PEM files; a certificate without a key file has its key in its own.
    var clientCertificate: String?
    var clientKey: String?
}
