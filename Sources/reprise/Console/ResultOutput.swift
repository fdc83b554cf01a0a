import Glibc

/// Where a command's results go: standard output, or the file its `-o` names.
///
/// A reader that closes the pipe early (`| head`) is not an error: ``isClosed`` becomes true and further output is
/// dropped.
struct ResultOutput: ~Copyable {
    private let descriptor: Int32
    private let name: String
    private let ownsDescriptor: Bool
    private let isRemovable: Bool
    /// Whether the reader has closed the pipe; a command that only writes results may stop then.
    private(set) var isClosed = false

    /// Standard output.
    init() {
        descriptor = STDOUT_FILENO
        name = "standard output"
        ownsDescriptor = false
        isRemovable = false
    }

    /// Standard output for a nil path or `-`, otherwise a new file with mode 0600.
    ///
    /// - Throws: ``CommandFailure`` if the file cannot be created, or exists and `overwrites` is false.
    static func open(path: String?, overwrites: Bool) throws -> ResultOutput {
        guard let path, path != "-" else { return ResultOutput() }
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (overwrites ? O_TRUNC : O_EXCL)
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            if code == EEXIST { throw CommandFailure("\(path) already exists; --force overwrites it") }
            throw CommandFailure("cannot write \(path): \(String(cString: strerror(code)))")
        }
        return ResultOutput(owning: descriptor, named: path, isRemovable: true)
    }

    /// Takes ownership of a file that is open for writing and closes it at the end.
    ///
    /// - Parameter isRemovable: whether the file is removed if it cannot be written completely.
    init(owning descriptor: Int32, named name: String, isRemovable: Bool = false) {
        self.descriptor = descriptor
        self.name = name
        self.isRemovable = isRemovable
        ownsDescriptor = true
    }

    deinit { if ownsDescriptor { _ = close(descriptor) } }

    /// Whether standard output is a terminal.
    static let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Makes writes to a closed pipe or socket fail with EPIPE instead of ending the process (signal(7)).
    static func ignoreClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Writes `text`.
    ///
    /// - Throws: ``CommandFailure`` if the write fails for another reason than a closed pipe; a file that
    ///   ``open(path:overwrites:)`` created is then removed, so that no truncated one is left.
    mutating func write(_ text: String) throws {
        var text = text
        try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes `bytes`; see ``write(_:)-(String)``.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty, !isClosed {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno == EPIPE {
                isClosed = true
            } else if errno != EINTR {
                let code = errno
                removePart()
                throw CommandFailure("cannot write \(name): \(String(cString: strerror(code)))")
            }
        }
    }

    /// Removes the file that could not be written completely; devices and files that were open before stay.
    private func removePart() {
        var status = stat()
        guard isRemovable, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        unlink(name)
    }

    /// Writes a file next to `path` and renames it, so that `path` is either complete or unchanged.
    ///
    /// - Throws: ``CommandFailure`` if it cannot be written; an existing file stays unchanged
    static func replace(_ path: String, with text: String) throws {
        let part = "\(path).part"
        do {
            var output = try open(path: part, overwrites: true)
            try output.write(text)
        } catch {
            unlink(part)
            throw error
        }
        guard rename(part, path) == 0 else {
            throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Writes one result to standard output; see ``write(_:)-(String)``.
    static func print(_ text: String) throws {
        var output = ResultOutput()
        try output.write(text.hasSuffix("\n") ? text : text + "\n")
    }
}
