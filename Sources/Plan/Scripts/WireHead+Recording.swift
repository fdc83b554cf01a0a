import Formats
import HTTPWire

extension WireHead {
    /// The head of a recorded request.
    ///
    /// - Parameters:
    ///   - draft: the parsed request.
    ///   - head: its head as recorded.
    ///   - trailers: its trailer section as recorded, which is sent with a chunked body.
    ///   - cookies: the cookies it sends; nil when they are as recorded.
    ///   - edits: returns the value edits of the draft's part with the given index.
    init(
        of draft: ParsedRequest, recorded head: [UInt8], trailers: [UInt8] = [], cookies: CookieField?,
        edits: (Int) -> [Resolution.Edit]
    ) {
        self.init()
        // HTTP/2's fields and the single line of HTTP/0.9 are not an HTTP/1 head.
        method = RequestMethod(name: draft.method)
        let isForeign = head.first == UInt8(ascii: ":") || !head.endsLines
        hasTrailers = !isForeign && trailers.contains { $0 > 0x20 }
        append(draft.method.utf8)
        append([0x20])
        if draft.target != [UInt8(ascii: "*")] { leaveOpen(.basePath) }
        append(draft.parts[0].bytes, edits: edits(0), isInTarget: true)
        append(isForeign ? Array(" HTTP/1.1\r\n".utf8) : head.versionAndLineEnd)
        head.withUnsafeBufferPointer { bytes in
            if isForeign {
                appendForeign(bytes, draft, cookies, edits: edits)
            } else {
                appendRecorded(bytes, draft, cookies, edits: edits)
            }
        }
        if let cookies, !draft.hasCookies {
            append(cookies, prefix: Array("Cookie: ".utf8), suffix: [0x0d, 0x0a])
        }
        append([0x0d, 0x0a])
        if isChunked, hasTrailers {
            self.trailers = trailers.withUnsafeBufferPointer { WireHead.trailers($0, draft, edits: edits) }
        }
    }

    /// The lines of a trailer section with their values.
    private static func trailers(
        _ section: UnsafeBufferPointer<UInt8>, _ draft: ParsedRequest, edits: (Int) -> [Resolution.Edit]
    ) -> WireTemplate {
        var template = WireTemplate()
        var part = draft.parts.firstIndex(where: \.isTrailer) ?? draft.parts.count
        ParsedRequest.forEachTrailer(in: section) { _, field in
            template.literal += section[field.name.lowerBound..<field.value.lowerBound]
            template.append(draft.parts[part].bytes, edits: edits(part))
            template.literal += [0x0d, 0x0a]
            part += 1
        }
        return template
    }

    /// The lines of an HTTP/1 head in order, with their whitespace and line ends.
    private mutating func appendRecorded(
        _ head: UnsafeBufferPointer<UInt8>, _ draft: ParsedRequest, _ cookies: CookieField?,
        edits: (Int) -> [Resolution.Edit]
    ) {
        let dropped = ParsedRequest.namesListedByConnection(head)
        isChunked = HeadFraming(UnsafeRawBufferPointer(head), isRequest: true)?.isChunked ?? false
        var part = 1
        var single = SingleFields(hasLength: isChunked)
        var fields = HeadFields(head)
        while let field = fields.next() {
            let line = head[field.name.lowerBound..<fields.position]
            guard ParsedRequest.isSent(fields, field, dropped: dropped) else {
                let name = String(decoding: head[field.name], as: UTF8.self).lowercased()
                appendOwn(name, line, value: field.value, dropped: dropped, &single)
                continue
            }
            let (before, after) = (line[..<field.value.lowerBound], line[field.value.upperBound...])
            if let cookies, draft.parts[part].rule == .cookie {
                if !single.hasCookie { append(cookies, prefix: Array(before), suffix: Array(after)) }
                single.hasCookie = true
            } else {
                append(before)
                if case .field(let name) = draft.parts[part].kind {
                    append(field: name, draft.parts[part].bytes, edits: edits(part))
                }
                append(after)
            }
            part += 1
        }
        if !single.hasLength, !draft.body.bytes.isEmpty { appendLength() }
    }

    /// Fields that are sent once, and whether they have been appended.
    private struct SingleFields {
        var hasCookie = false
        var hasHost = false
        var hasLength: Bool
    }

    /// A line that is derived from the target and the body, or is about the connection.
    ///
    /// - Parameters:
    ///   - name: the field's name in lower case
    ///   - value: the range of the value in `line`
    private mutating func appendOwn(
        _ name: String, _ line: Slice<UnsafeBufferPointer<UInt8>>, value: Range<Int>, dropped: Set<String>,
        _ single: inout SingleFields
    ) {
        let gap: Gap
        switch name {
        case "host":
            guard !single.hasHost else { return }
            single.hasHost = true
            gap = .host
        case "content-length":
            guard !single.hasLength else { return }
            single.hasLength = true
            gap = .bodyBytes
        case "connection":
            // A replay cannot continue with another protocol on the connection.
            if dropped.contains("upgrade") { return }
            guard dropped.contains("close") else { return append(line) }
            closesConnection = true
            return leaveOpen(.closing(line: Array(line)))
        case "transfer-encoding", "te", "expect", "keep-alive": return append(line)
        case "trailer" where hasTrailers && isChunked: return append(line)
        case _ where dropped.contains(name) && !WireHead.hopFields.contains(name): return append(line)
        default: return
        }
        append(line[..<value.lowerBound])
        leaveOpen(gap)
        append(line[value.upperBound...])
    }

