import ContentCodings
import Formats

/// A body's properties according to the response's head.
struct Content {
    /// The content codings listed by the head; empty for an uncoded body.
    private var codings = ""
    private var type = ""

    init(_ head: UnsafeBufferPointer<UInt8>) {
        var fields = HeadFields(head)
        while let field = fields.next() {
            if fields.isNamed(field, "content-encoding") {
                codings += (codings.isEmpty ? "" : ",") + String(decoding: head[field.value], as: UTF8.self)
            } else if fields.isNamed(field, "content-type") {
                type = String(decoding: head[field.value], as: UTF8.self).lowercased()
            }
        }
    }

    /// The decoded body; nil when decoding fails or exceeds `limit` bytes.
    func decoded(_ body: [UInt8], limit: Int) -> [UInt8]? {
        guard !codings.isEmpty else { return body.count <= limit ? body : nil }
        do throws(ContentCodingError) {
            return try ContentCoding(fieldValue: codings).decoded(body, limit: limit)
        } catch {
            return nil
        }
    }

    /// How `body` is searched for values.
    func kind(of body: UnsafeBufferPointer<UInt8>) -> ParsedRequest.BodyKind { .of(body, type: type) }
}
