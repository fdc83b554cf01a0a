/// Where a value with a name can be in a message.
public enum SecretPlace: UInt8, CaseIterable, Sendable {
    /// A header or trailer field.
    case header
    /// A cookie, carried or set.
    case cookie
    /// A query, the fragment of a URL, or the parameter of a path segment (`;jsessionid=…`).
    case query
    /// A form, urlencoded or multipart.
    case form
    /// A member of JSON at any depth, or a value beside its name: `{"name": "password", "value": …}`.
    case json
    /// An attribute or element of HTML or XML, or `name: value` and `name=value` in text.
    case text
}
