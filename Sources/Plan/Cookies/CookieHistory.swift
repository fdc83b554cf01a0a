import Formats
import Traffic

/// The cookies of a recorded session, followed from response to request.
///
/// A session may have two clients, such as a browser and a script that uses the API key shown in it. The script sends
/// none of the browser's cookies, and the cookies that its responses set are not the browser's. Its requests are known
/// by their missing cookies at first, and later by the values that they send.
struct CookieHistory {
    /// The cookies that a request sends.
    struct Sent {
        /// Names of its recorded cookies set by responses, each with the request whose response set it last.
        var fromJar: [[UInt8]: Int] = [:]
        /// Whether the jar's cookies are sent: false if the recorded client sent none although it had some.
        var sendsJar: Bool
        /// Which of the session's clients sends it: ``browser`` or ``script``.
        var client: UInt8
    }

    private static let browser: UInt8 = 0
    private static let script: UInt8 = 1

    /// For each request the cookies it sends; nil when the session's client keeps no cookies.
    private(set) var sent: [Sent]?

    /// Follows the cookies of `drafts`, requests of `exchanges`.
    init(_ exchanges: [Exchange], drafts: [ParsedRequest]) {
        guard drafts.contains(where: \.hasCookies) else { return }
        sent =
            CookieHistory.follow(exchanges, drafts, tellsClients: true)
            ?? CookieHistory.follow(exchanges, drafts, tellsClients: false)
    }

    /// - Parameter tellsClients: whether two clients are kept separate.
    /// - Returns: nil if they cannot be, because a request sends cookies of both.
    private static func follow(_ exchanges: [Exchange], _ drafts: [ParsedRequest], tellsClients: Bool) -> [Sent]? {
        let own = drafts.map(\.exchange)
        var jar = CookieJar()
        var setters: [[[UInt8]: Int]] = [[:], [:]]
        let ended = drafts.indices.sorted { exchanges[own[$0]].ended < exchanges[own[$1]].ended }
        var next = 0
        var all: [Sent] = []
        var lastClient: [UInt32: UInt8] = [:]
        for index in drafts.indices {
            let exchange = exchanges[own[index]]
            while next < ended.count, exchanges[own[ended[next]]].ended <= exchange.began {
                let source = ended[next]
                next += 1
                guard let response = exchanges[own[source]].response else { continue }
                // Of two exchanges without duration at the same time, the other one may come later.
                let client = source < all.count ? all[source].client : browser
                response.head.withUnsafeBufferPointer { head in
                    let names = jar.take(
                        head, host: CookieJar.host(ofAuthority: drafts[source].authority), client: client,
                        path: CookieField.path(of: drafts[source].target), now: exchanges[own[source]].ended.second)
                    for name in names { setters[Int(client)][name.name] = source }
                }
            }
            let pairs = cookies(of: drafts[index])
            let had = [browser, script].map { client in
                jar.cookies(
                    forHost: CookieJar.host(ofAuthority: drafts[index].authority),
                    path: CookieField.path(of: drafts[index].target), isSecure: drafts[index].scheme == .https,
                    client: client, now: exchange.began.second)
            }
            var client = browser
            if tellsClients {
                let usual = lastClient[exchange.connection] ?? browser
                guard let found = self.client(sending: pairs, had: had, usual: usual) else { return nil }
                client = found
            }
            lastClient[exchange.connection] = client
            let known = setters[Int(client)].filter { pairs[$0.key] != nil && jar.knows($0.key) }
            all.append(
                Sent(
                    fromJar: known, sendsJar: had[Int(client)].isEmpty && had[0].isEmpty || !known.isEmpty,
                    client: client))
        }
        return all
    }

    /// The client that sends a request with the cookies `pairs`.
    ///
    /// - Parameters:
    ///   - had: the cookies that each client had.
    ///   - usual: the client of the last request on the connection.
    /// - Returns: nil if it sends cookies of both.
    private static func client(sending pairs: [[UInt8]: [UInt8]], had: [[Cookie]], usual: UInt8) -> UInt8? {
        guard !pairs.isEmpty else { return had[Int(browser)].isEmpty ? usual : script }
        let counts = had.map { cookies in cookies.count { pairs[$0.name] == $0.value } }
        // A cookie that both have with the same value tells nothing.
        let shared = had[0].count { cookie in
            pairs[cookie.name] == cookie.value && had[1].contains { $0.name == cookie.name && $0.value == cookie.value }
        }
        if counts[0] > shared, counts[1] > shared { return nil }
        if counts[0] == counts[1] { return usual }
        return counts[0] > counts[1] ? browser : script
    }

    /// The cookies that a request sends.
    private static func cookies(of draft: ParsedRequest) -> [[UInt8]: [UInt8]] {
        var pairs: [[UInt8]: [UInt8]] = [:]
        for part in draft.parts where part.rule == .cookie {
            part.bytes.withUnsafeBufferPointer { bytes in
                var cookies = ParameterList(bytes, 0..<bytes.count, separator: UInt8(ascii: ";"))
                while let cookie = cookies.next() { pairs[Array(bytes[cookie.name])] = Array(bytes[cookie.value]) }
            }
        }
        return pairs
    }
}
