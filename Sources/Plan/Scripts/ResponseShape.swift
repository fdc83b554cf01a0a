import Formats

/// The structure of a recorded success, mainly in JSON or XML.
///
/// Services that always answer 200 refuse with another structure: an object with an error, null instead of a user, or
/// no body.
public struct ResponseShape: Hashable, Sendable {
    private enum Kind: Hashable, Sendable {
        case object, list, element
        /// Something else, without anything to compare.
        case other
        /// No body, null, an empty text or an empty object: other responses of the endpoint may be the same.
        case nothing
    }

    private let kind: Kind
    /// Hashes of the names of an object's members, without names that errors use, too; of the root element's name; or
    /// of a short text that reports no failure.
    private var names: [UInt64] = []
    /// Hashes of the paths of members with an object, or with a text or number that identifies the caller.
    private var filled: [UInt64] = []
    /// Hashes of the paths of members that are null or empty.
    private var empty: [UInt64] = []
    /// Whether it is an object that begins with an error.
    private var beginsWithError = false
    /// Whether it is one JSON object or list and nothing else, so that a live one has an end, too.
    private var isClosed = false
    /// Whether other responses of the endpoint are empty, so that this one may be, too.
    private var mayBeNothing = false

    /// The longest body that is compared, in bytes: refusals are short.
    public static let longest = 16 << 10
    /// The most bytes of a recorded body that are examined.
    private static let probedCount = 64 << 10
    private static let memberLimit = 64

    /// Reads the body of a recorded success, after content decoding.
    init(_ body: [UInt8]) { self = body.withUnsafeBufferPointer(ResponseShape.read) }

    private init(_ kind: Kind) { self.kind = kind }

    private static func read(_ body: UnsafeBufferPointer<UInt8>) -> ResponseShape {
        let bytes = text(of: UnsafeBufferPointer(rebasing: body.prefix(probedCount)))
        switch Outline(bytes) {
        case .nothing: return ResponseShape(.nothing)
        case .list:
            var shape = ResponseShape(.list)
            shape.isClosed = body.count <= probedCount && isOneValue(bytes)
            return shape
        case .other:
            var shape = ResponseShape(.other)
            if isShortText(bytes), !FailureText.isFailure(bytes[...]) { shape.names = [textHash(bytes)] }
            return shape
        case .element(let name):
            // Pages have other signs.
            guard !AnyCaseWords.html.occur(in: bytes.prefix(200)) else { return ResponseShape(.other) }
            var shape = ResponseShape(.element)
            shape.names = [ValueHash.of(bytes, name)]
            return shape
        case .object:
            var shape = ResponseShape(.object)
            shape.beginsWithError = RecordedResponse.beginsWithError(UnsafeRawBufferPointer(bytes))
            ResponseMember.forEach(in: bytes) { member in
                let role = ErrorVocabulary.role(bytes, member.name)
                if !member.isInner, role != .telling, role != .common {
                    shape.names.append(ValueHash.of(bytes, member.name))
                }
                if member.isEmpty(bytes) {
                    shape.empty.append(member.path)
                } else if member.first == UInt8(ascii: "{") || role == .caller {
                    shape.filled.append(member.path)
                }
                return shape.names.count + shape.filled.count + shape.empty.count < memberLimit
            }
            shape.filled.sort()
            shape.isClosed = body.count <= probedCount && isOneValue(bytes)
            return shape
        }
    }

    /// Whether there is anything to compare.
    public var hasContent: Bool { kind != .nothing }

