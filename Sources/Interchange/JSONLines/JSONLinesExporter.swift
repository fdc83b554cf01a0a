import Crypto
import Formats
import HTTPWire
public import Traffic

/// Writes exchanges as JSON Lines: one compact object per exchange, always with all fields in the same order.
///
/// Fields: `connection`, `session` (string), `time` (start, in nanoseconds since the Unix epoch), `method`, `scheme`,
/// `authority` (Host or `:authority` as sent), `target`, `status`, `requestBodyBytes`, `responseBodyBytes` (after
/// transfer decoding, before content decoding), `requestBodySHA256`, `responseBodySHA256` (of those bytes; null if not
/// all of them were kept), `ttfbNs` (first byte of the request to first byte of the response), `durationNs` (first byte
/// of the request to last byte of the response), `httpVersion`, `complete`. Missing values are null. An exchange pushed
/// by the server also has `push`, which is true.
///
/// The full form adds `client`, `server`, and for each direction D: `DHead`, `DBody`, `DTrailers` (as received; if they
/// are not UTF-8, base64 in `DHeadBase64`, `DBodyBase64`, `DTrailersBase64` instead), `DFirstByte`, `DLastByte` and
/// `DComplete`. After the exchanges, it has a line for every second with capture losses:
/// `{"loss":{"second":…,"kernelDrops":…,…}}`, with `clockSteps` and the other `CaptureAnomalies` if there are any. It
/// contains the whole log except connections without exchanges.
public struct JSONLinesExporter: ExchangeExporter {
    /// The maximum seconds of losses that are held back to be written in order after the exchanges.
    private static let maximumLosses = 1 << 20

    private let isFull: Bool
    private var buffer = JSONBuffer()
    private var connections = RecentConnections()
    private var losses: [Int64: CaptureLoss] = [:]

    /// An exporter that has written nothing yet.
    ///
    /// - Parameter isFull: whether heads, bodies and all byte times are written too.
    public init(isFull: Bool = false) { self.isFull = isFull }

    /// The bytes written since the last ``removeAll()``.
    public var bytes: [UInt8] { buffer.bytes }

    /// Removes the bytes after they were written to the file.
    public mutating func removeAll() { buffer.removeAll() }

    /// JSON Lines can contain all exchanges.
    public var leftOut: [ExportProblem: UInt64] { [:] }

    /// Remembers addresses, which the full form writes.
    public mutating func note(_ connections: [RecordedConnection]) {
        if isFull { self.connections.insert(connections) }
    }

    /// Remembers losses, which the full form writes at the end.
    public mutating func note(_ losses: [CaptureLoss]) {
        guard isFull else { return }
        for loss in losses where !loss.isEmpty {
            if self.losses.count >= JSONLinesExporter.maximumLosses { finish() }
            self.losses[loss.second, default: CaptureLoss(second: loss.second)].add(loss)
        }
    }

    /// Writes the losses, one line per second, by time.
    public mutating func finish() {
        for loss in losses.values.sorted(by: { $0.second < $1.second }) {
            buffer.line { line in
                line.object("loss") { object in
                    object.member("second", loss.second)
                    for (name, path) in CaptureLoss.members { object.member(name, loss[keyPath: path]) }
                    guard !loss.anomalies.isNone else { return }
                    for (name, path) in CaptureLoss.anomalyMembers { object.member(name, loss[keyPath: path]) }
                    object.member(CaptureLoss.longestClockStep, loss.anomalies.longestClockStepNs)
                }
            }
        }
        losses.removeAll()
    }

    /// Writes a line for `exchange`.
    public mutating func append(_ exchange: Exchange) {
        let request = exchange.request
        let response = exchange.response
        let head = request.flatMap { RequestHead($0.head) }
        let began = request?.firstByte
        let connection = isFull ? connections[exchange.connection] : nil
        let isFull = isFull
        buffer.line { line in
            line.member("connection", exchange.connection)
            line.member("session", String(exchange.session))
            line.member("time", exchange.began.nanoseconds)
            line.member("method", head?.method)
            line.member("scheme", exchange.scheme.label)
            line.member("authority", head?.authority)
            line.member("target", head?.target)
            line.member("status", exchange.status)
            line.member("requestBodyBytes", request?.bodyBytes)
            line.member("responseBodyBytes", response?.bodyBytes)
            line.member("requestBodySHA256", hexadecimal: request?.bodyDigest)
            line.member("responseBodySHA256", hexadecimal: response?.bodyDigest)
            line.member("ttfbNs", began.flatMap { response?.firstByte.nanoseconds(since: $0) })
            line.member("durationNs", began.flatMap { response?.lastByte.nanoseconds(since: $0) })
            line.member("httpVersion", exchange.version.label)
            line.member("complete", exchange.isComplete)
            if exchange.isPush { line.member("push", true) }
            guard isFull else { return }
            line.member("client", connection?.client.description)
            line.member("server", connection?.server.description)
            line.member("requestHead", "requestHeadBase64", bytes: request?.head)
            line.member("requestBody", "requestBodyBase64", bytes: request?.body)
            line.member("requestTrailers", "requestTrailersBase64", bytes: request?.trailers)
            line.member("requestFirstByte", request?.firstByte.nanoseconds)
            line.member("requestLastByte", request?.lastByte.nanoseconds)
            line.member("requestComplete", request?.isComplete)
            line.member("responseHead", "responseHeadBase64", bytes: response?.head)
            line.member("responseBody", "responseBodyBase64", bytes: response?.body)
            line.member("responseTrailers", "responseTrailersBase64", bytes: response?.trailers)
            line.member("responseFirstByte", response?.firstByte.nanoseconds)
            line.member("responseLastByte", response?.lastByte.nanoseconds)
            line.member("responseComplete", response?.isComplete)
        }
    }
}

extension Exchange.Message {
    /// SHA-256 of the body; nil if not all of it was kept.
    var bodyDigest: SHA256.Digest? {
        guard UInt64(body.count) == bodyBytes else { return nil }
        var hash = SHA256()
        body.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize()
    }
}
