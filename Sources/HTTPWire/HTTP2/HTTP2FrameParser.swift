/// Finds the frames in one direction of an HTTP/2 connection (RFC 9113), fed with chunks of any size.
///
/// A pure state machine of a few words: it stores only the bytes of a split header or number, and allocates nothing.
/// Each ``next(_:from:)`` classifies the first bytes of a chunk; padding, priorities and frames of unknown type are
/// skipped. Header compression is handled elsewhere. Not thread-safe: a value owned by one thread.
public struct HTTP2FrameParser: Sendable {
    /// The kind of a run of bytes.
    public enum Kind: UInt8, Sendable {
        /// The chunk has no more bytes.
        case needsMore
        /// Bytes without further meaning: the connection preface, padding, part of a header.
        case framing
        /// The end of a frame's header, which is now in ``HTTP2FrameParser/frame``.
        case frame
        /// Part of a header block (HEADERS, PUSH_PROMISE, CONTINUATION).
        case block
        /// Part of a DATA frame's content, without padding.
        case data
        /// The end of a setting: its identifier and value are in ``HTTP2FrameParser/setting`` and
        /// ``HTTP2FrameParser/value``.
        case setting
        /// The end of the frame; it may have no bytes.
        case frameEnd
        /// The bytes are not a valid frame. The parser is lost; see ``resume()`` and ``startOfFrames(in:from:)``.
        case unparsable
    }

    /// A run of bytes of a chunk, with its kind.
    public struct Step: Sendable {
        /// The kind of the bytes.
        public var kind: Kind
        /// Index of the first byte.
        public var start: Int
        /// Index after the last byte.
        public var end: Int
    }

    enum State: UInt8 {
        case preface, header, padLength, prefix, content, padding, frameEnd, lost
    }

    /// The connection preface of a client (RFC 9113 section 3.4).
    static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    var state: State
    /// Bytes seen of the preface, a header, a prefix or a number.
    private var seenBytes: UInt8 = 0
    /// The bytes seen of a header, most significant first.
    private var headerBits: UInt64 = 0
    /// Bytes of the payload left, padding included.
    private var remaining: UInt32 = 0
    private var padding: UInt32 = 0
    /// Whether bytes of the payload are missing, so that numbers in it are invalid.
    private var isDamaged = false
    /// The stream whose header block must continue in the next frame; 0 if none.
    private var blockStream: UInt32 = 0

    /// The header of the current frame.
    public private(set) var frame = HTTP2FrameHeader()
    /// The identifier of the setting just read (RFC 9113 section 6.5.2).
    public private(set) var setting: UInt16 = 0
    /// The value of the setting just read; in a PUSH_PROMISE the promised stream, in a RST_STREAM the error code, in a
    /// GOAWAY the last stream.
    public private(set) var value: UInt32 = 0
    /// The maximum frame length accepted during resynchronisation: SETTINGS_MAX_FRAME_SIZE of the receiver.
    public var largestFrame: UInt32 = 16384

    /// Creates a parser for the beginning of a direction.
    ///
    /// - Parameters:
    ///   - hasPreface: whether the direction begins with the connection preface, as a client's does.
    ///   - seenBytes: how many bytes of the preface were already read as something else.
    public init(hasPreface: Bool, seenBytes: Int = 0) {
        precondition(seenBytes <= HTTP2FrameParser.preface.utf8CodeUnitCount, "seenBytes is within the preface")
        state = hasPreface ? .preface : .header
        self.seenBytes = hasPreface ? UInt8(seenBytes) : 0
    }

    /// Whether it lost the framing and waits for ``resume()``.
    public var isLost: Bool { state == .lost }
    /// Whether it is between two frames.
    public var isBetweenFrames: Bool { state == .header && seenBytes == 0 }
    /// Remaining bytes of the frame's content.
    public var contentLeft: Int { state == .content ? Int(remaining - padding) : 0 }

    /// Resumes after the framing was lost: the next byte is the first of a frame.
    public mutating func resume() {
        (state, seenBytes, headerBits, blockStream) = (.header, 0, 0, 0)
    }

    /// Gives up the current frame: nothing is parsed until ``resume()``.
    public mutating func lose() { state = .lost }

    /// Classifies the bytes of `piece` from `offset`; the owner continues from the step's end.
    ///
    /// - Precondition: `offset` is within `piece`.
    public mutating func next(_ piece: UnsafeRawBufferPointer, from offset: Int) -> Step {
        if state == .frameEnd {
            state = .header
            return Step(kind: .frameEnd, start: offset, end: offset)
        }
        guard offset < piece.count else { return Step(kind: .needsMore, start: offset, end: offset) }
        switch state {
        case .preface: return prefaceStep(piece, offset)
        case .header: return headerStep(piece, offset)
        case .padLength: return padLengthStep(piece, offset)
        case .prefix: return prefixStep(piece, offset)
        case .content: return contentStep(piece, offset)
        case .padding:
            let end = take(UInt32(clamping: piece.count - offset), from: offset)
            if remaining == 0 { state = .frameEnd }
            return Step(kind: .framing, start: offset, end: end)
        case .frameEnd, .lost: return Step(kind: .unparsable, start: offset, end: offset)
        }
    }

    /// Skips `count` bytes that were not seen.
    ///
    /// - Returns: whether they are within the payload of the current frame, which continues after them; otherwise the
    ///   parser is lost.
    public mutating func skip(_ count: UInt64) -> Bool {
        guard state == .content || state == .padding, count <= UInt64(remaining) else {
            state = .lost
            return false
        }
        remaining -= UInt32(count)
        (isDamaged, seenBytes) = (true, 0)
        if remaining <= padding { state = remaining == 0 ? .frameEnd : .padding }
        return true
    }
}

