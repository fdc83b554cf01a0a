/// What a request waits for and does not get: a value or a cookie that an earlier response did not give.
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
    /// What is missing, named by its place, never by its value: `$.token`, `cookie sid`.
    public var label: String
    /// The request of the session whose response gave it in the recording; nil where none did.
    public var source: Int?
}

extension CloneValues {
    /// What keeps the request at `index` of `script` from being sent; nil when nothing is missing.
    public func missing(of index: Int, in script: SessionScript) -> MissingValue? {
        let request = script.request(index)
        for (place, name) in request.cookieNames.enumerated() where !jar.knows(name) {
            let source = place < request.cookieSources.count ? request.cookieSources[place] : nil
            let name = String(decoding: name, as: UTF8.self)
            return MissingValue(kind: .cookie(name), label: "cookie \(name)", source: source)
        }
        for value in request.neededValues where self[value] == nil {
            let gives = { (request: RequestScript) in request.sources.contains { $0.value == value } }
            // The last one that should have given it before; what comes later may renew it.
            let source =
                script.requests.prefix(index).lastIndex(where: gives) ?? script.requests.lastIndex(where: gives)
            let locator = source.flatMap { script.requests[$0].sources.first { $0.value == value }?.locator }
            return MissingValue(
                kind: .value(value), label: locator?.labelWithoutPositions ?? "a value", source: source)
        }
        return nil
    }

    /// Whether a response to `request` has not set a cookie that the recorded one set.
    public func lacksCookies(of request: RequestScript) -> Bool {
        request.setCookies.contains { !jar.knows($0) }
    }
}
