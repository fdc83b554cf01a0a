import Glibc

/// A key log file that is read while others write it. It does not have to exist yet; if it is replaced or truncated, it
/// is read from its beginning. Owns the descriptor.
struct KeyLogFile: ~Copyable {
    private static let chunkBytes = 64 << 10

    private let path: String
    private let limits: CaptureLimits
    private var descriptor: Int32 = -1
    private var offset: Int64 = 0
    private var text: KeyLogText

    init(path: String, limits: CaptureLimits) {
        self.path = path
        self.limits = limits
        text = KeyLogText(limits: limits)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Reads the lines added since the last call.
    mutating func poll(into store: inout SecretStore) {
        reopenIfReplaced()
        guard descriptor >= 0 else { return }
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: KeyLogFile.chunkBytes, alignment: 16)
        defer { room.deallocate() }
        var hasRead = false
        while true {
            let count = pread(descriptor, room.baseAddress, room.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            hasRead = true
            offset += Int64(count)
            text.append(UnsafeRawBufferPointer(rebasing: room[..<count]), to: &store)
        }
        if hasRead { text.peek(into: &store) }
    }

    private mutating func reopenIfReplaced() {
        var named = stat()
        guard stat(path, &named) == 0 else { return }
        if descriptor >= 0 {
            var opened = stat()
            let isSame =
                fstat(descriptor, &opened) == 0 && opened.st_ino == named.st_ino
                && opened.st_dev == named.st_dev
            if isSame, Int64(named.st_size) >= offset { return }
            close(descriptor)
        }
        // A pipe would block; other files than regular ones cannot be read twice anyway.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        offset = 0
        text = KeyLogText(limits: limits)
    }
}
