internal import COpenSSL

/// A failure to set up OpenSSL: an unusable file of certificates or keys, or out of memory.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The task that failed, as words.
    public let task: String
    /// OpenSSL's own text.
    public let reason: String

    /// Reports that `task` failed for the first reason in this thread's error queue (ERR_get_error(3)), which is
    /// cleared.
    init(_ task: String) {
        self.task = task
        let text = ERR_reason_error_string(ERR_get_error())
        reason = text.map { String(cString: $0) } ?? "no reason given"
        ERR_clear_error()
    }

    /// `cannot read the certificate authorities of ca.pem: no certificate or crl found`.
    public var description: String { "cannot \(task): \(reason)" }
}
