/// How a clone's connections are opened and kept.
public enum ConnectionRule: String, Sendable, CaseIterable {
    /// One per recorded connection, opened and closed at the same points; at most ``most`` at the same time.
    case recorded
    /// One for all its requests to a target, one request at a time.
    case one

    /// The most connections that a clone keeps open at the same time, which is what browsers allow per host.
    public static let most = 6
}
