import Glibc
import Synchronization

/// The injected leak: memory that is held and never used again.
///
/// Allocated from the kernel in large chunks rather than by the allocator, whose free lists would hide the beginning of
/// the leak; every byte is written, so that the process grows by exactly the leaked amount, one page at a time.
final class LeakedMemory: Sendable {
    private struct State: ~Copyable, @unchecked Sendable {
        var free: UnsafeMutableRawPointer?
        var freeBytes = 0
        var heldBytes = 0
    }

    private static let pieceBytes = 8 << 20
    private let bytesPerRequest: Int
    private let state = Mutex(State())

    init(bytesPerRequest: Int) { self.bytesPerRequest = bytesPerRequest }

    /// The number of leaked bytes.
    var heldBytes: Int { state.withLock { $0.heldBytes } }

    /// Leaks the amount for one request. If the machine has no memory left, the leak stops, not the service.
    func leak() {
        guard bytesPerRequest > 0 else { return }
        state.withLock { state in
            var missing = bytesPerRequest
            while missing > 0 {
                if state.freeBytes == 0, !LeakedMemory.refill(&state) { return }
                let taken = min(missing, state.freeBytes)
                state.free?.initializeMemory(as: UInt8.self, repeating: 0xA5, count: taken)
                state.free = state.free?.advanced(by: taken)
                state.freeBytes -= taken
                state.heldBytes += taken
                missing -= taken
            }
        }
    }

    private static func refill(_ state: inout State) -> Bool {
        guard let piece = MappedMemory.map(pieceBytes) else { return false }
        state.free = piece
        state.freeBytes = pieceBytes
        return true
    }
}
