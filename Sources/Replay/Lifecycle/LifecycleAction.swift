internal import Measurement
internal import Traffic

/// An action or measurement that ``RequestLifecycle`` has decided on and the worker carries out.
///
/// Several are created per request, so large and rare payloads are boxed.
enum LifecycleAction {
    /// Renders a request and gives it to the network.
    case send(Sending)
    /// The same again, with fresh tokens after a 401 response.
    case resend(Sending)
    /// The same for a request that renews a grant.
    case renew(Sending)
    /// No action: the request waits, as its phase says.
    case hold(RequestID)
    /// Orders a value, for the time at which it is needed.
    indirect case mint(TokenMinter.Order, needed: RunTime)
    /// Orders a signature of a request from the user's command.
    indirect case sign(SignatureOrder)
    /// Records the outcome of a request.
    case finish(FinishedRequest)
    /// Closes the connections of a slot whose clone has ended.
    case release(slot: Int)
    /// Counts an event.
    case count(Tally, at: RunTime)

    /// A request to send.
    struct Sending {
        var id: RequestID
        var script: Int
        /// The recorded connection that it continues.
        var connection: UInt16
        /// Whether no other request uses the connection afterwards.
        var closesConnection = false
        /// Whether recorded values replace missing ones.
        var usesRecordedValues = false
        /// When it was first tried, if this is not the first time.
        var firstTried: RunTime?
        /// When the connection that it waited for became free.
        var connectionFree: RunTime?
    }

    /// An order for the signature of a request.
    struct SignatureOrder {
        var id: RequestID
        var script: Int
        var clone: Int
        /// Index into the script's values.
        var value: Int
        /// The name that the command is given.
        var name: String
    }

    /// A finished request.
    struct FinishedRequest {
        var id: RequestID
        var script: Int
        var clone: Int
        var outcome: RequestOutcome
        /// Its response if it was withheld; otherwise the current response, if any, belongs to it.
        var kept: WithheldResponse?
        /// Why it failed, if that was because of a missing value.
        var cause: FailureCause?
    }

    /// Events counted apart from outcomes; see the methods of the same names in `WorkerRecorder`.
    enum Tally {
        case tokens(TokenEvent, Int)
        case tokenMade(TokenEvent, nanoseconds: Int64)
        case tokenAwaited(nanoseconds: Int64)
        case renewal(isFailure: Bool, serviceNs: Int64?)
        case loginReplayed
        case requestResent
        case requestSkipped
        case firstResponse(FirstResponse)
        case sessionStarted
        case sessionEnded(SessionEnd, givenUp: Int)
    }
}
