import ContentCodings
import Formats

/// How a value is encoded at its place.
indirect enum ValueEncoding: Hashable, Sendable {
    /// Byte for byte.
    case raw
    /// Byte for byte, in a place where a line end would begin another field: values with control characters are
    /// refused.
    case line
    /// Percent-encoded (RFC 3986 section 2.1) or form-encoded.
    case percent(PercentStyle)
    /// As the content of a JSON string (RFC 8259 section 7).
    case json(JSONStyle)
    /// As text or an attribute of XML.
    case markup(MarkupStyle)
    /// In base64 (RFC 4648).
    case base64(Base64)
    /// In hexadecimal digits.
    case hex(isUppercase: Bool)
    /// Compressed by the body's Content-Encoding.
    case compressed(ContentCoding)
    /// Written in another form than elsewhere.
    case rewritten(Writing, ValueEncoding)
    /// As a binary number; empty if the value is not a number, or too large.
    case binary(BinaryNumber)
    /// After its length, as in binary messages.
    case prefixed(LengthPrefix)
    /// Not a value but a text that itself contains values, in another encoding.
    case nested(Template, ValueEncoding)
    /// Not a value but a request's cookies.
    case cookies(CookieField)
    /// Not a value but a digest of the request's body.
    case digest(BodyDigest)
    /// Not a value but the length of a text in decimal digits.
    case length(Template)
    /// Not a value but the response to a Digest authentication challenge.
    case digestAuthorization(DigestAuthorization)

    /// Appends `value` in this encoding.
    ///
    /// - Returns: false, with nothing appended, when the value is not allowed here.
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
        case .hex(let isUppercase): output += HashAlgorithm.hex(value, isUppercase: isUppercase)
        case .compressed(let coding):
            do throws(ContentCodingError) {
                output += try coding.encoded(value)
            } catch {
                return false
            }
        case .rewritten(let writing, let inner): return inner.append(writing.applied(to: value), to: &output)
        case .binary(let form):
            guard value.allSatisfy(ASCII.isDigit), let number = UInt64(String(decoding: value, as: UTF8.self)) else {
                return false
            }
            return form.append(number, to: &output)
        case .prefixed(let prefix):
            prefix.append(value.count, to: &output)
            output += value
        case .nested, .cookies, .digest, .length, .digestAuthorization: return false
        }
        return true
    }

    /// Appends the content of a place with this encoding for a clone.
    ///
    /// - Parameter value: index of the place's value in the clone's table.
    /// - Returns: false when a value is missing or not allowed here; `output` then ends with an incomplete rendering.
    func append(value: Int, to output: inout [UInt8], values: borrowing CloneValues) -> Bool {
        switch self {
        case .nested(let inner, let outer):
            var text: [UInt8] = []
            return inner.append(to: &text, values: values) && outer.append(text, to: &output)
        case .length(let content):
            var text: [UInt8] = []
            guard content.append(to: &text, values: values) else { return false }
            output += String(text.count).utf8
            return true
        case .cookies(let field): return field.append(to: &output, values: values)
        case .digest(let digest): return digest.append(to: &output, values: values)
        case .digestAuthorization(let field): return field.append(to: &output, values: values)
        case .raw, .line, .percent, .json, .markup, .base64, .hex, .compressed, .rewritten, .binary, .prefixed:
            guard let value = values[value] else { return false }
            return append(value, to: &output)
        }
    }

    /// The values that a place of this encoding needs; `value` is the index of its own.
    func values(value: Int) -> [Int] {
        switch self {
        case .nested(let inner, _): inner.values
        case .length(let content): content.values
        case .cookies(let field): field.own.values
        case .digest(let digest): digest.content.values
        case .digestAuthorization(let field): field.values
        case .raw, .line, .percent, .json, .markup, .base64, .hex, .compressed, .rewritten, .binary, .prefixed: [value]
        }
    }

    /// The encoding for a target with the path prefix `basePath`.
    func fitted(basePath: [UInt8]) -> ValueEncoding {
        guard case .digestAuthorization(var field) = self else { return self }
        field.basePath = basePath
        return .digestAuthorization(field)
    }
}