    /// How a live body with the recorded status differs from the recorded one; nil if it does not.
    ///
    /// - Parameters:
    ///   - body: after content decoding.
    ///   - isStrict: whether any other structure is a difference; otherwise only a structure that shows a refusal is,
    ///     so that a stub that answers every request alike has no failures
    public func departure(_ body: UnsafeBufferPointer<UInt8>, isStrict: Bool) -> String? {
        guard kind != .nothing, body.count <= ResponseShape.longest else { return nil }
        let bytes = ResponseShape.text(of: body)
        let live = Outline(bytes)
        switch (kind, live) {
        case (.object, .object) where isClosed && ResponseShape.isCutOff(bytes),
            (.list, .list) where isClosed && ResponseShape.isCutOff(bytes):
            return "the response's JSON has no end"
        case (.object, .object): return membersDeparture(bytes)
        case (.list, .list), (.list, .nothing), (.nothing, _): return nil
        case (.object, .nothing), (.element, .nothing), (.other, .nothing):
            guard !mayBeNothing else { return nil }
            if kind == .object, bytes.starts(with: "null".utf8) { return "the response is null" }
            return isStrict ? "the response is empty, and the recorded one is not" : nil
        case (.element, .element(let name)):
            guard names != [ValueHash.of(bytes, name)], isStrict || ErrorVocabulary.isErrorElement(bytes, name) else {
                return nil
            }
            let label = String(decoding: bytes[name].prefix(60), as: UTF8.self)
            return "the response's root element is \(label), and the recorded one's is not"
        case (_, .object) where isError(bytes): return ResponseShape.errorText
        case (.object, .other), (.list, .other), (.element, .other):
            let isRefusal = ResponseShape.isShortText(bytes) && FailureText.isFailure(bytes[...])
            return isStrict || isRefusal ? label(bytes, of: live) : nil
        case (.other, .other):
            guard let recorded = names.first, ResponseShape.isShortText(bytes),
                ResponseShape.textHash(bytes) != recorded,
                FailureText.isFailure(bytes[...])
            else { return nil }
            return "the response is a text that reports a failure"
        case (.other, _): return nil
        case (_, _): return isStrict ? label(bytes, of: live) : nil
        }
    }

    /// The difference in kind.
    private func label(_ bytes: UnsafeBufferPointer<UInt8>, of live: Outline) -> String {
        let found =
            switch live {
            case .object: "an object"
            case .list: "a list"
            case .element: "XML"
            case .nothing, .other: bytes.first == UInt8(ascii: "\"") ? "a text in JSON" : "other text"
            }
        let wanted =
            switch kind {
            case .object: "an object"
            case .list: "a list"
            case .element, .other, .nothing: "XML"
            }
        return "the response is \(found), and the recorded one is \(wanted)"
    }

    /// The longest JSON that is read to its end; of a longer one, only the last byte is looked at.
    private static let longestRead = 1 << 10

    /// Whether JSON that begins like an object or a list does not end like one.
    private static func isCutOff(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last = bytes.last(where: { $0 > 0x20 }), last == UInt8(ascii: "}") || last == UInt8(ascii: "]") else {
            return true
        }
        return bytes.count <= longestRead && !isOneValue(bytes)
    }

    /// Whether a text is one JSON value, with white space around it.
    private static func isOneValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var cursor = JSONCursor(bytes)
        return cursor.skipValue() && bytes[cursor.position...].allSatisfy { $0 <= 0x20 }
    }

    private static let errorText = "the response is a JSON error, and the recorded one is not"

    private func isError(_ object: UnsafeBufferPointer<UInt8>) -> Bool {
        RecordedResponse.beginsWithError(UnsafeRawBufferPointer(object))
            || ErrorVocabulary.isError(object, besides: names)
    }

    private func membersDeparture(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if !beginsWithError, RecordedResponse.beginsWithError(UnsafeRawBufferPointer(bytes)) {
            return ResponseShape.errorText
        }
        if !names.isEmpty, !sharesFirstName(bytes), ErrorVocabulary.isError(bytes, besides: names) {
            return "the response has only members of errors, and none of the recorded ones"
        }
        guard !filled.isEmpty, ResponseShape.mayHaveEmptyMember(bytes) else { return nil }
        var lost: Range<Int>?
        ResponseMember.forEach(in: bytes) { member in
            if member.isEmpty(bytes), filled.contains(member.path) { lost = member.name }
            return lost == nil
        }
        return lost.map {
            "\(String(decoding: bytes[$0].prefix(60), as: UTF8.self)) in the response is null, and recorded ones are not"
        }
    }

    /// Whether the first member of a live object is one of the recorded ones: the usual case, which is decided fast.
    private func sharesFirstName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var cursor = JSONCursor(bytes)
        guard cursor.take(UInt8(ascii: "{")), let name = cursor.string() else { return false }
        return names.contains(ValueHash.of(bytes, name.range))
    }

    private static func isShortText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.count <= FailureText.longest && ParsedRequest.BodyKind.isPrintable(bytes, 0..<bytes.count)
    }

    private static func textHash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        ValueHash.of(bytes, 0..<bytes.count)
    }

    /// Whether null or an empty text follows a colon: a quick check, with false positives inside texts.
    private static func mayHaveEmptyMember(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while let colon = ByteSearch.index(of: UInt8(ascii: ":"), in: bytes, position..<bytes.count) {
            position = colon + 1
            while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
            guard position < bytes.count else { return false }
            switch bytes[position] {
            case UInt8(ascii: "n"): return true
            case UInt8(ascii: "\"") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\""):
                return true
            default: break
            }
        }
        return false
    }

    /// The body without an anti-hijacking prefix and leading white space.
    private static func text(of body: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: body[JSONTexts.prefixCount(of: body)...].drop { $0 <= 0x20 })
    }
}

