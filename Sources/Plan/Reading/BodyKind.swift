import Formats

extension ParsedRequest {
    /// How a body is searched for values.
    enum BodyKind: Hashable {
        case json, form, html, xml, multipart, text, protobuf, opaque
        /// Framed protobuf messages (gRPC).
        case framedProtobuf
    }
}

extension ParsedRequest.BodyKind {
    /// How `body` is searched: by its content, and where that is ambiguous by its type.
    ///
    /// - Parameter type: the value of Content-Type in lowercase; empty if there is none.
    static func of(_ body: UnsafeBufferPointer<UInt8>, type: String) -> Self {
        let text = body.dropFirst(JSONTexts.prefixCount(of: body))
        guard let first = text.first(where: { $0 > 0x20 }) else {
            // A message of small numbers has no printable bytes.
            return body.isEmpty ? .opaque : ofBinary(type: type) ?? .opaque
        }
        var type = type
        if AnyCaseWords.json.occur(in: type.utf8) {
            if mayBeJSON(text, first) { return .json }
            // Errors, tokens and forms are sent with this type, too.
            if ofBinary(type: type) == nil { type = "" }
        }
        if let binary = ofBinary(type: type) { return binary }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), JSONTexts.isJSON(body) { return .json }
        if AnyCaseWords.html.occur(in: type.utf8) {
            // Scripts that answer programs often keep the server's default type.
            if first != UInt8(ascii: "<") { return looksLikeForm(body) ? .form : .html }
            return starts(text, with: "<?xml") && !pageWords.occur(in: text.prefix(headCount)) ? .xml : .html
        }
        if AnyCaseWords.xml.occur(in: type.utf8) || starts(text, with: "<?xml") { return .xml }
        if type.hasPrefix("multipart/") { return .multipart }
        let isUnsure = type.isEmpty || isOctetStream(type) || type.hasPrefix("text/plain") || isForm(type)
        if first == UInt8(ascii: "<"), isUnsure {
            return starts(text, with: "<!doctype html") || starts(text, with: "<html") ? .html : .xml
        }
        if isUnsure, starts(text, with: "--"), partWords.occur(in: text.prefix(headCount)) { return .multipart }
        if isForm(type) { return .form }
        if isUnsure, looksLikeForm(body) { return .form }
        if type.hasPrefix("text/") || AnyCaseWords.javascript.occur(in: type.utf8) { return .text }
        let isCode = ["image/", "audio/", "video/", "font/"].contains { type.hasPrefix($0) }
        return isCode || !isPrintable(body, 0..<body.count) ? .opaque : .text
    }

    /// Whether `text`, which begins with `first` apart from blanks, begins like a JSON value.
    private static func mayBeJSON(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ first: UInt8) -> Bool {
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            ["true", "false", "null"].contains { starts(text, with: $0) }
        default: false
        }
    }

    /// The beginnings of pages, and parts of forms.
    private static let pageWords = AnyCaseWords("<html", "<!doctype html")
    private static let partWords = AnyCaseWords("content-disposition:")
    /// The number of bytes of a body that are searched for those.
    private static let headCount = 1024

    /// How a body of protobuf is searched; nil for other types.
    private static func ofBinary(type: String) -> Self? {
        if type.contains("grpc") { return .framedProtobuf }
        return type.contains("protobuf") ? .protobuf : nil
    }

    private static func isForm(_ type: String) -> Bool { type.hasPrefix("application/x-www-form-urlencoded") }

    private static func isOctetStream(_ type: String) -> Bool {
        type.hasPrefix("application/octet-stream") || type.hasPrefix("binary/")
    }

    /// Whether `text` begins with `prefix`, ignoring letter case and leading whitespace.
    private static func starts(_ text: Slice<UnsafeBufferPointer<UInt8>>, with prefix: String) -> Bool {
        let text = text.drop { $0 <= 0x20 }
        return text.count >= prefix.utf8.count && zip(text, prefix.utf8).allSatisfy { ASCII.lowercased($0) == $1 }
    }

    /// Whether it is one line of `name=value` pairs joined by `&`: a form may be sent without a type or as text/plain.
    private static func looksLikeForm(_ body: UnsafeBufferPointer<UInt8>) -> Bool {
        guard body.contains(UInt8(ascii: "&")), body.contains(UInt8(ascii: "=")) else { return false }
        return body.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<")
                && byte != UInt8(ascii: "{")
        }
    }

    /// The bytes that are examined to distinguish text from other data.
    private static let probedCount = 4096

    /// Whether the examined bytes of `range` are text.
    static func isPrintable(_ body: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        body[range].prefix(probedCount).allSatisfy { $0 >= 0x20 && $0 != 0x7f || (0x09...0x0d).contains($0) }
    }
}
