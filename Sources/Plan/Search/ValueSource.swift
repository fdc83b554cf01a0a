public import Formats

/// Where in a response a value comes from.
public struct ValueSource: Hashable, Sendable {
    /// A place in a response.
    public indirect enum Locator: Hashable, Sendable {
        /// A string or number in a JSON body.
        case json(JSONPath)
        /// A value in a line of a body with one JSON text per line; in the last line where there are fewer.
        case jsonLine(Int, JSONPath)
        /// The name of a member of the object at a path of a JSON body; an object's members are counted from 0.
        case jsonName(JSONPath, Int)
        /// The value of the first header field of this name (compared without case).
        case header(String)
        /// The value of the first trailer field of this name, or of the header field where the response has no such
        /// trailer. A response without a body ends with its head, and gRPC servers then send their trailers there.
        case trailer(String)
        /// The value of the cookie of this name, set by the last Set-Cookie field that names it.
        case cookie(String)
        /// A field of a body in `application/x-www-form-urlencoded`, decoded.
        case form(String)
        /// The value of a form field or `meta` element of this name in an HTML page, or of a `data-…` attribute; fields
        /// with the same name are counted from 0.
        case html(String, ordinal: Int)
        /// The value of an option of the `select` element of this name that is not selected; counted from 0, or from
        /// the end where the number is negative.
        case option(String, ordinal: Int)
        /// The value of the option with a text of the clone's, in the `select` element of this name.
        case choice(String, ChoiceText)
        /// A link of a page (`href`, `action`, `src`) with this pattern; links with the same pattern are counted from
        /// 0.
        case link(LinkPattern, ordinal: Int)
        /// The text of an element, or an attribute, of an XML body.
        case xml(XMLPath)
        /// A text in a protobuf body.
        case protobuf(ProtobufPath)
        /// The whole body as text.
        case body
        /// The parameters of a Digest authentication challenge (RFC 7616 section 3.3).
        case challenge
        /// A value inside the text at another place.
        case inside(Locator, Derivation)
    }

    /// The value that is filled: an index into ``SessionScript/values``.
    public var value: Int
    /// The place in the response.
    public var locator: Locator

    /// Fills `value` with the value at `locator`.
    public init(value: Int, locator: Locator) {
        self.value = value
        self.locator = locator
    }

    /// Extracts the value from a response.
    ///
    /// - Parameters:
    ///   - head: start line and header section, in either form of `Exchange.Message.head`.
    ///   - trailers: the trailer section, without a start line.
    ///   - body: the body after transfer and content decoding.
    ///   - values: the clone's values, which some places depend on; nil to use the recorded ones.
    /// - Returns: the decoded value, or nil when the response does not have it or it is empty.
    public func value(
        head: [UInt8], trailers: [UInt8] = [], body: [UInt8], values: CloneValues? = nil
    ) -> [UInt8]? {
        head.withUnsafeBufferPointer { head in
            trailers.withUnsafeBufferPointer { trailers in
                body.withUnsafeBufferPointer { body in
                    value(head: head, trailers: trailers, body: body, values: values)
                }
            }
        }
    }

    /// As ``value(head:trailers:body:values:)-([UInt8],_,_,_)``, from memory that is only read during the call.
    public func value(
        head: UnsafeBufferPointer<UInt8>, trailers: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>,
        values: CloneValues? = nil
    ) -> [UInt8]? {
        let found = locator.value(in: ResponseBytes(head: head, trailers: trailers, body: body, values: values))
        return found?.isEmpty == true ? nil : found
    }
}

extension ValueSource {
    /// Whether it depends on a clone's values: on the text of an option, or on a cookie's name in the jar.
    public var dependsOnClone: Bool {
        var locator = locator
        while case .inside(let outer, _) = locator { locator = outer }
        return switch locator {
        case .choice, .cookie: true
        default: false
        }
    }
}

extension ValueSource.Locator: CustomStringConvertible {
    /// `$.access_token`, `header Location path[1]`, `cookie sid`, `form code` or `HTML field csrf`; names with blanks
    /// are quoted. ``init(text:)`` reads it.
    public var description: String { text(hidesPositions: false) }

    /// As ``description``, but without list positions, so that a list is a single place.
    public var labelWithoutPositions: String { text(hidesPositions: true) }

    private func text(hidesPositions: Bool) -> String {
        func position(_ ordinal: Int) -> String { ordinal == 0 || hidesPositions ? "" : " [\(ordinal)]" }
        switch self {
        case .json(let path): return hidesPositions ? path.descriptionWithoutPositions : path.description
        case .jsonLine(let line, let path):
            return "line[\(hidesPositions ? "*" : "\(line)")] "
                + (hidesPositions ? path.descriptionWithoutPositions : path.description)
        case .jsonName(let path, let ordinal):
            return (hidesPositions ? path.descriptionWithoutPositions : path.description) + " name" + position(ordinal)
        case .protobuf(let path): return path.text(hidesPositions: hidesPositions)
        case .header(let name): return "header \(PlaceWords.word(of: name))"
        case .trailer(let name): return "trailer \(PlaceWords.word(of: name))"
        case .cookie(let name): return "cookie \(PlaceWords.word(of: name))"
        case .form(let name): return "form \(PlaceWords.word(of: name))"
        case .html(let name, let ordinal): return "HTML field \(PlaceWords.word(of: name))" + position(ordinal)
        case .option(let name, let ordinal): return "HTML option \(PlaceWords.word(of: name))" + position(ordinal)
        case .choice(let name, _): return "HTML option \(PlaceWords.word(of: name)) by its text"
        case .link(let pattern, let ordinal):
            return "link \(PlaceWords.word(of: pattern.description))" + position(ordinal)
        case .xml(let path): return hidesPositions ? path.descriptionWithoutPositions : path.description
        case .body: return "body"
        case .challenge: return "Digest challenge"
        case .inside(let outer, let derivation):
            return outer.text(hidesPositions: hidesPositions) + " " + derivation.text(hidesPositions: hidesPositions)
        }
    }
}
