import HTTPWire
import Traffic

/// One exchange as a page of text: both messages as they were on the wire, JSON bodies laid out.
struct ExchangePage {
    private let exchange: Exchange
    private let number: UInt64
    private let connection: RecordedConnection?
    /// Text of a body shown; `--json` has all of it.
    private static let maximumBodyBytes = 256 << 10

    init(_ exchange: Exchange, number: UInt64, connection: RecordedConnection?) {
        self.exchange = exchange
        self.number = number
        self.connection = connection
    }

    /// The page.
    var text: String {
        [
            caption,
            message(
                exchange.request, contentType: exchange.request.flatMap { RequestHead($0.head) }?.first("content-type"))
                ?? "(no request was seen)",
            message(
                exchange.response,
                contentType: exchange.response.flatMap { ResponseHead($0.head) }?.first("content-type"))
                ?? "(no response was seen)",
        ].joined(separator: "\n\n") + "\n"
    }

    private var caption: String {
        var table = TextTable(columns: [.left, .left])
        table.add([
            "Exchange", "\(number), session \(exchange.session), \(exchange.isComplete ? "complete" : "not complete")",
        ])
        let addresses = connection.map { ", \($0.client) to \($0.server)" } ?? ""
        table.add([
            "Connection",
            "\(exchange.connection)\(addresses), \(exchange.scheme.label), HTTP/\(exchange.version.label)",
        ])
        table.add(["Began", "\(ClockText.utc(exchange.began.nanoseconds)) UTC"])
        if let request = exchange.request, let response = exchange.response {
            func milliseconds(_ time: CaptureTime) -> String {
                Figures.milliseconds(Double(time.nanoseconds(since: request.firstByte)) / 1e6)
            }
            table.add([
                "Times",
                "sent after \(milliseconds(request.lastByte)) ms, first byte after \(milliseconds(response.firstByte)) ms, "
                    + "finished after \(milliseconds(response.lastByte)) ms",
            ])
        }
        return table.text
    }

    private func message(_ message: Exchange.Message?, contentType: String?) -> String? {
        guard let message else { return nil }
        let head = String(decoding: message.head, as: UTF8.self)
        var parts = [trimmed(TerminalText.safeLines(head))]
        if message.bodyBytes > 0 || !message.body.isEmpty { parts.append(body(message, contentType)) }
        if !message.trailers.isEmpty {
            parts.append(trimmed(TerminalText.safeLines(String(decoding: message.trailers, as: UTF8.self))))
        }
        if !message.isComplete { parts.append("(bytes of this message were lost)") }
        return parts.joined(separator: "\n\n")
    }

    private func body(_ message: Exchange.Message, _ contentType: String?) -> String {
        let size = ByteCount(message.bodyBytes)
        guard !message.body.isEmpty else { return "(body of \(size), not kept)" }
        let kept =
            UInt64(message.body.count) < message.bodyBytes
            ? ", of which \(ByteCount(UInt64(message.body.count))) kept" : ""
        if let laidOut = JSONLayout.text(message.body, limit: ExchangePage.maximumBodyBytes) {
            return TerminalText.safeLines(laidOut) + (kept.isEmpty ? "" : "\n(body of \(size)\(kept))")
        }
        guard let text = String(validating: message.body.prefix(ExchangePage.maximumBodyBytes), as: UTF8.self),
            !text.utf8.contains(0)
        else {
            return "(body of \(size)\(kept)\(contentType.map { ", \(TerminalText.safe($0))" } ?? ""), not text)"
        }
        let isCut = message.body.count > ExchangePage.maximumBodyBytes
        return trimmed(TerminalText.safeLines(text)) + (isCut || !kept.isEmpty ? "\n(body of \(size)\(kept))" : "")
    }

    private func trimmed(_ text: String) -> String {
        guard let last = text.lastIndex(where: { !$0.isNewline }) else { return "" }
        return String(text[...last])
    }
}
