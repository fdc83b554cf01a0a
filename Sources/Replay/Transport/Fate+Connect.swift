internal import Glibc
internal import Measurement

extension Fate {
    /// What the `errno` of a failed connect(2) or socket(2) says.
    init(connectError: Int32) {
        self =
            switch connectError {
            case ETIMEDOUT: .timeout
            case EHOSTUNREACH, ENETUNREACH: .unreachable
            case EMFILE, ENFILE, EADDRNOTAVAIL, ENOBUFS, ENOMEM: .exhausted
            case ECONNRESET: .reset
            default: .refused
            }
    }
}
