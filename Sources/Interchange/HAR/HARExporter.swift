import ContentCodings
import Formats
import HTTPWire
public import Traffic

/// Writes exchanges as a HAR 1.2 file (HTTP Archive), one entry per exchange, as they come.
///
/// HAR cannot represent responses without a request, trailers, non-UTF-8 bytes in heads, or capture losses. Responses
/// are written content-decoded, with unchanged heads. This program's own members begin with `_`: the exact start
/// (`_beganNs`), session, client address, whether bytes of a message were lost (`_complete`), a request body that is
/// not text (`_textBase64`), and whether a content coding is still applied because decoding failed (`_contentEncoded`).
public struct HARExporter: ExchangeExporter {
    /// Exchanges without a request, counted.
    public private(set) var leftOut: [ExportProblem: UInt64] = [:]
    private var buffer = JSONBuffer()
    private var connections = RecentConnections()
    private var hasEntry = false

    /// An exporter that has written nothing yet.
    ///
    /// - Parameter version: this program's version, for the `creator`.
    public init(version: String) {
        buffer.raw("{\"log\":{\"version\":\"1.2\",")
        buffer.object("creator") { creator in
            creator.member("name", "Reprise")
            creator.member("version", version)
        }
        buffer.raw(",\"entries\":[\n")
    }

    /// The bytes written since the last ``removeAll()``.
    public var bytes: [UInt8] { buffer.bytes }

    /// Removes the bytes after they were written to the file.
    public mutating func removeAll() { buffer.removeAll() }

    /// Remembers addresses for the entries of these connections.
    public mutating func note(_ connections: [RecordedConnection]) { self.connections.insert(connections) }

    /// HAR cannot represent losses.
    public mutating func note(_ losses: [CaptureLoss]) {}

    /// Ends the list of entries and the file.
    public mutating func finish() { buffer.raw("\n]}}\n") }

    /// Writes an entry, or counts an exchange that cannot be written.
    public mutating func append(_ exchange: Exchange) {
        guard let request = exchange.request, let head = RequestHead(request.head) else {
            leftOut[.withoutRequest, default: 0] += 1
            return
        }
        buffer.raw(hasEntry ? ",\n" : "")
        hasEntry = true
        let connection = connections[exchange.connection]
        let parts = HAREntryText(exchange, request, head, connection)
        buffer.object { entry in
            entry.member("startedDateTime", request.firstByte.iso8601)
            parts.writeTimings(to: &entry)
            entry.object("request") { parts.writeRequest(to: &$0) }
            entry.object("response") { parts.writeResponse(to: &$0) }
            entry.object("cache") { _ in }
            if let server = connection?.server.host { entry.member("serverIPAddress", server) }
            entry.member("connection", String(exchange.connection))
            entry.member("_beganNs", request.firstByte.nanoseconds)
            entry.member("_session", String(exchange.session))
            if let client = connection?.client.description { entry.member("_clientAddress", client) }
        }
    }
}
