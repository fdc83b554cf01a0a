internal import Measurement
internal import Traffic

/// What a worker does for a request, or notes: what ``RequestLifecycle`` decides.
///
/// Several are made for each request, so the large and rare payloads are boxed.
enum LifecycleAction {
    /// Renders a request and gives it to the network.
    case send(Sending)
    /// The same, once more after an answer 401, with fresh tokens.
    case resend(Sending)
    /// The same for a request that renews a grant.
    case renew(Sending)
    /// Nothing for now: the request waits, as its phase says.
    case hold(RequestID)
    /// Has a value made, for the time at which it is needed.
    indirect case mint(TokenMinter.Order, needed: RunTime)
    /// Has a request signed by the user's command.
    indirect case sign(SignatureOrder)
    /// Records what came of a request.
    case finish(FinishedRequest)
    /// Closes the connections of a slot, whose clone has ended.
    case release(slot: Int)
    /// Counts something.
    case count(Tally, at: RunTime)

    /// A request on its way out.
    struct Sending {
        var id: RequestID
        var script: Int
        /// The recorded connection that it continues.
        var connection: UInt16
        /// Whether nothing more will use the connection.
        var closesConnection = false
        /// Whether recorded values replace missing ones.
        var usesRecordedValues = false
        /// When it was first tried, when this is not the first time.
        var firstTried: RunTime?
        /// When the connection that it waited for was free.
        var connectionFree: RunTime?
    }

    /// A signature that is to be made of a request.
    struct SignatureOrder {
        var id: RequestID
        var script: Int
        var clone: Int
        /// Index into the script's values.
        var value: Int
        /// What the command is asked for.
        var name: String
    }

    /// A request that is over.
    struct FinishedRequest {
        var id: RequestID
        var script: Int
        var clone: Int
        var outcome: RequestOutcome
        /// Its answer, where that was kept back; else the answer at hand, if any, is its.
        var kept: KeptAnswer?
        /// Why it failed, where that was for a value that was missing.
        var cause: FailureCause?
    }

    /// Something to count apart from outcomes; see the methods of `WorkerRecorder` of the same names.
    enum Tally {
        case tokens(TokenEvent, Int)
        case tokenMade(TokenEvent, nanoseconds: Int64)
        case tokenAwaited(nanoseconds: Int64)
        case renewal(isFailure: Bool, serviceNs: Int64?)
        case loginReplayed
        case requestResent
        case requestSkipped
        case firstAnswer(FirstAnswer)
        case sessionStarted
        case sessionEnded(SessionEnd, givenUp: Int)
    }
}
