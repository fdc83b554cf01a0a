import Traffic

/// The bytes of messages, kept until their exchange is recorded.
extension TrafficAssembler {
    @inline(__always)
    mutating func keepHead(_ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer) {
        guard keep(message, bytes) else { return }
        message.pointee.headBytes &+= UInt32(truncatingIfNeeded: bytes.count)
    }

    /// Keeps what the bound on a body's size leaves.
    mutating func keepBody(_ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer) {
        message.pointee.bodyBytes &+= UInt64(bytes.count)
        let room = limits.maxBodyBytes - Int(message.pointee.keptBodyBytes)
        guard room > 0 else { return }
        let kept = min(room, bytes.count)
        guard keep(message, UnsafeRawBufferPointer(rebasing: bytes[..<kept])) else { return }
        message.pointee.keptBodyBytes &+= UInt32(truncatingIfNeeded: kept)
    }

    mutating func keepTrailers(_ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer) {
        guard Int(message.pointee.trailerBytes) + bytes.count <= limits.maxHeadBytes, keep(message, bytes) else {
            return
        }
        message.pointee.trailerBytes &+= UInt32(truncatingIfNeeded: bytes.count)
    }

    /// Makes room at once for a body whose length is announced, within reason: the announcement may lie.
    mutating func reserve(_ message: UnsafeMutablePointer<Message>, _ length: UInt64) {
        let wanted = message.pointee.count + min(Int(clamping: length), 16 << 10)
        _ = grow(message, to: wanted)
    }

    /// - Returns: false when there is no memory for the bytes, which makes the message incomplete.
    @inline(__always)
    private mutating func keep(_ message: UnsafeMutablePointer<Message>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return true }
        guard !message.pointee.isStarved else { return false }
        let needed = message.pointee.count + bytes.count
        if needed > message.pointee.buffer?.capacity ?? 0, !grow(message, to: needed) {
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

    private mutating func grow(_ message: UnsafeMutablePointer<Message>, to needed: Int) -> Bool {
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

    /// Frees a message that is in no list.
    @inline(__always)
    mutating func release(_ message: UnsafeMutablePointer<Message>) {
        if let buffer = message.pointee.buffer { pool.give(buffer) }
        messages.give(message)
    }

    /// Takes the oldest message out of its list; the caller releases it.
    @inline(__always)
    func unlinkFirst(_ stream: UnsafeMutablePointer<Stream>) {
        guard let first = stream.pointee.firstMessage else { return }
        stream.pointee.firstMessage = first.pointee.next
        if first.pointee.next == nil { stream.pointee.lastMessage = nil }
        stream.pointee.messageCount &-= 1
    }

    /// Drops the newest message: an interim response.
    mutating func dropLastMessage(_ stream: UnsafeMutablePointer<Stream>) {
        guard let last = stream.pointee.lastMessage else { return }
        if stream.pointee.firstMessage == last {
            unlinkFirst(stream)
        } else {
            var previous = stream.pointee.firstMessage
            while let message = previous, message.pointee.next != last { previous = message.pointee.next }
            previous?.pointee.next = nil
            stream.pointee.lastMessage = previous
            stream.pointee.messageCount &-= 1
        }
        release(last)
    }

    /// Drops all messages of a direction.
    mutating func dropMessages(_ stream: UnsafeMutablePointer<Stream>) {
        while let first = stream.pointee.firstMessage {
            unlinkFirst(stream)
            release(first)
        }
    }
}
