internal import CLinux
internal import Glibc

/// Wakes a thread that waits in an ``EventPoll`` (eventfd(2)). Any thread may call ``wake()``.
final class WakeSignal: Sendable {
    /// The descriptor to watch for reading.
    let file: Int32

    /// A signal that has not been given.
    init() throws(SystemCallError) {
        file = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard file >= 0 else { throw SystemCallError("eventfd") }
    }

    deinit { close(file) }

    /// Makes the descriptor readable.
    func wake() {
        var one: UInt64 = 1
        _ = write(file, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes the descriptor unreadable again.
    func clear() {
        var count: UInt64 = 0
        _ = read(file, &count, MemoryLayout<UInt64>.size)
    }
}
