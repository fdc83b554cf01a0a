import Formats

/// The target of a redirect as far as it is the same in every session: its path with placeholders for ids and names.
public struct RedirectShape: Hashable, Sendable {
    /// The path's segments, nil for a segment that may differ; nil if the path is relative or leads to another host.
    var segments: [String?]?
    /// Whether its path names a login page.
    var isLogin: Bool
    /// The path with `{id}` in place of segments that may differ, for display.
    private var label: String
    /// The targets of this endpoint's redirects in the recording, this one included.
    var alternatives: [[String?]] = []

    /// The most path segments that are compared; later ones are ignored.
    private static let segmentLimit = 16
    /// The longest segment that counts as a word of the service.
    private static let longestWord = 20

    /// The target in the Location field of a redirect (RFC 9110 section 10.2.2).
    ///
    /// - Parameters:
    ///   - location: the field's value.
    ///   - basePath: the path prefix of the replay target.
    ///   - authority: the request's recorded authority; a redirect to another host has no segments. Nil to compare
    ///     paths only.
    ///   - isValue: whether a segment is a value of the session that differs from clone to clone.
    init(
        location: [UInt8], basePath: String = "", authority: String? = nil, isValue: ([UInt8]) -> Bool = { _ in false }
    ) {
        var path = location.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        var isForeign = false
        if let mark = RedirectShape.authorityStart(path) {
            let host = path[mark...].prefix { $0 != UInt8(ascii: "/") }
            let own = authority.map(CookieJar.host)
            isForeign = own.map { $0 != CookieJar.host(ofAuthority: String(decoding: host, as: UTF8.self)) } ?? false
            path = path[host.endIndex...]
            if path.isEmpty { path = [UInt8(ascii: "/")] }
        }
        isLogin = RedirectShape.namesLogin(path)
        label = isLogin ? "a login page" : "another place"
        guard !isForeign, path.first == UInt8(ascii: "/") else { return }
        let recorded = CookieTarget(host: "", basePath: basePath).recorded(path: Array(path))
        let parts = recorded.split(separator: UInt8(ascii: "/")).prefix(RedirectShape.segmentLimit)
        let words = parts.map { isValue(Array($0)) ? nil : RedirectShape.word($0) }
        segments = words
        label =
            "/"
            + zip(parts, words).map { part, word in
                word ?? (RedirectShape.namesLogin(part) ? String(decoding: part.prefix(40), as: UTF8.self) : "{id}")
            }.joined(separator: "/")
        alternatives = segments.map { [$0] } ?? []
    }

    /// Where the authority of an absolute or network-path reference begins (RFC 3986 section 4.2); nil for other
    /// references.
    private static func authorityStart(_ text: ArraySlice<UInt8>) -> Int? {
        let slashes = Array("//".utf8)
        if text.starts(with: slashes) { return text.startIndex + 2 }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), text[(colon + 1)...].starts(with: slashes),
            !text[..<colon].contains(UInt8(ascii: "/"))
        else { return nil }
        return colon + 3
    }

    /// A segment that is a word of the service; nil if it may be an id, a name or a title.
    private static func word(_ segment: ArraySlice<UInt8>) -> String? {
        let isWord =
            segment.count <= longestWord
            && segment.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") }
        return isWord ? String(decoding: segment, as: UTF8.self) : nil
    }

    /// Whether the first words of a path or another text include a word for a login.
    static func namesLogin(_ path: ArraySlice<UInt8>) -> Bool {
        let words = path.split { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(ASCII.lowercased($0)) }
            .prefix(2 * segmentLimit).map { String(decoding: $0.map(ASCII.lowercased), as: UTF8.self) }
        return words.contains { logins.contains($0) }
            || zip(words, words.dropFirst()).contains { logins.contains($0 + $1) }
    }

    private static let logins: Set<String> = [
        "login", "logon", "signin", "signon", "auth", "oauth", "sso", "saml", "oidc", "authorize", "authenticate",
        "authentication", "sessionexpired", "sessionnew",
    ]

    /// How `live` differs from the recorded redirect: another place of the service, or a login page; nil if only ids
    /// may differ.
    func departure(_ live: RedirectShape) -> String? {
        let isLost = live.isLogin && !isLogin
        if !isLost {
            guard segments != nil, let found = live.segments, !alternatives.isEmpty,
                !alternatives.contains(where: { RedirectShape.isAlike($0, found) })
            else { return nil }
        }
        return "redirected to \(live.label) instead of \(label)"
    }

    private static func isAlike(_ recorded: [String?], _ live: [String?]) -> Bool {
        recorded.count == live.count
            && zip(recorded, live).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
    }

    /// The targets that redirects of one endpoint lead to. A segment with many different words is taken as a name.
    static func alternatives(_ shapes: some Sequence<RedirectShape>) -> [[String?]] {
        var known: [Int: Set<[String?]>] = [:]
        for segments in shapes.compactMap(\.segments) { known[segments.count, default: []].insert(segments) }
        return known.sorted { $0.key < $1.key }.flatMap { count, shapes in
            let isName = (0..<count).map { place in Set(shapes.compactMap { $0[place] }).count > wordLimit }
            return Set(shapes.map { shape in shape.indices.map { isName[$0] ? nil : shape[$0] } })
        }
    }

    /// The most different words at one place of an endpoint's redirects that count as the service's.
    private static let wordLimit = 2
}
