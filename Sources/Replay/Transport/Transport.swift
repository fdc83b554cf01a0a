internal import HTTPWire
internal import Measurement
internal import Threads
internal import Traffic

/// A request as it goes out. Reused from one request to the next.
struct OutgoingRequest {
    /// Index into the run's targets.
    var target = 0
    /// The recorded connection it represents.
    var connection: UInt16 = 0
    var flags: RequestTable.Flags = []
    var framingMethod = RequestMethod.other
    /// When it was first tried, when this is not the first time.
    var firstTried: RunTime?
    /// When the connection it waited for was free, when it waited.
    var connectionFree: RunTime?

    /// The whole message, for a transport that writes bytes.
    var message = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether `message` stays as long as the run; else it is good until ``Transport/send(_:for:at:)`` returns.
    var isMessageLasting = false

    /// What follows is for a transport that writes messages itself.
    var method = ""
    /// The request target (RFC 9112 section 3.2), the target's base path included.
    var path: [UInt8] = []
    /// Header lines `Name: value`, without line ends.
    var lines: [[UInt8]] = []
    /// Names the lines for reuse when no value in them changes from clone to clone.
    var linesKey: Int?
    /// The body; empty and `hasBody` when one of no bytes is sent.
    var body: [UInt8] = []
    var hasBody = false
    /// Whether nothing more will use this connection.
    var closesConnection = false

    /// Whether the response's head and body are kept for bindings.
    var keepsResponse: Bool { flags.contains(.keepsResponse) }
}

/// What came of one transfer.
struct TransferResult {
    /// What is told.
    enum Kind {
        /// It is over.
        case ended
        /// The server had closed the connection before it saw the request, which is to be sent again on another.
        case sendAgain
        /// It waited for a connection, and there is one now: it is to be sent.
        case connectionFree
    }

    var kind = Kind.ended
    var id: RequestID
    /// ``Fate/answered`` when a whole response came, whatever its status.
    var fate = Fate.other
    /// 0 when no response came.
    var status: UInt16 = 0
    /// First action on the network.
    var started: RunTime
    /// First request byte written; `started` when a connection was at hand.
    var sent: RunTime
    /// Nil when no byte of a response came.
    var firstByte: RunTime?
    var finished: RunTime
    /// When the connection it waited for was free, when it waited.
    var connectionFree: RunTime?
    /// Whether this transfer opened a connection.
    var opened = false
    var requestBytes = 0
    var responseBytes = 0
    /// The body's length and ``BodyHash``, when the request asked to compare it.
    var bodyBytes: UInt64 = 0
    var bodyHash: UInt64 = 0
    /// Whether the response is HTML, when the request expects JSON.
    var isHTML = false
    /// The response's last head and its body, when the request asked for them and they stayed below the bound.
    var head: [UInt8] = []
    var body: [UInt8] = []
    /// The fields behind the body, kept as the head is; as much of them as fits the bound.
    var trailers: [UInt8] = []
    /// The beginning of the response where it is still at hand; good until the transport is called again.
    var glimpse = UnsafeRawBufferPointer(start: nil, count: 0)

    /// Nothing yet.
    init(id: RequestID = RequestID(slot: 0, request: 0), at now: RunTime = .zero) {
        self.id = id
        (started, sent, finished) = (now, now, now)
    }
}

/// Sends requests and tells what came of them, on one thread, without blocking but in ``wait(until:)``.
///
/// A connection carries requests of one owner only: a slot between two calls of ``release(slot:)``.
protocol Transport: ~Copyable {
    /// Sends `request` at once, or as soon as a connection is free.
    mutating func send(_ request: borrowing OutgoingRequest, for id: RequestID, at now: RunTime)

    /// The next thing that has happened; false when there is none until the next wait.
    mutating func next(_ result: inout TransferResult) -> Bool

    /// Waits for the network, but not past `deadline`.
    mutating func wait(until deadline: RunTime?) throws(SystemCallError)

    /// Closes the connections of the slot: its next request opens its own.
    mutating func release(slot: Int)

    /// Ends every transfer that is under way; their results are not told.
    mutating func cancelAll()

    /// Connections opened so far, and open now.
    var connections: (opened: Int, open: Int) { get }
}
