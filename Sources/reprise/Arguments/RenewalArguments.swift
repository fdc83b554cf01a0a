public import ArgumentParser
public import Replay
import Traffic

/// How a replay handles expiring tokens.
struct RenewalArguments: ParsableArguments {
    @Option(
        name: .customLong("on-401"),
        help: ArgumentHelp(
            "After a 401 to a request with a token: 'refresh' or 'relogin' and retry once, or 'count' it as it is.",
            discussion: """
                refresh falls back to a login where the session has no recorded refresh, or it fails. Minted tokens are \
                minted again. These requests are measured separately. After three failures in a row, a session's 401s are \
                only counted.
                """,
            valueName: "rule", visibility: .hidden))
    var on401 = Unauthorized.count

    @Option(
        help: ArgumentHelp(
            "Renew a token from a response this long before it expires; or 'auto' or 'never'.",
            discussion: """
                Renewal uses the session's recorded refresh, or its login. The expiry comes from a JWT's exp, an expires_in \
                next to the token, or a cookie's Max-Age or Expires. auto: a tenth of the lifetime, at least 5s and at most \
                half of it.
                """,
            valueName: "duration", visibility: .hidden),
        transform: RenewalArguments.margin)
    var renewBefore = RenewalMargin.automatic

    private static func margin(_ text: String) throws -> RenewalMargin {
        switch text {
        case "auto": return .automatic
        case "never": return .never
        default:
            guard let duration = Duration(text: text), duration >= .seconds(1) else {
                throw ValidationError(
                    "--renew-before takes a duration of 1s or more, 'auto' or 'never', not '\(text)'.")
            }
            return .ahead(duration)
        }
    }
}

extension Unauthorized: ExpressibleByArgument {}

extension RenewalMargin: CustomStringConvertible {
    /// `auto`, `never` or the time.
    public var description: String {
        switch self {
        case .automatic: "auto"
        case .ahead(let duration): duration.defaultValueDescription
        case .never: "never"
        }
    }
}
