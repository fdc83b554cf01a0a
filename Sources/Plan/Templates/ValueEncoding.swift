import ContentCodings
import Formats

/// How a value is written at its place.
indirect enum ValueEncoding: Hashable, Sendable {
    /// Byte for byte.
    case raw
    /// Byte for byte where a line end would begin another field: a value with control characters does not go there.
    case line
    /// Percent-encoded (RFC 3986 section 2.1) or form-encoded.
    case percent(PercentStyle)
    /// As the inside of a JSON string (RFC 8259 section 7).
    case json(JSONStyle)
    /// As text or an attribute of XML.
    case markup(MarkupStyle)
    /// In base64 (RFC 4648).
    case base64(Base64)
    /// Compressed, as a body's Content-Encoding says.
    case compressed(ContentCoding)
    /// No value, but a text with values of its own, written in another encoding.
    case nested(Template, ValueEncoding)
    /// No value, but a request's cookies.
    case cookies(CookieField)

    /// Appends `value` in this encoding.
    ///
    /// - Returns: false, with nothing appended, when the value cannot stand here.
    func append(_ value: [UInt8], to output: inout [UInt8]) -> Bool {
        switch self {
        case .raw: output.append(contentsOf: value)
        case .line:
            guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else { return false }
            output.append(contentsOf: value)
        case .percent(let style): style.append(value, to: &output)
        case .json(let style): style.append(value, to: &output)
        case .markup(let style): style.append(value, to: &output)
        case .base64(let form): form.append(value, to: &output)
        case .compressed(let coding):
            do throws(ContentCodingError) {
                output += try coding.encoded(value)
            } catch {
                return false
            }
        case .nested, .cookies: return false
        }
        return true
    }
}
