/// Bytes to send, with places for a clone's values.
public struct Template: Hashable, Sendable {
    /// A place for a value.
    struct Place: Hashable, Sendable {
        /// The number of literal bytes before it.
        var offset: UInt32
        /// Index into the clone's value table; unused where the encoding is a nested template.
        var value: UInt32
        /// How the value is written there.
        var encoding: ValueEncoding
    }

    /// The bytes that are the same for every clone.
    var literal: [UInt8]
    /// The places, in order.
    var places: [Place]

    /// `literal`, the same for every clone.
    public init(_ literal: [UInt8] = []) {
        self.literal = literal
        places = []
    }

    init(literal: [UInt8], places: [Place]) {
        self.literal = literal
        self.places = places
    }

    /// Whether the bytes are the same for every clone.
    public var isLiteral: Bool { places.isEmpty }

    /// Whether it sends no bytes at all.
    public var isEmpty: Bool { literal.isEmpty && places.isEmpty }

    /// All bytes if ``isLiteral``, else those around the values.
    public var literalBytes: [UInt8] { literal }

    /// Appends the bytes with the values of one clone.
    ///
    /// - Returns: false when a value is missing, or has control characters where none are allowed; `output` then ends
    ///   with an incomplete rendering.
    public func append(to output: inout [UInt8], values: CloneValues) -> Bool {
        guard !places.isEmpty else {
            output.append(contentsOf: literal)
            return true
        }
        var start = 0
        for place in places {
            let end = Int(place.offset)
            output.append(contentsOf: literal[start..<end])
            start = end
            guard place.encoding.append(value: Int(place.value), to: &output, values: values) else { return false }
        }
        output.append(contentsOf: literal[start...])
        return true
    }
}
