internal import COpenSSL

/// OpenSSL cannot be set up as asked: a file of certificates or keys that it cannot use, or no memory.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was to be done, in words.
    public let task: String
    /// OpenSSL's own text.
    public let reason: String

    /// `task` failed for the first reason in this thread's queue of errors (ERR_get_error(3)), which is emptied.
    init(_ task: String) {
        self.task = task
        let text = ERR_reason_error_string(ERR_get_error())
        reason = text.map { String(cString: $0) } ?? "no reason given"
        ERR_clear_error()
    }

    /// `cannot read the certificate authorities of ca.pem: no certificate or crl found`.
    public var description: String { "cannot \(task): \(reason)" }
}
