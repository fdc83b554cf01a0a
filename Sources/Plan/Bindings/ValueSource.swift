/// Where in a response a value stands.
public struct ValueSource: Hashable, Sendable {
    /// A place in a response.
    public enum Locator: Hashable, Sendable {
        /// A string or number in a JSON body.
        case json(JSONPath)
        /// The value of the first header field of this name (compared without case).
        case header(String)
        /// A path segment of a URL in a header field, counted from 0 from the path's start.
        case headerPath(String, segment: Int)
        /// A query parameter of a URL in a header field, decoded.
        case headerQuery(String, parameter: String)
        /// The value of the cookie of this name, set by the last Set-Cookie field that names it.
        case cookie(String)
        /// A field of a body in `application/x-www-form-urlencoded`, decoded.
        case form(String)
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
    /// - Returns: the decoded value, or nil when the response does not have it.
    public func value(head: [UInt8], body: [UInt8]) -> [UInt8]? { nil }
}
