/// How long before its expiry a token is renewed.
public enum RenewalMargin: Hashable, Sendable {
    /// A tenth of its lifetime, at least five seconds, but never more than half of it.
    case automatic
    /// This long, but never more than half of its lifetime.
    case ahead(Duration)
    /// Never: it is sent until the session itself renews it.
    case never

    /// The margin in seconds for a token that is valid for another `lifetime` seconds; nil when it is not renewed.
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

/// What a clone does when a request with a token is answered 401. Tokens that were minted are minted again under either
/// of the first two policies.
public enum Unauthorized: String, Sendable, CaseIterable {
    /// It replays the session's recorded refresh, or its login where there is no refresh or it fails, and sends the
    /// request again.
    case refresh
    /// It replays the session's recorded login, and sends the request again.
    case relogin
    /// Nothing: the response counts.
    case count
}
