/// Where in a response a value stands.
public struct ValueSource: Hashable, Sendable {
    /// A place in a response.
    public enum Locator: Hashable, Sendable {
        /// A string or number in a JSON body.
        case json(JSONPath)
        /// The value of the first header field of this name (compared without case).
        case header(String)
        /// A path segment of a URL in a header field, decoded, counted from 0 from the path's start.
        case headerPath(String, segment: Int)
        /// A query parameter of a URL in a header field, decoded.
        case headerQuery(String, parameter: String)
        /// The value of the cookie of this name, set by the last Set-Cookie field that names it.
        case cookie(String)
        /// A field of a body in `application/x-www-form-urlencoded`, decoded.
        case form(String)
        /// The value of the first `input` or `meta` element of this name in an HTML page.
        case html(String)
    }

    /// What the value fills: an index into ``SessionScript/values``.
    public var value: Int
    /// Where it stands.
    public var locator: Locator

    /// The value at `locator` fills `value`.
    public init(value: Int, locator: Locator) {
        self.value = value
        self.locator = locator
    }

    /// Takes the value out of a response.
    ///
    /// - Parameters:
    ///   - head: start line and header section, in either form of ``Exchange/Message/head``.
    ///   - body: the body after transfer and content decoding.
    /// - Returns: the decoded value, or nil when the response does not have it or it is empty.
    public func value(head: [UInt8], body: [UInt8]) -> [UInt8]? {
        head.withUnsafeBufferPointer { head in
            body.withUnsafeBufferPointer { body in value(head: head, body: body) }
        }
    }

    /// As ``value(head:body:)-([UInt8],_)``, from memory that is only read during the call.
    public func value(head: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let found = locator.value(head: head, body: body)
        return found?.isEmpty == true ? nil : found
    }
}

extension ValueSource.Locator: CustomStringConvertible {
    /// `$.access_token`, `header Location`, `cookie sid`, `form code` or `HTML field csrf`.
    public var description: String {
        switch self {
        case .json(let path): path.description
        case .header(let name): "header \(name)"
        case .headerPath(let name, let segment): "header \(name) path[\(segment)]"
        case .headerQuery(let name, let parameter): "header \(name) ?\(parameter)"
        case .cookie(let name): "cookie \(name)"
        case .form(let name): "form \(name)"
        case .html(let name): "HTML field \(name)"
        }
    }
}
