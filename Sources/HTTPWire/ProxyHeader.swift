import Formats

/// Reads the header that a load balancer sends at the beginning of a connection to name the client: HAProxy's PROXY
/// protocol, versions 1 and 2. Takes the first bytes of a connection in pieces of any size. Trivial.
public struct ProxyHeader {
    /// The meaning of the bytes so far.
    public enum Step: Equatable {
        /// The beginning of a header, or bytes that may become one.
        case unfinished
        /// The header ends before this offset in the last bytes; content follows.
        case ended(Int)
        /// There is no header: `held`, bytes of earlier calls, and then the last bytes are content.
        case none(held: [UInt8])
        /// A header that began in an earlier call breaks the rules in the last bytes.
        case broken
    }

    private enum State {
        /// The first `matched` bytes match all patterns in `candidates`, which has a bit for each pattern.
        case beginning(matched: UInt8, candidates: UInt8)
        /// In the line of version 1: its bytes so far, and whether the last one was a carriage return.
        case line(count: UInt8, endsWithReturn: Bool)
        /// In version 2, after the command: bytes so far, and the last two of them as a length.
        case fixed(count: UInt8, length: UInt16)
        /// In the addresses of version 2.
        case addresses(left: UInt16)
        case finished
    }

    private var state = State.beginning(matched: 0, candidates: 0b11111)

    /// The longest line of version 1.
    private static let maximumLineBytes = 107
    /// Bytes of version 2 before the addresses.
    private static let fixedBytes = 16
    /// The beginnings of headers: the lines of version 1 with the family, because a request may have the method
    /// `PROXY`, and the signature of version 2 with the version and the command. No pattern is a prefix of another.
    private static let patterns: [[UInt8]] =
        ["PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN"].map { Array($0.utf8) }
        + [0x20, 0x21].map { [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10, $0] }
    /// The first patterns are of version 1.
    private static let lines = 3

    /// Creates a reader for the first bytes of a connection.
    public init() {}

    /// Reads the next bytes of the connection. Once it has returned anything but `unfinished`, it finds nothing more.
    public mutating func read(_ bytes: UnsafeRawBufferPointer) -> Step {
        if case .finished = state { return .none(held: []) }
        let (held, wasUndecided) = undecided
        for (offset, byte) in bytes.enumerated() {
            guard take(byte) else {
                state = .finished
                return wasUndecided ? .none(held: held) : .broken
            }
            if case .finished = state { return .ended(offset + 1) }
        }
        return .unfinished
    }

    /// Ends the reading if no more bytes follow or some are missing; returns the bytes of earlier calls that are
    /// content.
    public mutating func finish() -> [UInt8] {
        defer { state = .finished }
        return undecided.bytes
    }

    /// The bytes read so far if it is undecided whether they begin a header.
    private var undecided: (bytes: [UInt8], isUndecided: Bool) {
        guard case .beginning(let matched, let candidates) = state else { return ([], false) }
        return (Array(ProxyHeader.patterns[candidates.trailingZeroBitCount].prefix(Int(matched))), true)
    }

    /// Takes a byte; false if it cannot be part of a header.
    private mutating func take(_ byte: UInt8) -> Bool {
        switch state {
        case .beginning(let matched, let candidates): return begin(byte, Int(matched), candidates)
        case .line(let count, let endsWithReturn):
            guard byte != ASCII.lineFeed else {
                state = .finished
                return endsWithReturn
            }
            state = .line(count: count + 1, endsWithReturn: byte == ASCII.carriageReturn)
            return count + 1 < ProxyHeader.maximumLineBytes
        case .fixed(let count, let length):
            let length = length << 8 | UInt16(byte)
            if count + 1 < ProxyHeader.fixedBytes {
                state = .fixed(count: count + 1, length: length)
            } else {
                state = length == 0 ? .finished : .addresses(left: length)
            }
        case .addresses(let left): state = left == 1 ? .finished : .addresses(left: left - 1)
        case .finished: return false
        }
        return true
    }

    private mutating func begin(_ byte: UInt8, _ matched: Int, _ candidates: UInt8) -> Bool {
        var candidates = candidates
        for (index, pattern) in ProxyHeader.patterns.enumerated() {
            let bit: UInt8 = 1 << UInt8(index)
            if candidates & bit != 0, pattern[matched] != byte { candidates &= ~bit }
        }
        guard candidates != 0 else { return false }
        let index = candidates.trailingZeroBitCount
        if matched + 1 < ProxyHeader.patterns[index].count {
            state = .beginning(matched: UInt8(matched + 1), candidates: candidates)
        } else if index < ProxyHeader.lines {
            state = .line(count: UInt8(matched + 1), endsWithReturn: false)
        } else {
            state = .fixed(count: UInt8(matched + 1), length: 0)
        }
        return true
    }

    /// The length of the header at the beginning of `bytes`, the first of a connection; nil if there is none or it is
    /// incomplete.
    public static func byteCount(in bytes: UnsafeRawBufferPointer) -> Int? {
        var header = ProxyHeader()
        guard case .ended(let count) = header.read(bytes) else { return nil }
        return count
    }
}
