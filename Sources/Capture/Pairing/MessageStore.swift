import Traffic

/// The messages that are being received or wait for their request or response, with their bytes.
///
/// Owns the records; the bytes are in the given pool. Bytes without room are counted in the given `loss`, and make
/// their message incomplete.
struct MessageStore: ~Copyable {
    private let limits: CaptureLimits
    private var records = Slab<Message>()

    /// Creates an empty store.
    init(limits: CaptureLimits) { self.limits = limits }

    /// A new message that is not in a list.
    @inline(__always)
    mutating func take(_ message: Message) -> UnsafeMutablePointer<Message> { records.take(message) }

    /// Keeps a part of a head.
    ///
    /// - Returns: false if the head is too long to keep.
    @inline(__always)
    func keepHead(
        _ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer,
        _ pool: inout BytePool,
        _ loss: inout CaptureLoss
    ) -> Bool {
        if keep(message, bytes, &pool, &loss) {
            message.pointee.headBytes &+= UInt32(truncatingIfNeeded: bytes.count)
        }
        return Int(message.pointee.headBytes) <= limits.maxHeadBytes
    }

    /// Keeps body bytes up to the limit on its size.
    func keepBody(
        _ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer,
        _ pool: inout BytePool,
        _ loss: inout CaptureLoss
    ) {
        message.pointee.bodyBytes &+= UInt64(bytes.count)
        let room = limits.maxBodyBytes - Int(message.pointee.keptBodyBytes)
        guard room > 0 else { return }
        let kept = min(room, bytes.count)
        guard keep(message, UnsafeRawBufferPointer(rebasing: bytes[..<kept]), &pool, &loss) else {
            return
        }
        message.pointee.keptBodyBytes &+= UInt32(truncatingIfNeeded: kept)
    }

    /// Keeps a part of a trailer section, unless the section is too long.
    func keepTrailers(
        _ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer,
        _ pool: inout BytePool,
        _ loss: inout CaptureLoss
    ) {
        guard Int(message.pointee.trailerBytes) + bytes.count <= limits.maxHeadBytes,
            keep(message, bytes, &pool, &loss)
        else { return }
        message.pointee.trailerBytes &+= UInt32(truncatingIfNeeded: bytes.count)
    }

    /// Reserves room for a body of announced length, within limits: the announcement may be wrong.
    func reserve(_ message: UnsafeMutablePointer<Message>, _ length: UInt64, _ pool: inout BytePool) {
        let wanted = message.pointee.count + min(Int(clamping: length), 16 << 10)
        _ = grow(message, to: wanted, &pool)
    }

    /// - Returns: false if there is no memory for the bytes, which makes the message incomplete.
    @inline(__always)
    private func keep(
        _ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer,
        _ pool: inout BytePool,
        _ loss: inout CaptureLoss
    ) -> Bool {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return true }
        guard !message.pointee.isStarved else { return false }
        let needed = message.pointee.count + bytes.count
        if needed > message.pointee.buffer?.capacity ?? 0, !grow(message, to: needed, &pool) {
            message.pointee.isStarved = true
            message.pointee.isComplete = false
            loss.evictions &+= 1
            return false
        }
        guard let buffer = message.pointee.buffer else { return false }
        (buffer.start + message.pointee.count).copyMemory(from: source, byteCount: bytes.count)
        message.pointee.count = needed
        return true
    }

    private func grow(
        _ message: UnsafeMutablePointer<Message>, to needed: Int, _ pool: inout BytePool
    ) -> Bool {
        guard let old = message.pointee.buffer else {
            message.pointee.buffer = pool.take(needed)
            return message.pointee.buffer != nil
        }
        guard needed > old.capacity else { return true }
        guard let larger = pool.take(needed) else { return false }
        larger.start.copyMemory(from: old.start, byteCount: message.pointee.count)
        pool.give(old)
        message.pointee.buffer = larger
        return true
    }

    /// Frees a message that is not in a list.
    @inline(__always)
    mutating func release(_ message: UnsafeMutablePointer<Message>, _ pool: inout BytePool) {
        if let buffer = message.pointee.buffer { pool.give(buffer) }
        records.give(message)
    }

    /// Frees the newest message of a direction, an interim response.
    mutating func dropLast(_ stream: UnsafeMutablePointer<ContentStream>, _ pool: inout BytePool) {
        guard let last = stream.pointee.lastMessage else { return }
        if stream.pointee.firstMessage == last {
            stream.pointee.unlinkFirst()
        } else {
            var previous = stream.pointee.firstMessage
            while let message = previous, message.pointee.next != last { previous = message.pointee.next }
            previous?.pointee.next = nil
            stream.pointee.lastMessage = previous
            stream.pointee.messageCount &-= 1
        }
        release(last, &pool)
    }

    /// Frees all messages of a direction.
    mutating func dropAll(_ stream: UnsafeMutablePointer<ContentStream>, _ pool: inout BytePool) {
        while let first = stream.pointee.firstMessage {
            stream.pointee.unlinkFirst()
            release(first, &pool)
        }
    }
}

extension ContentStream {
    /// Adds a message as the newest.
    @inline(__always)
    mutating func append(_ message: UnsafeMutablePointer<Message>) {
        if let lastMessage { lastMessage.pointee.next = message } else { firstMessage = message }
        lastMessage = message
        messageCount &+= 1
    }

    /// Removes the oldest message from the list; the caller releases it.
    @inline(__always)
    mutating func unlinkFirst() {
        guard let first = firstMessage else { return }
        firstMessage = first.pointee.next
        if first.pointee.next == nil { lastMessage = nil }
        messageCount &-= 1
    }
}
