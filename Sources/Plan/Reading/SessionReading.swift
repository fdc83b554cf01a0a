import Traffic

/// A recorded session as parsed: the requests that can be sent, and their responses.
struct SessionReading {
    let session: RecordedSession
    /// The requests, in the order in which they began.
    let requests: [ParsedRequest]
    /// The bodies of their responses after content decoding; empty if there is none or it cannot be decoded.
    let responseBodies: [[UInt8]]
    /// Exchanges that are not sent, by reason.
    let excluded: [ExclusionReason: Int]
    /// Bodies that are not searched: with unsupported codings, or too long.
    let unreadableBodies: Int
    let cookies: CookieHistory
    /// When the requests began, in nanoseconds since the epoch.
    let begansNs: [Int64]
    /// The people whom the requests log in or register, by ``CredentialFinder/credentials(in:isOther:)``.
    let credentials: [[CredentialFinder.Field]]

    init(_ session: RecordedSession) {
        self.session = session
        var requests: [ParsedRequest] = []
        var excluded: [ExclusionReason: Int] = [:]
        for index in session.exchanges.indices {
            switch ParsedRequest.make(of: session.exchanges[index], at: index) {
            case .success(let request): requests.append(request)
            case .failure(let reason): excluded[reason, default: 0] += 1
            }
        }
        let bodies = requests.map { SessionReading.responseBody(session.exchanges[$0.exchange]) }
        self.requests = requests
        begansNs = requests.map { session.exchanges[$0.exchange].began.nanoseconds }
        credentials = requests.map { CredentialFinder.credentials(in: $0) }
        self.excluded = excluded
        responseBodies = bodies.map { $0 ?? [] }
        unreadableBodies = requests.count(where: \.isUnreadable) + bodies.count { $0 == nil }
        cookies = CookieHistory(session.exchanges, drafts: requests)
    }

    /// The exchange of request `index`.
    func exchange(_ index: Int) -> Exchange { session.exchanges[requests[index].exchange] }

    /// When request `index` began, in nanoseconds since the epoch.
    func beganNs(_ index: Int) -> Int64 { begansNs[index] }

    /// The value at `locator` in the response to request `index`; nil if there is none.
    func value(at locator: ValueSource.Locator, of index: Int) -> [UInt8]? {
        exchange(index).response.flatMap {
            ValueSource(value: 0, locator: locator).value(
                head: $0.head, trailers: $0.trailers, body: responseBodies[index])
        }
    }

    /// The decoded body of a response; nil when it cannot be decoded.
    private static func responseBody(_ exchange: Exchange) -> [UInt8]? {
        guard let response = exchange.response, !response.body.isEmpty else { return [] }
        return Content.decoded(response, limit: SourceScanner.bodyLimit)
    }
}
