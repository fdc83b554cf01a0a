public import Formats
public import FoundationEssentials

extension JSONText {
    /// A value as JSON with the keys in alphabetical order, so that two reports can be compared line by line.
    ///
    /// - Parameters:
    ///   - isPretty: whether the JSON is indented; otherwise it is one line.
    /// - Throws: `EncodingError` if the value cannot be encoded. Numbers that JSON lacks become `"nan"`, `"inf"`,
    ///   `"-inf"`.
    public static func encode(_ value: some Encodable, isPretty: Bool = true) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try encoder.encode(value)
    }

    /// A value as JSON text; see ``encode(_:isPretty:)``.
    ///
    /// - Throws: `EncodingError`.
    public static func encodedText(_ value: some Encodable, isPretty: Bool = true) throws -> String {
        String(decoding: try encode(value, isPretty: isPretty), as: UTF8.self)
    }
}
