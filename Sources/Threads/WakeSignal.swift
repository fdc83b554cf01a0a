internal import CLinux
internal import Glibc

/// Wakes a thread that waits for a descriptor, in epoll or in ``wait(milliseconds:or:)`` (eventfd(2)). Any thread may
/// call ``wake()``.
public final class WakeSignal: Sendable {
    /// The descriptor to watch for reading.
    public let file: Int32

    /// Creates a signal that is not set.
    ///
    /// - Throws: the error of eventfd(2), when the process cannot open more files.
    public init() throws(SystemCallError) {
        file = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard file >= 0 else { throw SystemCallError("eventfd") }
    }

    deinit { close(file) }

    /// Makes the descriptor readable.
    public func wake() {
        var one: UInt64 = 1
        _ = write(file, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes the descriptor unreadable again.
    public func clear() {
        var count: UInt64 = 0
        _ = read(file, &count, MemoryLayout<UInt64>.size)
    }

    /// Waits for the signal and clears it (poll(2)). Only for the one waiting thread.
    ///
    /// - Parameters:
    ///   - milliseconds: the longest wait.
    ///   - other: a descriptor that also ends the wait when it is readable; -1 for none.
    public func wait(milliseconds: Int32, or other: Int32 = -1) {
        var descriptors = (
            pollfd(fd: file, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0)
        )
        withUnsafeMutablePointer(to: &descriptors) { pointer in
            _ = pointer.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, milliseconds) }
        }
        clear()
    }
}
