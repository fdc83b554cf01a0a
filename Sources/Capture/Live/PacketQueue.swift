import Glibc
import Synchronization
import Traffic

/// The chunks between the thread that reads packets and the one that parses them. Bounded: when it is full the reader waits, the
/// kernel's buffer fills, and the kernel counts what no longer fits.
final class PacketQueue: Sendable {
    private struct State {
        var waiting: [PacketChunk] = []
        var spares: [PacketChunk] = []
        var made = 0
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let maximumChunks: Int
    private let filled: Bell
    private let emptied: Bell

    /// - Parameter maximumBytes: about so many bytes of packets wait at most.
    init(maximumBytes: Int) throws(PcapError) {
        maximumChunks = max(2, maximumBytes / PacketChunk.fullBytes)
        filled = try Bell()
        emptied = try Bell()
    }

    /// For the reader: an empty chunk; nil when the queue is full, also after `patience`.
    func spare(upTo patience: Duration) -> PacketChunk? {
        if let chunk = takeSpare() { return chunk }
        emptied.wait(upTo: patience, or: -1)
        return takeSpare()
    }

    private func takeSpare() -> PacketChunk? {
        state.withLock { state in
            if let chunk = state.spares.popLast() { return chunk }
            guard state.made < maximumChunks else { return nil }
            state.made += 1
            return PacketChunk()
        }
    }

    /// For the reader: hands a chunk over.
    func submit(_ chunk: PacketChunk) {
        state.withLock { $0.waiting.append(chunk) }
        filled.ring()
    }

    /// For the reader: nothing more will come.
    func end() {
        state.withLock { $0.hasEnded = true }
        filled.ring()
    }

    /// For the parser: the oldest chunk, waited for up to `patience` or until `other` (a descriptor, -1 for none) is readable.
    func take(upTo patience: Duration, or other: Int32) -> PacketChunk? {
        if let chunk = takeOldest() { return chunk }
        guard !hasEnded else { return nil }
        filled.wait(upTo: patience, or: other)
        return takeOldest()
    }

    /// Whether nothing waits and nothing more will come.
    var hasEnded: Bool { state.withLock { $0.hasEnded && $0.waiting.isEmpty } }

    private func takeOldest() -> PacketChunk? {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    /// For the parser: a chunk to be filled again.
    func giveBack(_ chunk: PacketChunk) {
        chunk.removeAll()
        state.withLock { $0.spares.append(chunk) }
        emptied.ring()
    }
}

/// A pipe that one thread rings and another waits on.
private final class Bell: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() throws(PcapError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .failed(interface: "", reason: "pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    func wait(upTo duration: Duration, or other: Int32) {
        var descriptors = (
            pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0)
        )
        let milliseconds = Int32(clamping: duration.wholeMilliseconds)
        withUnsafeMutablePointer(to: &descriptors) { pointer in
            _ = pointer.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, milliseconds) }
        }
        var rings = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        _ = read(readEnd, &rings, MemoryLayout.size(ofValue: rings))
    }
}
