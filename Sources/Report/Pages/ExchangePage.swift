import ContentCodings
import Credentials
import Formats
import HTTPWire
import Redaction
public import Traffic

/// One exchange as a page of text: both messages as they were on the wire, with decoded and formatted bodies.
public struct ExchangePage {
    /// How the page looks.
    public struct Options {
        /// Whether ANSI colours are used.
        public var usesColor: Bool
        /// Whether the values of credentials are shown.
        public var showsSecrets: Bool

        /// By default without colours, and with secrets masked.
        public init(usesColor: Bool = false, showsSecrets: Bool = false) {
            self.usesColor = usesColor
            self.showsSecrets = showsSecrets
        }
    }

    private let exchange: Exchange
    private let number: UInt64
    private let connection: RecordedConnection?
    /// Nil if secrets are shown.
    private var mask: SecretMask?
    /// Copied for each page: creating one reads the built-in policy.
    private static let freshMask = SecretMask(.description)
    private let usesColor: Bool
    /// The most text of a body that is shown.
    private static let maximumBodyBytes = 256 << 10
    /// The most bytes that are shown of a body that is not text.
    private static let maximumDumpBytes = 256

    /// A page of one exchange for a terminal.
    ///
    /// - Parameters:
    ///   - number: the number of the exchange in its log, from 1.
    ///   - connection: nil if the log has none.
    public init(_ exchange: Exchange, number: UInt64, connection: RecordedConnection?, options: Options = Options()) {
        self.exchange = exchange
        self.number = number
        self.connection = connection
        usesColor = options.usesColor
        guard !options.showsSecrets else { return }
        mask = ExchangePage.freshMask
        mask?.learn(exchange)
    }

    /// The page.
    public var text: String {
        let request = exchange.request.map { message($0, fields: RequestHead($0.head)?.fields ?? []) }
        let response = exchange.response.map { message($0, fields: ResponseHead($0.head)?.fields ?? []) }
        return [caption, request ?? "(no request was seen)", response ?? "(no response was seen)"]
            .joined(separator: "\n\n") + "\n"
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
                ClockText.milliseconds(Nanoseconds.inMilliseconds(time.nanoseconds(since: request.firstByte)))
            }
            table.add([
                "Times",
                "sent after \(milliseconds(request.lastByte)) ms, first byte after \(milliseconds(response.firstByte)) ms, "
                    + "finished after \(milliseconds(response.lastByte)) ms",
            ])
        }
        return table.text
    }

    private func message(_ message: Exchange.Message, fields: [HeaderField]) -> String {
        var parts = [head(message.head)]
        if message.bodyBytes > 0 || !message.body.isEmpty { parts.append(contentsOf: body(message, fields)) }
        if !message.trailers.isEmpty { parts.append(head(message.trailers)) }
        if !message.isComplete { parts.append(soft("(bytes of this message were lost)")) }
        return parts.joined(separator: "\n\n")
    }

    private func head(_ bytes: [UInt8]) -> String {
        var mask = mask
        let shown = mask?.head(bytes) ?? bytes
        let text = trimmed(String(decoding: shown, as: UTF8.self).displayableLines)
        guard usesColor else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            guard let colon = line.dropFirst().firstIndex(of: ":"), index > 0 || line.hasPrefix(":") else {
                return styled(line, "1")
            }
            return styled(line[..<colon], "36") + line[colon...]
        }.joined(separator: "\n")
    }

    private func body(_ message: Exchange.Message, _ fields: [HeaderField]) -> [String] {
        guard !message.body.isEmpty else { return [soft("(body of \(ByteCount(message.bodyBytes)), not kept)")] }
        let (content, note) = content(message, fields)
        var mask = mask
        let bytes = mask?.body(content, type: fields.first("content-type")) ?? content
        let shown: String
        if let laidOut = JSONLayout.text(bytes, limit: ExchangePage.maximumBodyBytes) {
            shown = laidOut.displayableLines
        } else if let text = ExchangePage.text(bytes.prefix(ExchangePage.maximumBodyBytes)) {
            shown = trimmed(text.displayableLines)
        } else {
            shown = HexDump.text(bytes.prefix(ExchangePage.maximumDumpBytes))
        }
        return note.isEmpty ? [shown] : [shown, soft("(\(note.joined(separator: ", ")))")]
    }

    /// The body without its content codings, and notes about it.
    private func content(_ message: Exchange.Message, _ fields: [HeaderField]) -> (bytes: [UInt8], note: [String]) {
        let isWhole = UInt64(message.body.count) >= message.bodyBytes
        var note: [String] = []
        var bytes = message.body
        let codings = fields.all("content-encoding").joined(separator: ",")
        if !codings.isEmpty, let coding = try? ContentCoding(fieldValue: codings), !coding.isIdentity {
            let decoded = coding.decodedPrefix(message.body, limit: 4 * ExchangePage.maximumBodyBytes)
            if decoded.failure == nil || !decoded.bytes.isEmpty {
                bytes = decoded.bytes
                let size = "\(ByteCount(UInt64(bytes.count))) decoded"
                note.append("\(coding.fieldValue), \(ByteCount(message.bodyBytes)) as sent, \(size)")
            }
            if let failure = decoded.failure, isWhole { note.append("decoded in part: \(failure)") }
        } else if !codings.isEmpty {
            note.append("unknown coding \(codings.displayable)")
        }
        let isText = ExchangePage.text(bytes.prefix(ExchangePage.maximumBodyBytes)) != nil
        let limit = isText ? ExchangePage.maximumBodyBytes : ExchangePage.maximumDumpBytes
        if note.isEmpty, !isWhole || !isText || bytes.count > limit {
            note.append("body of \(ByteCount(message.bodyBytes))")
        }
        if !isWhole { note.append("of which \(ByteCount(UInt64(message.body.count))) kept") }
        if !isText { note.append(fields.first("content-type").map(\.displayable) ?? "not text") }
        if bytes.count > limit { note.append("the first \(ByteCount(UInt64(limit))) shown") }
        return (bytes, note)
    }

    /// The bytes as text: UTF-8 without NUL bytes, up to the last complete character.
    private static func text(_ bytes: some Collection<UInt8>) -> String? {
        guard !bytes.contains(0) else { return nil }
        for cut in 0..<min(4, bytes.count + 1) {
            if let text = String(validating: bytes.dropLast(cut), as: UTF8.self) { return text }
        }
        return nil
    }

    private func trimmed(_ text: String) -> String {
        guard let last = text.lastIndex(where: { !$0.isNewline }) else { return "" }
        return String(text[...last])
    }

    private func soft(_ text: String) -> String { styled(text, "2") }

    /// `text` with ANSI attributes (ECMA-48 SGR).
    private func styled(_ text: some StringProtocol, _ attribute: String) -> String {
        usesColor ? "\u{1B}[\(attribute)m\(text)\u{1B}[0m" : String(text)
    }
}
