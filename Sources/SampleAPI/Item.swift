/// An item that users store: a name and a quantity.
struct Item: BitwiseCopyable, Sendable {
    /// The most UTF-8 bytes of a name.
    static let maximumNameBytes = 100

    let quantity: Int32
    /// Seconds since 1970.
    let createdAt: Int64
    private let nameBytes: UInt8
    private let storage: InlineArray<100, UInt8>

    /// Nil if the name is empty, longer than `maximumNameBytes` or has control characters.
    init?(name: String, quantity: Int32, createdAt: Int64) {
        let bytes = name.utf8
        guard !bytes.isEmpty, bytes.count <= Item.maximumNameBytes, !bytes.contains(where: { $0 < 0x20 }) else {
            return nil
        }
        var storage = InlineArray<100, UInt8>(repeating: 0)
        for (index, byte) in bytes.enumerated() { storage[index] = byte }
        self.storage = storage
        nameBytes = UInt8(bytes.count)
        self.quantity = quantity
        self.createdAt = createdAt
    }

    /// The value of an unused slot in the store.
    static let filler = Item()

    private init() {
        storage = InlineArray(repeating: 0)
        nameBytes = 0
        quantity = 0
        createdAt = 0
    }

    var name: String {
        String(unsafeUninitializedCapacity: Int(nameBytes)) { text in
            for index in 0..<Int(nameBytes) { text[index] = storage[index] }
            return Int(nameBytes)
        }
    }
}
