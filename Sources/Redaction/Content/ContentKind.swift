import Credentials

/// How content is parsed.
enum ContentKind: Equatable {
    case json
    case form
    case multipart(boundary: [UInt8])
    /// HTML or XML.
    case markup
    case url
    /// Any text, which is searched for `name: value` and `name=value`.
    case text
    /// Unstructured content, which is searched only for patterns.
    case opaque

    /// The kind of `body`, by its first bytes and the value of its Content-Type field.
    init(_ body: Bytes, type: Bytes?) {
        let end = type?.count ?? 0
        if let type, type.has("multipart/", at: 0, before: end), let boundary = ContentKind.boundary(type) {
            self = .multipart(boundary: boundary)
            return
        }
        if let type, type.has("application/x-www-form-urlencoded", at: 0, before: end) {
            self = .form
            return
        }
        let first = body.first { !$0.isBlank && $0 != 0xef && $0 != 0xbb && $0 != 0xbf }
        switch first {
        case nil: self = .opaque
        case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
        case UInt8(ascii: "<"): self = .markup
        case UInt8(ascii: "\"") where type?.find("json", in: 0..<end) != nil: self = .json
        default:
            let kind = ContentKind.ofText(body)
            // JSON in frames of its own: text sequences (RFC 7464), gRPC-Web.
            self = kind == .opaque && type?.find("json", in: 0..<end) != nil ? .text : kind
        }
    }

    private static func ofText(_ body: Bytes) -> ContentKind {
        let start = body.prefix(1024)
        guard !start.contains(where: { $0 == 0 || $0 < 0x09 || $0 > 0x0d && $0 < 0x20 && $0 != 0x1b }) else {
            return .opaque
        }
        let isForm =
            start.contains(UInt8(ascii: "=")) && !start.contains { $0.isBlank || $0 == UInt8(ascii: ":") || $0 == 0x22 }
        return isForm ? .form : .text
    }

    private static func boundary(_ type: Bytes) -> [UInt8]? {
        guard let value = FieldParameter.value(of: "boundary", in: type), !value.isEmpty, value.count <= 200 else {
            return nil
        }
        return Array(value)
    }
}

extension Redactor {
    /// The redacted `bytes`; nil if nothing changes.
    mutating func redactedContent(_ bytes: Bytes, _ kind: ContentKind, _ side: MessageSide, depth: Int) -> [UInt8]? {
        var edits = Edits()
        contentEdits(bytes, 0..<bytes.count, kind, side, depth: depth, &edits)
        edits.settle()
        scan(bytes, 0..<bytes.count, side, &edits)
        return edits.isEmpty ? nil : edits.applied(to: bytes)
    }

    /// Adds the edits to named values in `range`.
    mutating func contentEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ kind: ContentKind, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        guard depth <= limits.maxDepth else { return }
        switch kind {
        case .json: jsonEdits(bytes, range, side, depth: depth, &edits)
        case .form:
            pairEdits(
                bytes, range, separator: UInt8(ascii: "&"), .form, side, plusIsSpace: true, depth: depth, &edits)
        case .multipart(let boundary): multipartEdits(bytes, range, boundary, side, depth: depth, &edits)
        case .markup: markupEdits(bytes, range, side, depth: depth, &edits)
        case .url: urlEdits(bytes, range, side, depth: depth, &edits)
        case .text: textEdits(bytes, range, side, depth: depth, &edits)
        case .opaque: break
        }
    }

    /// Whether all of `bytes` can be parsed.
    func isParsable(_ bytes: Bytes, _ kind: ContentKind) -> Bool {
        switch kind {
        case .json:
            var leaves = JSONFragments(bytes, 0..<bytes.count)
            while leaves.next() != nil {}
            return !leaves.isMalformed
        case .opaque: return bytes.isEmpty
        default: return true
        }
    }
}
