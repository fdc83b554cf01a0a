import Glibc

/// Standard input, output and error of this process.
enum StandardDescriptors {
    /// Occupies the descriptors that the parent left closed. Otherwise the next file that is opened would get their
    /// number, and printed text would go into a log or a run folder. Writing to them fails as it would without a file
    /// (EBADF).
    static func occupy() {
        for file in STDIN_FILENO...STDERR_FILENO where fcntl(file, F_GETFD) < 0 {
            _ = open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
