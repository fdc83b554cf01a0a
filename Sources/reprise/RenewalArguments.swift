public import ArgumentParser
public import Replay
import Traffic

/// What a replay does about tokens that run out.
struct RenewalArguments: ParsableArguments {
    @Option(
        name: .customLong("on-401"),
        help: ArgumentHelp(
            "A request with a token answered 401: 'refresh' or 'relogin' as recorded and send it once more, or 'count' it.",
            discussion: """
                refresh logs in again where the session has no refresh or it fails; a token that was minted is minted \
                anew. What is sent for it is measured apart \
                and bounded: after three in a row that did not help, a clone's answers count.
                """,
            valueName: "rule"))
    var on401 = Unauthorized.count

    @Option(
        help: ArgumentHelp(
            "How long before it expires a token from a response is renewed: D, 'auto' or 'never'.",
            discussion: """
                By the session's recorded refresh, or its login where it has none; known from a JWT's exp, an expires_in \
                beside the token, a cookie's Max-Age or Expires. auto: a tenth of its lifetime, 5s at least, but never \
                more than half of it.
                """,
            valueName: "D"),
        transform: RenewalArguments.margin)
    var renewBefore = RenewalMargin.automatic

    private static func margin(_ text: String) throws -> RenewalMargin {
        switch text {
        case "auto": return .automatic
        case "never": return .never
        default:
            guard let duration = Duration(text: text), duration >= .seconds(1) else {
                throw ValidationError("'\(text)' is no time such as 5s or 1m, nor 'auto' or 'never'.")
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
