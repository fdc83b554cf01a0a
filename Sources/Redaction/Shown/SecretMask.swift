public import Credentials
public import Traffic

/// Replaces secrets with marks where recorded traffic is displayed: everything that the built-in policy names, whatever
/// its length, and the same values where they occur again, as in an error page that repeats the request.
///
/// The result is for display, not for sending: lengths are not preserved. Cheap to copy; used by one thread at a time.
public struct SecretMask: Sendable {
    private var redactor: Redactor

    /// Creates a mask that has seen nothing.
    public init(_ mark: SecretMark) { redactor = Redactor(showing: mark) }

    /// `exchange` with marks: a secret of either message is masked in both.
    public mutating func masked(_ exchange: Exchange) -> Exchange {
        var batch = ExchangeBatch()
        batch.append(exchange)
        redactor.collect(batch)
        return redactor.redacted(exchange)
    }

    /// Learns the secrets of `exchange`, so that they are masked in the parts displayed.
    public mutating func learn(_ exchange: Exchange) {
        var batch = ExchangeBatch()
        batch.append(exchange)
        redactor.collect(batch)
    }

    /// A head, or a trailer section, with marks.
    public mutating func head(_ head: [UInt8]) -> [UInt8] {
        head.withUnsafeBufferPointer { bytes in
            if SecretMask.beginsWithField(bytes) {
                return redactor.applied(redactor.fieldEdits(bytes, from: 0, .request), to: bytes, .request) ?? head
            }
            let facts = HeadFacts(bytes)
            let side: MessageSide = bytes.has("http/", at: 0, before: bytes.count) ? .response : .request
            return redactor.applied(redactor.headEdits(bytes, facts, side), to: bytes, side) ?? head
        }
    }

    /// Whether there is no start line: `name: value` comes first. The names of pseudo-header fields begin with a colon.
    private static func beginsWithField(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        return bytes[..<colon].allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// A decoded body with marks.
    ///
    /// - Parameter type: the value of its Content-Type field.
    public mutating func body(_ body: [UInt8], type: String?) -> [UInt8] {
        let type = Array((type ?? "").utf8)
        return body.withUnsafeBufferPointer { bytes in
            type.withUnsafeBufferPointer { type in
                let kind = ContentKind(bytes, type: type.isEmpty ? nil : type)
                return redactor.redactedContent(bytes, kind, .request, depth: 0) ?? body
            }
        }
    }

    /// A URL or request target with marks.
    public mutating func target(_ target: String) -> String {
        let bytes = Array(target.utf8)
        let masked = bytes.withUnsafeBufferPointer { redactor.redactedContent($0, .url, .request, depth: 0) }
        return String(decoding: masked ?? bytes, as: UTF8.self)
    }

    /// Any text with marks: `name: value`, `name=value`, URLs, tokens.
    public mutating func text(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let masked = bytes.withUnsafeBufferPointer { redactor.redactedContent($0, .text, .request, depth: 0) }
        return String(decoding: masked ?? bytes, as: UTF8.self)
    }
}
