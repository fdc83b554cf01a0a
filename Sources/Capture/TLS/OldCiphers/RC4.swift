/// The stream cipher RC4, for reading recordings of old systems.
struct RC4 {
    private var state: [UInt8]
    private var first: UInt8 = 0
    private var second: UInt8 = 0

    /// - Precondition: `key` is not empty.
    init(key: [UInt8]) {
        precondition(!key.isEmpty, "a key has bytes")
        state = (0..<256).map { UInt8($0) }
        var other = 0
        for index in 0..<256 {
            other = (other + Int(state[index]) + Int(key[index % key.count])) & 0xff
            state.swapAt(index, other)
        }
    }

    mutating func decrypt(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map { byte in
            first &+= 1
            second &+= state[Int(first)]
            state.swapAt(Int(first), Int(second))
            return byte ^ state[Int(state[Int(first)] &+ state[Int(second)])]
        }
    }
}
