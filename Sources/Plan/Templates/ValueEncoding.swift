/// How a value is written at its place.
enum ValueEncoding: Hashable, Sendable {
    /// Byte for byte.
    case raw
    /// Percent-encoded (RFC 3986 section 2.1) or form-encoded.
    case percent(PercentStyle)
    /// As the inside of a JSON string (RFC 8259 section 7).
    case json(JSONStyle)

    /// Appends `value` in this encoding.
    func append(_ value: [UInt8], to output: inout [UInt8]) {
        switch self {
        case .raw: output.append(contentsOf: value)
        case .percent(let style): style.append(value, to: &output)
        case .json(let style): style.append(value, to: &output)
        }
    }
}
