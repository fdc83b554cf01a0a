/// A value or cookie that a request needs and that no earlier response gave.
public struct MissingValue: Hashable, Sendable {
    /// What is missing.
    public enum Kind: Hashable, Sendable {
        /// A cookie of this name.
        case cookie(String)
        /// The value at this index of ``SessionScript/values``.
        case value(Int)
    }

    /// What is missing.
    public var kind: Kind
    /// Names what is missing by its place, never by its value: `$.token`, `cookie sid`.
    public var label: String
    /// The request of the session whose response gave it in the recording; nil if none gave it.
    public var source: Int?
}

extension CloneValues {
    /// What the request at `index` of `script` still needs before it can be sent; nil when nothing is missing.
    public func missing(of index: Int, in script: SessionScript) -> MissingValue? {
        let request = script.request(index)
        for (place, name) in request.cookieNames.enumerated() where !jar.knows(name) {
            let source = place < request.cookieSources.count ? request.cookieSources[place] : nil
            let name = String(decoding: name, as: UTF8.self)
            return MissingValue(kind: .cookie(name), label: "cookie \(name)", source: source)
        }
        for value in request.neededValues where self[value] == nil {
            let gives = { (request: RequestScript) in request.sources.contains { $0.value == value } }
            // The last earlier request that should have given it. Later ones may renew it.
            let source =
                script.requests.prefix(index).lastIndex(where: gives) ?? script.requests.lastIndex(where: gives)
            let locator = source.flatMap { script.requests[$0].sources.first { $0.value == value }?.locator }
            return MissingValue(
                kind: .value(value), label: locator?.labelWithoutPositions ?? "a value", source: source)
        }
        return nil
    }

    /// Whether `request` was answered without a cookie that its recorded response set.
    public func lacksCookies(of request: RequestScript) -> Bool {
        request.setCookies.contains { !jar.knows($0) }
    }
}
