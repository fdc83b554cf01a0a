/// The result of one login of a session: tokens and cookies that expire together, and how they are renewed.
public struct Grant: Sendable {
    /// The values that authorise requests, oldest first: each login and refresh adds one. Indices into
    /// ``SessionScript/values``.
    public var credentials: [Int]
    /// Names of the cookies that its login set and later requests carry.
    public var cookies: [[UInt8]]
    /// The session's own requests whose responses give the grant: its login and its refreshes, ascending.
    public var renewers: [Int]
    /// The last recorded request that exchanges the grant for fresh values: indices into
    /// ``SessionScript/renewalRequests``; empty when the session has none.
    public var refresh: Range<Int>
    /// Its login with the requests that it depends on, in sending order; empty when it cannot be repeated.
    public var login: Range<Int>
    /// Whether no recorded response gave it, so that it is fetched before its first use.
    public var isFetched: Bool

    /// See the properties for the meaning of each parameter.
    public init(
        credentials: [Int], cookies: [[UInt8]] = [], renewers: [Int] = [], refresh: Range<Int> = 0..<0,
        login: Range<Int> = 0..<0, isFetched: Bool = false
    ) {
        self.credentials = credentials
        self.cookies = cookies
        self.renewers = renewers
        self.refresh = refresh
        self.login = login
        self.isFetched = isFetched
    }

    /// Whether it can be renewed.
    public var isRenewable: Bool { !refresh.isEmpty || !login.isEmpty }
}
