/// The places of named values in a message.
public enum SecretPlace: UInt8, CaseIterable, Sendable {
    /// A header or trailer field.
    case header
    /// A cookie, sent or set.
    case cookie
    /// A query, the fragment of a URL, or the parameter of a path segment (`;jsessionid=…`).
    case query
    /// A form, urlencoded or multipart.
    case form
    /// A JSON member at any depth, or a value next to its name: `{"name": "password", "value": …}`.
    case json
    /// An attribute or element of HTML or XML, or `name: value` and `name=value` in text.
    case text
}
