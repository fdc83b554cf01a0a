import Glibc

/// Standard input, output and error of this process.
enum StandardDescriptors {
    /// Occupies those that the parent left closed: else the next file that is opened takes their number, and what is printed
    /// goes into a log or a run folder. What is written to them fails as it would without a file (EBADF).
    static func occupy() {
        for file in STDIN_FILENO...STDERR_FILENO where fcntl(file, F_GETFD) < 0 {
            _ = open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
