/// TLS settings for targets, with the meaning of curl's options of the same names.
struct TLSOptions: Hashable, Sendable {
    var verifiesCertificates = true
    /// A PEM file of certificate authorities, instead of the system's.
    var certificateAuthorities: String?
    /// PEM files; without a key file, the key is in the certificate's file.
    var clientCertificate: String?
    var clientKey: String?
}
