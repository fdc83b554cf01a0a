import Traffic

/// What the stages that read content share: the time, the memory for what must wait, and the count of what is lost.
struct ReadingContext: ~Copyable {
    /// The latest time seen, in nanoseconds since the Unix epoch.
    var now: Int64 = .min
    /// Where bytes that must wait are kept.
    var pool: BytePool
    /// The messages that are being received or wait for their other half.
    var messages: MessageStore
    /// Losses of the second that is running.
    var loss = CaptureLoss(second: .min)
    /// Whether a direction that was not seen yet may still come, as in a file.
    var awaitsOtherDirection = false
    private let maximumBufferedBytes: Int

    init(limits: CaptureLimits) {
        pool = BytePool(maximumBytes: limits.maxBufferedBytes)
        messages = MessageStore(limits: limits)
        maximumBufferedBytes = limits.maxBufferedBytes
    }

    /// Whether a direction that was not seen yet may still come, and there is room to wait for it.
    var mayAwaitOtherDirection: Bool {
        awaitsOtherDirection && pool.usedBytes < maximumBufferedBytes / 2
    }
}
