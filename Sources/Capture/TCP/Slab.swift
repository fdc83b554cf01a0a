/// Records of one trivial type at stable addresses, allocated in runs and reused.
///
/// Owns the memory; a record given back must not be touched again.
struct Slab<Record>: ~Copyable {
    private let runLength: Int
    /// The number of adjacent records handed out together; a pointer to the first reaches all.
    private let stride: Int
    private var runs: [UnsafeMutablePointer<Record>] = []
    private var free: [UnsafeMutablePointer<Record>] = []

    /// - Parameter stride: how many adjacent records each ``take(_:)`` hands out.
    /// - Precondition: `Record` is trivial: it owns nothing.
    init(runLength: Int = 256, stride: Int = 1) {
        precondition(_isPOD(Record.self), "records are freed without deinitialisation")
        self.runLength = runLength
        self.stride = stride
    }

    deinit {
        for run in runs { run.deallocate() }
    }

    /// `stride` records, each set to `initial`.
    @inline(__always)
    mutating func take(_ initial: Record) -> UnsafeMutablePointer<Record> {
        if free.isEmpty { grow() }
        let record = free.removeLast()
        record.initialize(repeating: initial, count: stride)
        return record
    }

    @inline(__always)
    mutating func give(_ record: UnsafeMutablePointer<Record>) { free.append(record) }

    private mutating func grow() {
        let run = UnsafeMutablePointer<Record>.allocate(capacity: runLength * stride)
        runs.append(run)
        for index in (0..<runLength).reversed() { free.append(run + index * stride) }
    }
}
