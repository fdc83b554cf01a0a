/// The unit that figures are grouped by: a method and a path template (`GET /users/{id}`).
public struct Endpoint: Hashable, Comparable, Sendable {
    /// The request method.
    public var method: String
    /// The path with variable segments replaced, without query.
    public var pathTemplate: String

    /// Creates an endpoint from its parts.
    public init(method: String, pathTemplate: String) {
        self.method = method
        self.pathTemplate = pathTemplate
    }

    /// The endpoint of a request, by its own path only.
    ///
    /// Segments that look like values become `{id}` (`SegmentShape`), and so do secrets. Segments that vary are only
    /// recognised among other paths: see ``EndpointTemplates``.
    ///
    /// - Parameters:
    ///   - method: the method as sent.
    ///   - target: the request target in any form of RFC 9112 section 3.2; the path of an absolute-form target is used.
    public init(method: String, target: String) {
        self = EndpointTemplates.unlearned.endpoint(method: method, target: target)
    }

    /// `GET /users/{id}`.
    public var label: String { "\(method) \(pathTemplate)" }

    /// By method, then by path.
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.pathTemplate, left.method) < (right.pathTemplate, right.method)
    }
}

extension EndpointTemplates {
    /// Templates without learned paths.
    fileprivate static let unlearned = EndpointTemplates()
}
