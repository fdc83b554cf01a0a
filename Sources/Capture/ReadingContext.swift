import Traffic

/// State shared by the stages that read content: the time, the buffers for waiting bytes, and the loss counts.
struct ReadingContext: ~Copyable {
    /// The latest time seen, in nanoseconds since the Unix epoch.
    var now: Int64 = .min
    /// The buffers for bytes that must wait.
    var pool: BytePool
    /// The messages that are being received or wait for their request or response.
    var messages: MessageStore
    /// Losses of the current second.
    var loss = CaptureLoss(second: .min)
    /// Whether a direction not seen so far may still come, as in a file.
    var awaitsOtherDirection = false
    private let maximumBufferedBytes: Int

    init(limits: CaptureLimits) {
        pool = BytePool(maximumBytes: limits.maxBufferedBytes)
        messages = MessageStore(limits: limits)
        maximumBufferedBytes = limits.maxBufferedBytes
    }

    /// Whether a direction not seen so far may still come, and there is room to wait for it.
    var mayAwaitOtherDirection: Bool {
        awaitsOtherDirection && pool.usedBytes < maximumBufferedBytes / 2
    }
}