extension HTTP2FrameParser {
    private mutating func prefaceStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        let length = HTTP2FrameParser.preface.utf8CodeUnitCount
        var index = offset
        while index < piece.count, Int(seenBytes) < length {
            guard piece[index] == HTTP2FrameParser.preface.utf8Start[Int(seenBytes)] else { return lost(at: offset) }
            seenBytes += 1
            index += 1
        }
        if Int(seenBytes) == length { (state, seenBytes) = (.header, 0) }
        return Step(kind: .framing, start: offset, end: index)
    }

    private mutating func headerStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        if seenBytes == 0, let header = HTTP2FrameHeader(piece, at: offset) {
            return begin(header, offset, end: offset + HTTP2FrameHeader.byteCount)
        }
        var index = offset
        while index < piece.count {
            let byte = piece[index]
            index += 1
            if Int(seenBytes) == HTTP2FrameHeader.byteCount - 1 {
                let header = HTTP2FrameHeader(high: headerBits, low: byte)
                (seenBytes, headerBits) = (0, 0)
                return begin(header, offset, end: index)
            }
            headerBits = headerBits << 8 | UInt64(byte)
            seenBytes += 1
        }
        return Step(kind: .framing, start: offset, end: index)
    }

    private mutating func begin(_ header: HTTP2FrameHeader, _ offset: Int, end: Int) -> Step {
        // A header block must not be interrupted (RFC 9113 section 4.3).
        guard header.isPossible, blockStream == 0 || (header.kind == .continuation && header.stream == blockStream)
        else { return lost(at: offset) }
        if header.hasBlock { blockStream = header.endsBlock ? 0 : header.stream }
        frame = header
        remaining = header.payloadBytes
        (padding, value, setting, isDamaged) = (0, 0, 0, false)
        state = header.isPadded ? .padLength : .prefix
        if state == .prefix, header.prefixBytes == 0 { beginContent() }
        return Step(kind: .frame, start: offset, end: end)
    }

    private mutating func padLengthStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        padding = UInt32(piece[offset])
        remaining -= 1
        guard padding + frame.prefixBytes <= remaining else { return lost(at: offset) }
        state = .prefix
        if frame.prefixBytes == 0 { beginContent() }
        return Step(kind: .framing, start: offset, end: offset + 1)
    }

    private mutating func prefixStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        var index = offset
        while index < piece.count, UInt32(seenBytes) < frame.prefixBytes {
            value = value << 8 | UInt32(piece[index])
            seenBytes += 1
            index += 1
            remaining -= 1
        }
        if UInt32(seenBytes) == frame.prefixBytes {
            value = frame.kind == .pushPromise ? value & 0x7fff_ffff : 0
            beginContent()
        }
        return Step(kind: .framing, start: offset, end: index)
    }

    private mutating func beginContent() {
        seenBytes = 0
        state = remaining > padding ? .content : remaining > 0 ? .padding : .frameEnd
    }

    private mutating func contentStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        let available = min(UInt32(clamping: piece.count - offset), remaining - padding)
        switch frame.kind {
        case .data: return contentRun(.data, available, offset)
        case .headers, .pushPromise, .continuation: return contentRun(.block, available, offset)
        case .settings where !isDamaged: return settingStep(piece, available, offset)
        case .reset where !isDamaged, .goAway where !isDamaged && seenBytes < 4:
            return numberStep(piece, available, offset)
        default: return contentRun(.framing, available, offset)
        }
    }

    private mutating func contentRun(_ kind: Kind, _ count: UInt32, _ offset: Int) -> Step {
        let end = take(count, from: offset)
        return Step(kind: kind, start: offset, end: end)
    }

    /// Reads a setting: two bytes of identifier, four of value.
    private mutating func settingStep(_ piece: UnsafeRawBufferPointer, _ available: UInt32, _ offset: Int) -> Step {
        let count = min(available, 6 - UInt32(seenBytes))
        for index in offset..<(offset + Int(count)) {
            if seenBytes < 2 {
                setting = setting << 8 | UInt16(piece[index])
            } else {
                value = value << 8 | UInt32(piece[index])
            }
            seenBytes += 1
        }
        let isWhole = seenBytes == 6
        if isWhole { seenBytes = 0 }
        return contentRun(isWhole ? .setting : .framing, count, offset)
    }

    /// Reads the four bytes of a number.
    private mutating func numberStep(_ piece: UnsafeRawBufferPointer, _ available: UInt32, _ offset: Int) -> Step {
        let count = min(available, 4 - UInt32(seenBytes))
        for index in offset..<(offset + Int(count)) { value = value << 8 | UInt32(piece[index]) }
        seenBytes += UInt8(count)
        return contentRun(.framing, count, offset)
    }

    /// Takes `count` bytes of the payload, or the rest if there are fewer.
    private mutating func take(_ count: UInt32, from offset: Int) -> Int {
        let taken = min(count, remaining)
        remaining -= taken
        if state == .content, remaining <= padding {
            seenBytes = 0
            state = remaining == 0 ? .frameEnd : .padding
        }
        return offset + Int(taken)
    }

    private mutating func lost(at offset: Int) -> Step {
        state = .lost
        return Step(kind: .unparsable, start: offset, end: offset)
    }
}
