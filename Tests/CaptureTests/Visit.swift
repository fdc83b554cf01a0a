import Capture
import Traffic

/// A request and its response, for tests of sessions.
struct Visit {
    /// Number of the connection it uses.
    var connection: UInt16
    /// Header fields of the request, and of its response, each without its line end.
    var carrying: [String] = []
    var given: [String] = []
    /// Last number of the client's address.
    var address: UInt32 = 1
    /// Seconds after the first visit.
    var seconds: Int64 = 0
    /// Of the response, JSON.
    var answer = ""
    /// The request's target; nil for one without meaning.
    var target: String?
    /// The JSON body of the request, which makes it a POST.
    var body = ""

    /// The sessions of `visits` as found by a capture, numbered by first appearance, in the order of the visits.
    static func sessions(_ visits: [Visit], by sessionBy: SessionBy = .auto) -> [Int] {
        numbered(recording(visits, by: sessionBy).exchanges)
    }

    /// The sessions of `visits` that were captured by connection and regrouped in the recording.
    static func regrouped(_ visits: [Visit], by sessionBy: SessionBy = .auto) -> [Int] {
        let recording = recording(visits, by: .connection)
        var regrouping = SessionRegrouping(by: sessionBy)
        var exchanges: [Exchange] = []
        // One exchange per batch: state must be kept across batches.
        for (index, exchange) in recording.exchanges.sorted(by: { $0.ended < $1.ended }).enumerated() {
            var batch = ExchangeBatch()
            if index == 0 { batch.connections = recording.connections }
            batch.append(exchange)
            regrouping.regroup(&batch)
            exchanges.append(batch.exchange(at: 0))
        }
        return numbered(exchanges)
    }

    private static func recording(_ visits: [Visit], by sessionBy: SessionBy) -> Recording {
        var talks: [UInt16: Talk] = [:]
        for (index, visit) in visits.enumerated() {
            let microseconds = visit.seconds * 1_000_000 + Int64(index) * 20_000
            var talk = talks[visit.connection] ?? Talk(clientPort: 1000 + visit.connection)
            talk.microseconds = microseconds
            if talk.segments.isEmpty {
                talk.client = SocketAddress(v4: 0x0a00_0100 + visit.address, port: 1000 + visit.connection)
                talk.open()
            }
            let target = visit.target ?? "/\(index)"
            talk.client(
                visit.body.isEmpty
                    ? get(target, fields: lines(visit.carrying))
                    : "POST \(target) HTTP/1.1\r\n\(lines(visit.carrying))Content-Length: \(visit.body.utf8.count)\r\n\r\n"
                        + visit.body)
            talk.server(ok(visit.answer, fields: lines(visit.given)))
            talks[visit.connection] = talk
        }
        var options = CaptureOptions()
        options.sessionBy = sessionBy
        return Recording(talks.sorted { $0.key < $1.key }.map(\.value), options: options)
    }

    private static func numbered(_ exchanges: [Exchange]) -> [Int] {
        var seen: [UInt32] = []
        return exchanges.sorted { $0.began < $1.began }.map { exchange in
            if !seen.contains(exchange.session) { seen.append(exchange.session) }
            return seen.firstIndex(of: exchange.session) ?? -1
        }
    }

    private static func lines(_ fields: [String]) -> String { fields.map { $0 + "\r\n" }.joined() }
}

/// Unsigned JSON Web Tokens.
enum TestToken {
    /// A token with the claims of `payload`, a JSON object.
    static func with(_ payload: String) -> String {
        "\(base64url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")).\(base64url(payload)).c2lnbmF0dXJl"
    }

    private static func base64url(_ text: String) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var result = ""
        var bits = 0
        var count = 0
        for byte in text.utf8 {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 6 {
                count -= 6
                result.append(digits[bits >> count & 63])
            }
            bits &= (1 << count) - 1
        }
        if count > 0 { result.append(digits[bits << (6 - count) & 63]) }
        return result
    }
}
