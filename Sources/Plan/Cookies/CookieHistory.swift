import Formats
import Traffic

/// The cookies of a recorded session, followed from response to request.
struct CookieHistory {
    /// The cookies that a request sends.
    struct Sent {
        /// Names of its recorded cookies set by responses, each with the request whose response set it last.
        var fromJar: [[UInt8]: Int] = [:]
        /// Whether the jar's cookies are sent: false if the recorded client sent none although it had some.
        var sendsJar: Bool
    }

    /// For each request the cookies it sends; nil when the session's client keeps no cookies.
    private(set) var sent: [Sent]?

    /// Follows the cookies of `drafts`, requests of `exchanges`.
    init(_ exchanges: [Exchange], drafts: [ParsedRequest]) {
        let own = drafts.map(\.exchange)
        guard drafts.contains(where: \.hasCookies) else { return }
        var jar = CookieJar()
        var setters: [[UInt8]: Int] = [:]
        let ended = drafts.indices.sorted { exchanges[own[$0]].ended < exchanges[own[$1]].ended }
        var next = 0
        sent = drafts.indices.map { index in
            let began = exchanges[own[index]].began
            while next < ended.count, exchanges[own[ended[next]]].ended <= began {
                let source = ended[next]
                next += 1
                guard let response = exchanges[own[source]].response else { continue }
                response.head.withUnsafeBufferPointer { head in
                    let names = jar.take(
                        head, host: CookieJar.host(ofAuthority: drafts[source].authority),
                        path: CookieField.path(of: drafts[source].target), now: exchanges[own[source]].ended.second)
                    for name in names { setters[name.name] = source }
                }
            }
            return CookieHistory.sent(drafts[index], jar, setters, now: began.second)
        }
    }

    private static func sent(
        _ draft: ParsedRequest, _ jar: CookieJar, _ setters: [[UInt8]: Int], now: Int64
    ) -> Sent {
        var names: Set<[UInt8]> = []
        for part in draft.parts where part.rule == .cookie {
            part.bytes.withUnsafeBufferPointer { bytes in
                var cookies = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
                while let cookie = cookies.next() { names.insert(Array(bytes[cookie.name])) }
            }
        }
        let known = setters.filter { names.contains($0.key) && jar.knows($0.key) }
        let had = jar.cookies(
            forHost: CookieJar.host(ofAuthority: draft.authority), path: CookieField.path(of: draft.target),
            isSecure: draft.scheme == .https, now: now)
        return Sent(fromJar: known, sendsJar: had.isEmpty || !known.isEmpty)
    }
}