extension ResponseShape {
    /// Allows each response of an endpoint to be empty where another recorded response of the endpoint is.
    static func compare(_ shapes: Set<ResponseShape>) -> [ResponseShape: ResponseShape] {
        let empty = Set(shapes.lazy.flatMap(\.empty))
        let hasNothing = shapes.contains { $0.kind == .nothing }
        let areClosed = shapes.allSatisfy { $0.isClosed || $0.kind == .nothing }
        let elements = Set(shapes.lazy.filter { $0.kind == .element }.map(\.names))
        let kinds = Set(shapes.lazy.map(\.kind)).subtracting([.nothing])
        return Dictionary(
            uniqueKeysWithValues: shapes.map { shape in
                // If the structure varies, a different one proves nothing.
                guard kinds.count <= 1, elements.count <= 1 else { return (shape, ResponseShape(.nothing)) }
                var compared = shape
                compared.filled.removeAll(where: empty.contains)
                compared.empty = []
                compared.mayBeNothing = hasNothing
                compared.isClosed = compared.isClosed && areClosed
                return (shape, compared)
            })
    }
}

/// The kind of a body by its first bytes.
private enum Outline {
    case object, list, other
    /// The local name of the root element.
    case element(Range<Int>)
    /// No bytes, null, an empty object or an empty text.
    case nothing

    /// - Parameter bytes: without white space at the beginning.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch bytes.first {
        case nil: self = .nothing
        case UInt8(ascii: "{"):
            let next = bytes.dropFirst().first { $0 > 0x20 }
            self = next == UInt8(ascii: "}") ? .nothing : .object
        case UInt8(ascii: "["): self = .list
        case UInt8(ascii: "n"): self = bytes.prefix(5).elementsEqual("null".utf8) ? .nothing : .other
        case UInt8(ascii: "\""): self = bytes.prefix(3).elementsEqual("\"\"".utf8) ? .nothing : .other
        case UInt8(ascii: "<"): self = Outline.root(bytes).map(Outline.element) ?? .other
        default: self = .other
        }
    }

    /// The local name of the root element, after a declaration, comments and a document type.
    private static func root(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var position = 0
        while let open = ByteSearch.index(of: UInt8(ascii: "<"), in: bytes, position..<bytes.count) {
            position = open + 1
            guard position < bytes.count, bytes[position] != UInt8(ascii: "?"), bytes[position] != UInt8(ascii: "!")
            else { continue }
            let end =
                bytes[position...].firstIndex { $0 <= 0x20 || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "/") }
                ?? bytes.count
            let colon = bytes[position..<end].firstIndex(of: UInt8(ascii: ":"))
            return (colon.map { $0 + 1 } ?? position)..<end
        }
        return nil
    }
}
