import Credentials
import Formats

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
    /// Rows of fields, whose first row names the columns: CSV (RFC 4180).
    case table(separator: UInt8)
    /// Text of 16-bit units.
    case utf16(isBigEndian: Bool)
    /// MessagePack or CBOR.
    case packed(PackedFormat)
    /// gRPC-Web messages in base64.
    case webText
    /// Binary content, in which runs of text are searched.
    case binary
    /// Content that is searched only for patterns.
    case opaque

    /// The kind of `body`, by its first bytes and the value of its Content-Type field.
    init(_ body: Bytes, type: Bytes?) {
        let end = type?.count ?? 0
        if let type, type.has("multipart/", at: 0, before: end),
            let boundary = MultipartBoundary.found(in: body, type: type)
        {
            self = .multipart(boundary: boundary)
            return
        }
        if let type, type.has("application/x-www-form-urlencoded", at: 0, before: end) {
            self = .form
            return
        }
        if let isBigEndian = UTF16Text.isBigEndian(UnsafeRawBufferPointer(body)) {
            self = .utf16(isBigEndian: isBigEndian)
            return
        }
        if let type, type.find("grpc-web-text", in: 0..<end) != nil {
            self = .webText
            return
        }
        if let format = ContentKind.packedFormat(body, type) {
            self = .packed(format)
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
            self = kind == .binary && type?.find("json", in: 0..<end) != nil ? .text : kind
        }
    }

    /// The format of binary maps by the type, or because they are that as a whole. They begin with a byte past ASCII.
    private static func packedFormat(_ body: Bytes, _ type: Bytes?) -> PackedFormat? {
        guard let first = body.first, first >= 0x80, first != 0xef else { return nil }
        if let type {
            let all = 0..<type.count
            if type.find("msgpack", in: all) != nil || type.find("messagepack", in: all) != nil { return .messagePack }
            if type.find("cbor", in: all) != nil { return .cbor }
        }
        return PackedFormat.allCases.first { mayBegin($0, first) && PackedLeaves.describe(body, $0) }
    }

    /// Whether a map or a list, or the tag of CBOR itself (RFC 8949 section 3.4.6), begins with `byte`.
    private static func mayBegin(_ format: PackedFormat, _ byte: UInt8) -> Bool {
        switch format {
        case .messagePack: (0x80...0x9f).contains(byte) || (0xdc...0xdf).contains(byte)
        case .cbor: (0x80...0xbf).contains(byte) || byte == 0xd9
        }
    }

    private static func ofText(_ body: Bytes) -> ContentKind {
        let start = body.prefix(1024)
        guard !start.contains(where: { $0 == 0 || $0 < 0x09 || $0 > 0x0d && $0 < 0x20 && $0 != 0x1b }) else {
            return .binary
        }
        let isForm =
            start.contains(UInt8(ascii: "=")) && !start.contains { $0.isBlank || $0 == UInt8(ascii: ":") || $0 == 0x22 }
        if isForm { return .form }
        return TableRow.separator(ofHead: body).map { .table(separator: $0) } ?? .text
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
        case .text:
            eventEdits(bytes, range, side, depth: depth, &edits)
            textEdits(bytes, range, side, depth: depth, &edits)
        case .packed(let format): packedEdits(bytes, range, format, side, depth: depth, &edits)
        case .webText: webTextEdits(bytes, range, side, depth: depth, &edits)
        case .table(let separator):
            tableEdits(bytes, range, separator, side, &edits)
            textEdits(bytes, range, side, depth: depth, &edits)
        case .utf16(let isBigEndian): wideEdits(bytes, range, isBigEndian: isBigEndian, side, depth: depth, &edits)
        case .binary: runEdits(bytes, range, side, depth: depth, &edits)
        case .opaque: break
        }
    }

    /// Adds the edits to runs of text in binary content.
    mutating func runEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        var start = range.lowerBound
        for index in range {
            let byte = bytes[index]
            guard byte < 0x20 && !byte.isBlank || byte >= 0x7f else { continue }
            if index - start >= Redactor.shortestRun { textEdits(bytes, start..<index, side, depth: depth, &edits) }
            start = index + 1
        }
        guard range.upperBound - start >= Redactor.shortestRun else { return }
        textEdits(bytes, start..<range.upperBound, side, depth: depth, &edits)
    }

    /// Shorter runs of letters in binary content are there by chance.
    private static let shortestRun = 12

    /// Adds the edits to UTF-16 text.
    private mutating func wideEdits(
        _ bytes: Bytes, _ range: Range<Int>, isBigEndian: Bool, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        let source = range.lowerBound..<(range.upperBound - range.count % 2)
        let units = UnsafeRawBufferPointer(bytes.part(source))
        guard let text = UTF16Text.decoded(units, isBigEndian: isBigEndian) else { return }
        let changed = text.withUnsafeBufferPointer {
            redactedContent($0, ContentKind($0, type: nil), side, depth: depth + 1)
        }
        if let changed { edits.replace(source, with: UTF16Text.encoded(changed, isBigEndian: isBigEndian)) }
    }

    /// Whether all of `bytes` can be parsed.
    func isParsable(_ bytes: Bytes, _ kind: ContentKind) -> Bool {
        switch kind {
        case .json:
            var leaves = JSONFragments(bytes, 0..<bytes.count)
            while leaves.next() != nil {}
            return !leaves.isMalformed
        case .opaque, .binary: return bytes.isEmpty
        default: return true
        }
    }
}
