import Synchronization
import Threads
import Traffic

/// The queue of chunks between the reading and the parsing thread. Bounded: when it is full, the reader waits, the
/// kernel's buffer fills, and the kernel counts the packets it drops.
final class PacketQueue: Sendable {
    private struct State {
        var waiting: [PacketChunk] = []
        var spares: [PacketChunk] = []
        var made = 0
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let maximumChunks: Int
    private let filled: WakeSignal
    private let emptied: WakeSignal

    /// - Parameter maximumBytes: the approximate maximum bytes of waiting packets.
    init(maximumBytes: Int) throws(SystemCallError) {
        maximumChunks = max(2, maximumBytes / PacketChunk.fullBytes)
        filled = try WakeSignal()
        emptied = try WakeSignal()
    }

    /// For the reader: an empty chunk; nil if the queue is still full after `patience`.
    func spare(upTo patience: Duration) -> PacketChunk? {
        if let chunk = takeSpare() { return chunk }
        emptied.wait(milliseconds: Int32(clamping: patience.wholeMilliseconds))
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

    /// For the reader: submits a chunk.
    func submit(_ chunk: PacketChunk) {
        state.withLock { $0.waiting.append(chunk) }
        filled.wake()
    }

    /// For the reader: ends the queue; no more chunks follow.
    func end() {
        state.withLock { $0.hasEnded = true }
        filled.wake()
    }

    /// For the parser: the oldest chunk, waited for up to `patience` or until `other` (a descriptor, -1 for none) is
    /// readable.
    func take(upTo patience: Duration, or other: Int32) -> PacketChunk? {
        if let chunk = takeOldest() { return chunk }
        guard !hasEnded else { return nil }
        filled.wait(milliseconds: Int32(clamping: patience.wholeMilliseconds), or: other)
        return takeOldest()
    }

    /// Whether the queue is empty and has ended.
    var hasEnded: Bool { state.withLock { $0.hasEnded && $0.waiting.isEmpty } }

    private func takeOldest() -> PacketChunk? {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    /// For the parser: returns a chunk for reuse.
    func giveBack(_ chunk: PacketChunk) {
        chunk.removeAll()
        state.withLock { $0.spares.append(chunk) }
        emptied.wake()
    }
}
