internal import Glibc

/// A system call that failed.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, as in its manual page.
    public let call: String
    /// Its `errno`.
    public let code: Int32

    /// `call` failed with the `errno` of this thread.
    public init(_ call: String) { self.init(call, code: errno) }

    /// `call` failed with an error number.
    public init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// `epoll_create1: Too many open files`.
    public var description: String { "\(call): \(String(cString: strerror(code)))" }
}
