/// What a request waits for in vain: a value or a cookie that an earlier response did not give.
public struct MissingValue: Hashable, Sendable {
    /// What is missing, named by its place, never by its value.
    public var label: String
    /// The request of the session whose response gave it in the recording; nil where none did.
    public var source: Int?

    /// A sentence that names the request that should have given it.
    ///
    /// - Parameter endpoint: the label of an endpoint (`POST /login`).
    public func text(of script: SessionScript, endpoint: (Int) -> String) -> String {
        guard let source else { return "\(label) is missing" }
        return "\(label) by \(endpoint(script.request(source).endpoint))"
    }
}

extension CloneValues {
    /// What keeps `request` from being sent; nil when nothing is missing.
    public func missing(of request: RequestScript, in script: SessionScript) -> MissingValue? {
        for (index, name) in request.cookieNames.enumerated() where !jar.knows(name) {
            let source = index < request.cookieSources.count ? request.cookieSources[index] : nil
            return MissingValue(label: "cookie \(String(decoding: name, as: UTF8.self)) was not set", source: source)
        }
        for value in request.neededValues where self[value] == nil {
            let source = script.requests.lastIndex { $0.sources.contains { $0.value == value } }
            let locator = source.flatMap { script.requests[$0].sources.first { $0.value == value }?.locator }
            return MissingValue(label: "\(locator?.labelWithoutPositions ?? "a value") was not given", source: source)
        }
        return nil
    }
}
