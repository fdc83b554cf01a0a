import Formats

/// One field of a header or trailer section (RFC 9110 section 5), as text.
public struct HeaderField: Hashable, Sendable {
    /// The field's name as sent; compare it with ``isNamed(_:)``.
    public var name: String
    /// The field's value without surrounding white space; folded lines are joined by one space.
    public var value: String

    /// Creates a field; `name` and `value` are kept unchanged.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Whether the field's name is `other`, ignoring ASCII case.
    public func isNamed(_ other: String) -> Bool { ASCII.isEqual(name.utf8, other.utf8) }
}

extension [HeaderField] {
    /// The value of the first field named `name`, ignoring ASCII case.
    public func first(_ name: String) -> String? { first { $0.isNamed(name) }?.value }

    /// The values of all fields named `name`, in the order sent.
    public func all(_ name: String) -> [String] { filter { $0.isNamed(name) }.map(\.value) }
}
