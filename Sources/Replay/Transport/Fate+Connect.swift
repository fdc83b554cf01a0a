internal import Glibc
internal import Measurement

extension Fate {
    /// The fate for an `errno` of connect(2) or socket(2).
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
