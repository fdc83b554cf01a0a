/// The credentials in recent header fields: a client sends the same fields with every request.
///
/// A table in which later fields overwrite earlier ones. A field is recognised by a keyed hash of its line.
struct RecentFields {
    private struct Field {
        var low: UInt64 = 0
        var high: UInt64 = 0
        /// Credentials in it; -1 for a free place.
        var count = -1
    }

    private struct Item {
        var credential: Credential
        /// The place of its value in the line.
        var start: Int
        var count: Int
    }

    private static let fieldCount = 1024
    /// Fields with more credentials are not stored.
    private static let itemsPerField = 4

    /// Empty until the first field is noted.
    private var fields: [Field] = []
    private var items: [Item?] = []

    /// The places of the credentials of a recent line, for ``subscript(_:in:)``; nil if the line is not recent.
    func find(_ key: (low: UInt64, high: UInt64)) -> Range<Int>? {
        guard !fields.isEmpty else { return nil }
        let place = RecentFields.place(of: key)
        let field = fields[place]
        guard field.count >= 0, field.low == key.low, field.high == key.high else { return nil }
        let start = place * RecentFields.itemsPerField
        return start..<start + field.count
    }

    /// A credential of the line that was found, and its value in `line`; not nil for the places of that line.
    subscript(place: Int, in line: UnsafeRawBufferPointer) -> (credential: Credential, value: UnsafeRawBufferPointer)? {
        guard let item = items[place], item.start + item.count <= line.count else { return nil }
        return (
            item.credential, UnsafeRawBufferPointer(rebasing: line[item.start..<item.start + item.count])
        )
    }

    /// Stores the credentials found in `line`; `values` are ranges of it.
    mutating func note(
        _ key: (low: UInt64, high: UInt64), _ line: UnsafeRawBufferPointer, _ credentials: ArraySlice<Credential>,
        _ values: ArraySlice<UnsafeRawBufferPointer>
    ) {
        guard credentials.count <= RecentFields.itemsPerField, let base = line.baseAddress else { return }
        if fields.isEmpty {
            fields = Array(repeating: Field(), count: RecentFields.fieldCount)
            items = Array(repeating: nil, count: RecentFields.fieldCount * RecentFields.itemsPerField)
        }
        let place = RecentFields.place(of: key)
        fields[place].count = -1
        for (index, (credential, value)) in zip(credentials, values).enumerated() {
            guard let start = value.baseAddress, start >= base, start + value.count <= base + line.count else { return }
            items[place * RecentFields.itemsPerField + index] = Item(
                credential: credential, start: start - base, count: value.count)
        }
        fields[place] = Field(low: key.low, high: key.high, count: credentials.count)
    }

    private static func place(of key: (low: UInt64, high: UInt64)) -> Int {
        Int(truncatingIfNeeded: key.low) & (fieldCount - 1)
    }
}
