import ContentCodings
import Formats
import Traffic

/// A message's body according to its head.
enum Content {
    /// The body after content decoding; unchanged if it is text in spite of its coding, such as a coding called
    /// `utf-8`. Nil if decoding fails or exceeds `limit` bytes.
    static func decoded(_ message: Exchange.Message, limit: Int) -> [UInt8]? {
        let codings = message.head.withUnsafeBufferPointer { values(of: "content-encoding", in: $0) }
            .joined(separator: ",")
        guard !codings.isEmpty else { return message.body.count <= limit ? message.body : nil }
        do throws(ContentCodingError) {
            return try ContentCoding(fieldValue: codings).decoded(message.body, limit: limit)
        } catch {
            return message.body.count <= limit && isText(message.body) ? message.body : nil
        }
    }

    /// Whether a body that cannot be decoded is text.
    static func isText(_ body: [UInt8]) -> Bool {
        body.withUnsafeBufferPointer { ParsedRequest.BodyKind.isPrintable($0, 0..<$0.count) }
    }

    /// How `body`, which is decoded, is searched for values.
    static func kind(
        of body: UnsafeBufferPointer<UInt8>, head: UnsafeBufferPointer<UInt8>
    ) -> ParsedRequest.BodyKind {
        .of(body, type: values(of: "content-type", in: head).last?.lowercased() ?? "")
    }

    /// The values of all fields called `name`.
    private static func values(of name: String, in head: UnsafeBufferPointer<UInt8>) -> [String] {
        var values: [String] = []
        var fields = HeadFields(head)
        while let field = fields.next() {
            guard fields.isNamed(field, name) else { continue }
            values.append(String(decoding: head[field.value], as: UTF8.self))
        }
        return values
    }
}