    /// Hop-by-hop fields that mean something else at the next hop (RFC 9110 sections 6.6.2 and 7.8, RFC 7540 section
    /// 3.2.1).
    private static let hopFields: Set<String> = ["upgrade", "http2-settings", "trailer"]

    /// The fields of a request that was not recorded in HTTP/1, in HTTP/1.1 form.
    private mutating func appendForeign(
        _ head: UnsafeBufferPointer<UInt8>, _ draft: ParsedRequest, _ cookies: CookieField?,
        edits: (Int) -> [Resolution.Edit]
    ) {
        append("Host: ".utf8)
        leaveOpen(.host)
        append([0x0d, 0x0a])
        var hasCookie = false
        for (part, content) in draft.parts.enumerated() {
            guard case .field(let name) = content.kind, !content.isTrailer else { continue }
            // In HTTP/1.1 TE is connection-specific.
            if name.lowercased() == "te" { continue }
            let isCookie = name.lowercased() == "cookie"
            // HTTP/1.1 has a single Cookie field, HTTP/2 may have several (RFC 9113 section 8.2.3).
            if isCookie, hasCookie { continue }
            if isCookie, let cookies {
                hasCookie = true
                append(cookies, prefix: Array((name + ": ").utf8), suffix: [0x0d, 0x0a])
                continue
            }
            append(name.utf8)
            append(": ".utf8)
            append(field: name, content.bytes, edits: edits(part))
            if isCookie {
                hasCookie = true
                for other in (part + 1)..<draft.parts.count {
                    guard case .field(let name) = draft.parts[other].kind, name.lowercased() == "cookie" else {
                        continue
                    }
                    append("; ".utf8)
                    append(draft.parts[other].bytes, edits: edits(other), isInTarget: false)
                }
            }
            append([0x0d, 0x0a])
        }
        if !draft.body.bytes.isEmpty || ["POST", "PUT", "PATCH"].contains(draft.method) { appendLength() }
    }

    private mutating func appendLength() {
        append("Content-Length: ".utf8)
        leaveOpen(.bodyBytes)
        append([0x0d, 0x0a])
    }

    /// The value of a field; if it names the page that a request comes from, the origin in it is left open.
    private mutating func append(field name: String, _ bytes: [UInt8], edits: [Resolution.Edit]) {
        guard let origin = WireHead.origin(inField: name, bytes),
            edits.allSatisfy({ $0.range.lowerBound >= origin.count })
        else { return append(bytes, edits: edits, isInTarget: false) }
        leaveOpen(.origin(recorded: origin, isPath: bytes.count > origin.count))
        let rest = edits.map { edit in
            var edit = edit
            edit.range = (edit.range.lowerBound - origin.count)..<(edit.range.upperBound - origin.count)
            return edit
        }
        append(Array(bytes[origin.count...]), edits: rest, isInTarget: false)
    }

    private mutating func append(_ bytes: some Sequence<UInt8>) { literal.append(contentsOf: bytes) }

    private mutating func append(_ bytes: [UInt8], edits: [Resolution.Edit], isInTarget: Bool) {
        var start = 0
        for edit in edits {
            append(bytes[start..<edit.range.lowerBound])
            leaveOpen(.value(index: UInt32(edit.value ?? 0), encoding: edit.encoding, isInTarget: isInTarget))
            start = edit.range.upperBound
        }
        append(bytes[start...])
    }

    private mutating func append(_ cookies: CookieField, prefix: [UInt8], suffix: [UInt8]) {
        var cookies = cookies
        cookies.prefix = prefix
        cookies.suffix = suffix
        leaveOpen(.value(index: 0, encoding: .cookies(cookies), isInTarget: false))
    }

    private mutating func leaveOpen(_ gap: Gap) {
        places.append(Place(offset: UInt32(literal.count), gap: gap))
    }
}

extension [UInt8] {
    /// Whether a head has a line after its first, at least the empty one that ends it.
    fileprivate var endsLines: Bool {
        guard let first = firstIndex(of: 0x0a) else { return false }
        return first + 1 < count && versionAndLineEnd.count > 2
    }

    /// The end of an HTTP/1 request line: ` HTTP/1.1` and the line end, or only the line end where it has no version.
    fileprivate var versionAndLineEnd: [UInt8] {
        guard let feed = firstIndex(of: 0x0a) else { return [] }
        var end = feed
        while end > 0, self[end - 1] == 0x0d || self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        guard end > 9, self[(end - 8)..<(end - 3)].elementsEqual("HTTP/".utf8) else { return Array(self[end...feed]) }
        return [0x20] + self[(end - 8)...feed]
    }
}
