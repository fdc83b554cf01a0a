/// A pool of buffers whose sizes are powers of two; in the steady state it does not call the system allocator.
///
/// Owns the buffers that were given back, and frees them in `deinit`. The total size of the buffers in use is bounded.
struct BytePool: ~Copyable {
    /// Buffers start at 512 bytes.
    private static let smallestShift = 9
    /// Buffers above 256 KiB are returned to the system at once.
    private static let largestKeptShift = 18

    /// A buffer; `capacity` is the power of two it was allocated with.
    struct Buffer {
        var start: UnsafeMutableRawPointer
        var capacity: Int
    }

    private let maximumBytes: Int
    /// Bytes handed out.
    private(set) var usedBytes = 0
    private var keptBytes = 0
    /// Heads of the lists of free buffers, by size; a free buffer's first word points to the next.
    private let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
        free = .allocate(capacity: BytePool.largestKeptShift + 1)
        free.initialize(repeating: nil, count: BytePool.largestKeptShift + 1)
    }

    deinit {
        for shift in 0...BytePool.largestKeptShift {
            var next = free[shift]
            while let buffer = next {
                next = buffer.load(as: UnsafeMutableRawPointer?.self)
                buffer.deallocate()
            }
        }
        free.deallocate()
    }

    /// A buffer of at least `count` bytes; nil if the limit would be exceeded.
    @inline(__always)
    mutating func take(_ count: Int) -> Buffer? {
        let shift = BytePool.shift(count)
        let capacity = 1 << shift
        guard usedBytes + capacity <= maximumBytes else { return nil }
        usedBytes += capacity
        if shift <= BytePool.largestKeptShift, let buffer = free[shift] {
            free[shift] = buffer.load(as: UnsafeMutableRawPointer?.self)
            keptBytes -= capacity
            return Buffer(start: buffer, capacity: capacity)
        }
        return Buffer(start: .allocate(byteCount: capacity, alignment: 16), capacity: capacity)
    }

    /// Takes a buffer back.
    @inline(__always)
    mutating func give(_ buffer: Buffer) {
        usedBytes -= buffer.capacity
        let shift = buffer.capacity.trailingZeroBitCount
        guard shift <= BytePool.largestKeptShift, keptBytes + buffer.capacity <= 64 << 20 else {
            buffer.start.deallocate()
            return
        }
        keptBytes += buffer.capacity
        buffer.start.storeBytes(of: free[shift], as: UnsafeMutableRawPointer?.self)
        free[shift] = buffer.start
    }

    @inline(__always)
    private static func shift(_ count: Int) -> Int {
        count <= 1 << smallestShift ? smallestShift : Int.bitWidth - (count - 1).leadingZeroBitCount
    }
}
