/// What figures are grouped by: a method and a path with its variable segments named (`GET /users/{id}`).
public struct Endpoint: Hashable, Comparable, Sendable {
    /// The request method.
    public var method: String
    /// The path with variable segments replaced, without query.
    public var pathTemplate: String

    /// An endpoint given as its parts.
    public init(method: String, pathTemplate: String) {
        self.method = method
        self.pathTemplate = pathTemplate
    }

    /// The endpoint of a request.
    ///
    /// Segments that hold a value rather than a name become `{id}`: all digits, a UUID, a date, 16 or more hexadecimal digits,
    /// or 20 or more letters and digits with at least two digits among them.
    ///
    /// - Parameters:
    ///   - method: the method as sent.
    ///   - target: the request target in any form of RFC 9112 section 3.2; the path of an absolute-form target is used.
    public init(method: String, target: String) {
        self.method = method
        self.pathTemplate = Endpoint.template(ofTarget: target)
    }

    /// `GET /users/{id}`.
    public var label: String { "\(method) \(pathTemplate)" }

    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.pathTemplate, left.method) < (right.pathTemplate, right.method)
    }
}

extension Endpoint {
    private static func template(ofTarget target: String) -> String {
        var path = Substring(target)
        if let scheme = path.firstRange(of: "://") {
            let rest = path[scheme.upperBound...]
            path = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        if let end = path.firstIndex(where: { $0 == "?" || $0 == "#" }) { path = path[..<end] }
        return path.split(separator: "/", omittingEmptySubsequences: false)
            .map { isValue($0) ? "{id}" : String($0) }
            .joined(separator: "/")
    }

    /// Whether a segment of a path holds a value rather than a name.
    public static func isValue(_ segment: some StringProtocol) -> Bool {
        var segment = String(segment)
        return segment.withUTF8 { isValue(utf8: $0) }
    }

    /// Whether a segment of a path, its bytes, holds a value rather than a name.
    public static func isValue(utf8 segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !segment.isEmpty, segment.count <= 512 else { return !segment.isEmpty }
        var digits = 0
        var letters = 0
        var hexLetters = 0
        var hyphens = 0
        for byte in segment {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                letters += 1
                hexLetters += 1
            case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"): letters += 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"): hyphens += 1
            default: return false
            }
        }
        let count = segment.count
        if digits == count { return true }
        // 2026-01-31, 2026-01; a name such as 4-5 is too short for a date.
        if digits >= 6, letters == 0, digits + hyphens == count { return true }
        if count == 36, hyphens == 4, digits + hexLetters == 32 { return true }
        if digits > 0, digits + hexLetters == count, count >= 16 { return true }
        return digits >= 2 && letters > 0 && count >= 20
    }
}
