internal import Glibc
internal import HTTPWire

/// The requirements on the head of a response, the same for every transport. A response that violates them has bad
/// framing: no transport may accept what another cannot read.
enum ResponseRules {
    /// The maximum length of a line: libcurl's.
    static let longestLineBytes = 100 << 10

    /// Whether a status line names HTTP/1.0 or HTTP/1.1 (RFC 9112 section 4), or HTTP/2.0, as some servers write. The
    /// name is case-sensitive.
    static func isStatusLine(_ line: UnsafeRawBufferPointer) -> Bool { names.contains { line.starts(with: $0.utf8) } }

    private static let names = ["HTTP/1.1 ", "HTTP/1.0 ", "HTTP/2.0 "]

    /// Whether the end and the coding of the body are known.
    ///
    /// - Parameter toHead: whether the response answers HEAD and has no body.
    static func isUsable(_ framing: HeadFraming, toHead: Bool) -> Bool {
        framing.status >= 100 && (toHead || !(framing.hasUnusableLength || framing.hasUnknownTransferCoding))
    }

    /// Whether a line directly after a status line is a continuation, which continues nothing (RFC 9112 section 2.2).
    static func continuesNothing(_ line: UnsafeRawBufferPointer) -> Bool { line.first == 0x20 || line.first == 0x09 }

    /// Whether every line of a head but the first is a field or its continuation (RFC 9112 section 5), no line is too
    /// long, and none contains a NUL.
    static func isWellFormed(_ head: UnsafeRawBufferPointer) -> Bool {
        guard let start = head.baseAddress, isStatusLine(head), memchr(start, 0, head.count) == nil else {
            return false
        }
        var position = start
        let end = start + head.count
        var isFirst = true
        var isSecond = false
        while position < end, let feed = memchr(position, 0x0a, end - position) {
            let count = UnsafeRawPointer(feed) - position
            guard count < longestLineBytes else { return false }
            if count > 1, !isFirst, memchr(position, 0x3a, count) == nil {
                let first = position.load(as: UInt8.self)
                guard first == 0x20 || first == 0x09 else { return false }
            }
            if isSecond, continuesNothing(UnsafeRawBufferPointer(start: position, count: count)) { return false }
            (isFirst, isSecond) = (false, isFirst)
            position = UnsafeRawPointer(feed) + 1
        }
        return true
    }
}
