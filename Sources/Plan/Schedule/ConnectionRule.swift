/// Which connections a clone has.
public enum ConnectionRule: String, Sendable, CaseIterable {
    /// One for each recorded one, opened and closed when that was; at most ``most`` at once.
    case recorded
    /// One for all its requests to a target, one request at a time.
    case one

    /// The most connections that a clone has open at once, as browsers have it for one host.
    public static let most = 6
}
