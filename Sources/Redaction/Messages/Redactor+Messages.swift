import ContentCodings

extension Redactor {
    /// The outcome for one message of an exchange with the path `path`.
    mutating func outcome(of message: MessageView, _ side: MessageSide, path: @autoclosure () -> [UInt8])
        -> MessageOutcome
    {
        let facts = HeadFacts(message.head)
        var outcome = MessageOutcome(bodyBytes: message.bodyBytes)
        var edits = headEdits(message.head, facts, side)
        if let body = redactedBody(message, facts, side, tables.bodies.isEmpty ? [] : path()) {
            outcome.body = body.bytes
            if body.isCut {
                // Like a body truncated by capture: its size is still recorded.
                outcome.bodyBytes = max(message.bodyBytes, UInt64(body.bytes.count + 1))
            } else {
                let missing = message.bodyBytes - min(UInt64(message.body.count), message.bodyBytes)
                outcome.bodyBytes = missing + UInt64(body.bytes.count)
                correctLength(message, facts, outcome.bodyBytes, &edits)
            }
        }
        outcome.head = applied(edits, to: message.head, side)
        if !message.trailers.isEmpty {
            outcome.trailers = applied(fieldEdits(message.trailers, from: 0, side), to: message.trailers, side)
        }
        return outcome
    }

    /// Corrects Content-Length if it was the length of the body.
    private func correctLength(
        _ message: MessageView, _ facts: HeadFacts, _ bodyBytes: UInt64, _ edits: inout Edits
    ) {
        guard let range = facts.contentLength, bodyBytes != message.bodyBytes,
            UInt64(String(decoding: message.head[range], as: UTF8.self)) == message.bodyBytes
        else { return }
        edits.replace(range, with: Array(String(bodyBytes).utf8))
    }

    private struct Body {
        var bytes: [UInt8]
        /// Whether a part of it is missing.
        var isCut = false
    }

    private mutating func redactedBody(
        _ message: MessageView, _ facts: HeadFacts, _ side: MessageSide, _ path: [UInt8]
    ) -> Body? {
        guard !message.body.isEmpty else { return nil }
        let type = facts.contentType.map { message.head.part($0) }
        if let treatment = bodyTreatment(path, type, side) {
            switch treatment.action {
            case .keep: break
            case .cut where treatment.keptBytes > 0:
                guard message.body.count > treatment.keptBytes else { break }
                return cutBody(message, facts, side, treatment.keptBytes)
            default:
                counts.droppedBodies += 1
                return Body(bytes: [], isCut: true)
            }
        }
        guard let encoding = Redactor.codings(facts, message.body) else {
            return fileBody(message, type, side) ?? plainBody(message, type, side)
        }
        guard let coding = try? ContentCoding(fieldValue: encoding) else { return unreadable() }
        if coding.isIdentity { return plainBody(message, type, side) }
        return codedBody(message, coding, type, side)
    }

    /// The codings of the content, outermost last. A transfer coding counts only if the body looks encoded: some
    /// recordings contain it decoded.
    private static func codings(_ facts: HeadFacts, _ body: Bytes) -> String? {
        guard let transfer = facts.transferCodings, let first = body.first else { return facts.contentEncoding }
        let isCompressed = first == 0x1f || first & 0x0f == 8
        guard isCompressed else { return facts.contentEncoding }
        return facts.contentEncoding.map { $0 + ", " + transfer } ?? transfer
    }

    private mutating func plainBody(_ message: MessageView, _ type: Bytes?, _ side: MessageSide) -> Body? {
        let kind = ContentKind(message.body, type: type)
        if unparsable == .drop, !message.isBodyWhole || !isParsable(message.body, kind) { return unreadable() }
        return redactedContent(message.body, kind, side, depth: 0).map { Body(bytes: $0) }
    }

    /// The redacted content of a compressed file, which no field calls compressed; nil if the body is not one, or nothing
    /// changes.
    private mutating func fileBody(_ message: MessageView, _ type: Bytes?, _ side: MessageSide) -> Body? {
        guard message.isBodyWhole, unparsable == .scan, let coding = Redactor.fileCoding(message.body) else {
            return nil
        }
        let decoded = coding.decodedPrefix(Array(message.body), limit: limits.maxDecodedBytes)
        guard decoded.failure == nil else { return nil }
        let content = decoded.bytes.withUnsafeBufferPointer {
            redactedContent($0, ContentKind($0, type: type), side, depth: 0)
        }
        return content.flatMap { try? coding.encoded($0) }.map { Body(bytes: $0) }
    }

    /// The coding of a file by its first bytes: gzip (RFC 1952) or Zstandard (RFC 8878).
    private static func fileCoding(_ body: Bytes) -> ContentCoding? {
        if body.starts(with: [0x1f, 0x8b, 8]) { return ContentCoding([.gzip]) }
        return body.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) ? ContentCoding([.zstd]) : nil
    }

    private mutating func codedBody(
        _ message: MessageView, _ coding: ContentCoding, _ type: Bytes?, _ side: MessageSide
    ) -> Body? {
        let decoded = coding.decodedPrefix(Array(message.body), limit: limits.maxDecodedBytes)
        // The decoded beginning of a truncated body is valid; that of any other damaged body is not trusted.
        let isCut = decoded.failure == .truncated && !message.isBodyWhole
        guard decoded.failure == nil || isCut && unparsable == .scan else { return unreadable() }
        let redacted = decoded.bytes.withUnsafeBufferPointer { bytes -> (isRefused: Bool, bytes: [UInt8]?) in
            let kind = ContentKind(bytes, type: type)
            if unparsable == .drop, !isParsable(bytes, kind) { return (true, nil) }
            return (false, redactedContent(bytes, kind, side, depth: 0))
        }
        if redacted.isRefused { return unreadable() }
        guard let content = redacted.bytes else { return nil }
        guard let body = try? coding.encoded(content) else { return unreadable() }
        return Body(bytes: body, isCut: isCut)
    }

    private mutating func unreadable() -> Body {
        counts.unreadableBodies += 1
        return Body(bytes: [], isCut: true)
    }

    /// The redacted first bytes of a body; empty for an encoded body, a part of which cannot be decoded.
    private mutating func cutBody(
        _ message: MessageView, _ facts: HeadFacts, _ side: MessageSide, _ keptBytes: Int
    ) -> Body {
        counts.droppedBodies += 1
        if facts.contentEncoding != nil { return Body(bytes: [], isCut: true) }
        let kind = ContentKind(message.body, type: facts.contentType.map { message.head.part($0) })
        let all = redactedContent(message.body, kind, side, depth: 0) ?? Array(message.body)
        return Body(bytes: Array(all.prefix(keptBytes)), isCut: true)
    }

    private func bodyTreatment(_ path: [UInt8], _ type: Bytes?, _ side: MessageSide) -> Treatment? {
        guard !tables.bodies.isEmpty else { return nil }
        let media = (type.map { Array($0) } ?? []).prefix { $0 != UInt8(ascii: ";") && !$0.isBlank }.map(\.lowercased)
        return tables.bodies.first { rule in
            rule.side.covers(side) && rule.paths.contains { $0.matches(path) }
                && (rule.types.isEmpty || rule.types.contains { $0.matches(media) })
        }?.treatment
    }
}
