internal import Glibc

/// The number of files this process may open (getrlimit(2), `RLIMIT_NOFILE`).
public enum DescriptorBudget {
    /// Files a run needs in addition to its connections: logs, pipes, epoll instances, monitors.
    public static let overhead = 64

    /// Raises the soft limit to the hard one.
    ///
    /// - Returns: the limit in effect afterwards.
    @discardableResult
    public static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(Int32(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
