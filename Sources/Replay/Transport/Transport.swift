internal import HTTPWire
internal import Measurement
internal import Threads
internal import Traffic

/// A request to send. Reused from one request to the next.
struct OutgoingRequest {
    /// Index into the run's targets.
    var target = 0
    /// The number of the clone that sends it among those of its part, which decides the local address of its
    /// connections.
    var numberInPart = 0
    /// The recorded connection that its connection replaces.
    var connection: UInt16 = 0
    var flags: RequestTable.Flags = []
    var framingMethod = RequestMethod.other
    /// When it was first tried, if this is not the first time.
    var firstTried: RunTime?
    /// When the connection it waited for became free, if it waited.
    var connectionFree: RunTime?

    /// The whole message, for a transport that sends bytes as they are.
    var message = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether `message` stays valid for the whole run; otherwise it is valid until ``Transport/send(_:for:at:)``
    /// returns.
    var isMessageLasting = false

    /// The method; the following properties are for a transport that composes messages itself.
    var method = ""
    /// The request target (RFC 9112 section 3.2), including the target's path prefix.
    var path: [UInt8] = []
    /// Header lines `Name: value`, without line ends.
    var lines: [[UInt8]] = []
    /// Identifies the lines for reuse when no value in them changes from clone to clone.
    var linesKey: Int?
    /// The body; empty with `hasBody` set for a body of no bytes.
    var body: [UInt8] = []
    var hasBody = false
    /// Whether no other request uses this connection afterwards.
    var closesConnection = false

    /// Whether the response's head and body are kept for bindings.
    var keepsResponse: Bool { flags.contains(.keepsResponse) }
}

/// The result of a transfer.
struct TransferResult {
    /// The kind of report.
    enum Kind {
        /// The transfer has ended.
        case ended
        /// The server closed the connection before it saw the request, which has to be sent again on another.
        case sendAgain
        /// The connection it waited for is free: it can be sent.
        case connectionFree
    }

    var kind = Kind.ended
    var id: RequestID
    /// ``Fate/answered`` when a complete response was received, whatever its status.
    var fate = Fate.other
    /// 0 when no response was received.
    var status: UInt16 = 0
    /// First action on the network.
    var started: RunTime
    /// When the first request byte was written; `started` if a connection was open.
    var sent: RunTime
    /// Nil when no byte of a response was received.
    var firstByte: RunTime?
    var finished: RunTime
    /// When the connection it waited for became free, if it waited.
    var connectionFree: RunTime?
    /// Whether this transfer opened a connection.
    var opened = false
    var requestBytes = 0
    var responseBytes = 0
    /// The body's length and ``BodyHash``, if the request asked to compare it.
    var bodyBytes: UInt64 = 0
    var bodyHash: UInt64 = 0
    /// Whether the response is HTML although the request expects JSON.
    var isHTML = false
    /// The response's last head and its body, if the request asked for them and they stayed within the limits.
    var head: [UInt8] = []
    var body: [UInt8] = []
    /// The trailer fields, kept like the head, as far as they fit the limit.
    var trailers: [UInt8] = []
    /// The beginning of the response, if it is still in memory; valid until the next call of the transport.
    var glimpse = UnsafeRawBufferPointer(start: nil, count: 0)

    /// An empty result.
    init(id: RequestID = RequestID(slot: 0, request: 0), at now: RunTime = .zero) {
        self.id = id
        (started, sent, finished) = (now, now, now)
    }
}

/// Sends requests and reports their results, on one thread, blocking only in ``wait(until:)``.
///
/// A connection carries requests of a single owner: a slot between two calls of ``release(slot:)``.
protocol Transport: ~Copyable {
    /// Sends `request` immediately, or as soon as a connection is free.
    mutating func send(_ request: borrowing OutgoingRequest, for id: RequestID, at now: RunTime)

    /// Takes the next report; false when there is none before the next wait.
    mutating func next(_ result: inout TransferResult) -> Bool

    /// Waits for the network until `deadline` at the latest.
    mutating func wait(until deadline: RunTime?) throws(SystemCallError)

    /// Closes the connections of the slot; its next request opens a new one.
    mutating func release(slot: Int)

    /// Ends every transfer in flight without reporting its result.
    mutating func cancelAll()

    /// Connections opened so far, and open now.
    var connections: (opened: Int, open: Int) { get }
}
