internal import Measurement
internal import Traffic

/// Which request of which slot a transfer belongs to.
struct Ticket: Hashable {
    /// The slot, numbered within its worker.
    var slot: Int
    /// Index of the request in the clone's script.
    var request: Int
}

/// A request as it goes out. Reused from one request to the next.
struct OutgoingRequest {
    /// Index into the run's targets.
    var target = 0
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
    /// Content codings to undo, as the request's Accept-Encoding lists them; nil leaves bodies as they come.
    var decodes: String?
    /// Whether the response's head and body are kept for bindings.
    var keepsResponse = false
    /// Whether nothing more will use this connection.
    var closesConnection = false
}

/// What came of one transfer.
struct TransferResult {
    var ticket: Ticket
    /// ``Fate/answered`` when a whole response came, whatever its status.
    var fate: Fate
    /// 0 when no response came.
    var status: UInt16
    /// First action on the network.
    var started: RunTime
    /// First request byte written; `started` when a connection was at hand.
    var sent: RunTime
    /// Nil when no byte of a response came.
    var firstByte: RunTime?
    var finished: RunTime
    /// Whether this transfer opened a connection.
    var opened: Bool
    var requestBytes: Int
    var responseBytes: Int
    /// The response's last head and its body, when the request asked for them and they stayed below the bound.
    var head: [UInt8]
    var body: [UInt8]
}

/// Sends requests and tells what came of them, on one thread, without blocking but in ``poll(until:)``.
///
/// A connection carries requests of one owner only: a slot between two calls of ``release(slot:)``.
protocol Transport {
    /// Sends `request` at once.
    mutating func send(_ request: borrowing OutgoingRequest, for ticket: Ticket, at now: RunTime)

    /// Waits for the network, but not past `deadline`, and appends what finished to `results`.
    mutating func poll(until deadline: RunTime?, results: inout [TransferResult]) throws(SystemCallError)

    /// Gives up the connections of the slot: its next request opens its own.
    mutating func release(slot: Int)

    /// Ends every transfer that is under way; their results are not told.
    mutating func cancelAll()

    /// Connections opened so far, and open now.
    var connections: (opened: Int, open: Int) { get }
}
