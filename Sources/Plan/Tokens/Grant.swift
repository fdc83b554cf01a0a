/// What one login of a session gave: tokens and cookies that expire together, and how fresh ones are got.
public struct Grant: Sendable {
    /// The values that authorise requests, oldest first: of a login and its refreshes each has one. Indices into
    /// ``SessionScript/values``.
    public var credentials: [Int]
    /// Names of the cookies that its login set and later requests carry.
    public var cookies: [[UInt8]]
    /// The session's own requests whose responses give it: its login and its refreshes, ascending.
    public var renewers: [Int]
    /// The request that trades what it holds for fresh values, as recorded last: indices into
    /// ``SessionScript/renewalRequests``; empty when the session has none.
    public var refresh: Range<Int>
    /// Its login with what that itself needs, in the order in which they go out; empty when it cannot be done twice.
    public var login: Range<Int>
    /// Whether no response of the recording gave it, so that it is fetched before its first use.
    public var isFetched: Bool

    /// A grant; see the properties for the meaning of each.
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

    /// Whether there is a way to get it again.
    public var isRenewable: Bool { !refresh.isEmpty || !login.isEmpty }
}
