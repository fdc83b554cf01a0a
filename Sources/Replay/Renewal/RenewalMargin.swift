/// How long before it expires a token is renewed.
public enum RenewalMargin: Hashable, Sendable {
    /// A tenth of its lifetime, five seconds at least, but never more than half of it.
    case automatic
    /// This long, but never more than half of its lifetime.
    case ahead(Duration)
    /// Never: it is sent until the session itself renews it.
    case never

    /// The seconds for a token that is good for `lifetime` seconds more; nil when it is not renewed.
    func seconds(ofLifetime lifetime: Int64) -> Int64? {
        let wanted: Int64
        switch self {
        case .automatic: wanted = max(5, lifetime / 10)
        case .ahead(let duration): wanted = duration.components.seconds
        case .never: return nil
        }
        return max(0, min(wanted, lifetime / 2))
    }
}

/// What a clone does when a request that carries a token is answered 401. One that was minted is minted again,
/// whichever way of the first two is asked for.
public enum Unauthorized: String, Sendable, CaseIterable {
    /// It replays the session's recorded refresh, or its login where that has none or fails, and sends the request again.
    case refresh
    /// It replays the session's recorded login, and sends the request again.
    case relogin
    /// Nothing: the answer counts.
    case count
}
