import Traffic

/// A file read sequentially through one window, decompressed from gzip or Zstandard, and converted from UTF-16.
///
/// Used by one thread at a time.
struct ByteStream: ~Copyable {
    private static let chunkBytes = 256 << 10

    let path: String
    private var feed: any ByteFeed
    private var window: ByteWindow
    private var isAtEnd = false

    /// Opens the file at `path`; `-` is standard input.
    init(path: String) throws(InterchangeError) {
        self.init(path, try ByteStream.feed(path))
    }

    private init(_ path: String, _ feed: any ByteFeed) {
        self.path = path
        self.feed = feed
        window = ByteWindow(chunkBytes: ByteStream.chunkBytes)
    }

    /// The file's bytes, decoded according to its first bytes.
    private static func feed(_ path: String) throws(InterchangeError) -> any ByteFeed {
        var (first, rest) = try start(of: GzipFeed(path: path))
        if ZstdFeed.isBeginning(first) {
            (first, rest) = try start(of: ZstdFeed(ReplayedFeed(first, then: rest), path: path))
        }
        let whole = ReplayedFeed(first, then: rest)
        guard let isBigEndian = first.withUnsafeBytes({ UTF16Feed.isBigEndian($0) }) else { return whole }
        return UTF16Feed(whole, isBigEndian: isBigEndian)
    }

    /// The first bytes of `feed`, up to four, and the feed that continues after them.
    private static func start(of feed: any ByteFeed) throws(InterchangeError) -> ([UInt8], any ByteFeed) {
        var bytes: [UInt8] = []
        while bytes.count < 4, let more = try feed.next() { bytes += more }
        return (bytes, feed)
    }

    /// Offset in the uncompressed bytes of the first unread byte.
    @inline(__always)
    var offset: UInt64 { window.offset }

    /// Bytes available without another read.
    @inline(__always)
    var available: Int { window.available }

    /// The unread bytes; valid until the next ``need(_:)`` or ``consume(_:)``.
    @inline(__always)
    var unread: UnsafeRawBufferPointer { window.unread }

    /// Skips `count` available bytes.
    @inline(__always)
    mutating func consume(_ count: Int) { window.consume(count) }

    /// Reads until `count` bytes are available; false if the file ends before.
    @inline(__always)
    mutating func need(_ count: Int) throws(InterchangeError) -> Bool {
        if window.available >= count { return true }
        try fill(count)
        return window.available >= count
    }

    private mutating func fill(_ count: Int) throws(InterchangeError) {
        while window.available < count, !isAtEnd {
            guard let bytes = try feed.next() else {
                isAtEnd = true
                return
            }
            window.makeRoom(for: max(count, window.available + bytes.count))
            bytes.withUnsafeBytes { window.room.copyMemory(from: $0) }
            window.fill(bytes.count)
        }
    }
}
