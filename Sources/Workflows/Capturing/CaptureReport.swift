public import Capture
import Formats
import Traffic

/// The report of a capture, at its end and while it runs.
public struct CaptureReport {
    private let totals: CaptureTotals
    private let opaqueServers: OpaqueServers
    /// Exchanges that were recorded but are not in a log.
    private let unwritten: UInt64
    /// Whether the logs are complete and where they were written.
    private let isLogWhole: Bool
    /// The most server names that are shown.
    private static let shownServers = 3

    /// A report of the capture so far.
    ///
    /// - Parameters:
    ///   - unwritten: exchanges that were recorded but are not in a log.
    ///   - isLogWhole: whether the logs are complete and where they were written.
    public init(
        _ totals: CaptureTotals, _ opaqueServers: OpaqueServers, unwritten: UInt64 = 0, isLogWhole: Bool = true
    ) {
        self.totals = totals
        self.opaqueServers = opaqueServers
        self.unwritten = unwritten
        self.isLogWhole = isLogWhole
    }

    /// One line: exchanges, connections, packets and everything that was lost.
    public var text: String {
        var exchanges = count(totals.exchanges, "exchange")
        if totals.exchanges > 0 {
            let isWhole = totals.completeExchanges == totals.exchanges
            exchanges += isWhole ? " (all complete)" : " (\(totals.completeExchanges) complete)"
        }
        let seen =
            "\(exchanges), \(count(totals.connections, "connection")), \(count(totals.packets, "packet"))"
        return seen + "; " + lossText + secrets + findings
    }

    /// Losses and findings that the user should know; nil if there are none.
    public var warning: String? {
        guard !losses.isEmpty || !findings.isEmpty else { return nil }
        return lossText + findings
    }

    /// A note on exchanges that the filters left out.
    public static func leftOut(_ exchanges: UInt64) -> String {
        exchanges == 0 ? "" : "; \(Plural.text(exchanges, "exchange")) left out by filters"
    }

    /// The progress line of a capture: counts, completeness, and losses.
    public var progress: String {
        var text = "\(count(totals.packets, "packet")), \(count(totals.exchanges, "exchange"))"
        let known = totals.exchanges + totals.losses.unparsedMessages
        if known > 0 {
            // Rounded down: incomplete traffic must not look complete.
            let percent = (Double(totals.completeExchanges) / Double(known) * 1000).rounded(.down) / 10
            text += " (\(percent)% complete)"
        }
        return text + "; "
            + (losses.isEmpty ? "0 kernel drops, nothing lost" : "lost: " + losses.joined(separator: ", "))
    }

    /// The name of a capture's logs in its report.
    public static func logs(from first: String, to last: String) -> String {
        first == last || last.isEmpty ? first : "\(first) to \(last)"
    }

    private var lossText: String {
        guard losses.isEmpty else { return "lost: " + losses.joined(separator: ", ") }
        return isLogWhole ? "nothing lost" : "the log is incomplete"
    }

    private var losses: [String] {
        (unwritten > 0 ? [count(unwritten, "exchange") + " not written"] : []) + totals.losses.counts.descriptions
    }

    /// Notes on traffic that was not read, and on findings other than losses.
    private var findings: String {
        let unread = totals.unread.descriptions
        return (unread.isEmpty ? "" : "; not read: " + unread.joined(separator: ", "))
            + totals.anomalies.descriptions.map { "; " + $0 }.joined()
    }

    /// Notes on TLS.
    private var secrets: String {
        var text = ""
        if totals.decryptedConnections > 0 { text += "; \(count(totals.decryptedConnections, "connection")) decrypted" }
        let names = opaqueServers.names
        if !names.isEmpty {
            let shown = names.prefix(CaptureReport.shownServers).joined(separator: ", ")
            let rest = names.count - CaptureReport.shownServers
            text += "; TLS without secrets: " + shown + (rest > 0 ? " and \(rest) more servers" : "")
        }
        if totals.unreadableKeyLogLines > 0 {
            text += "; \(count(totals.unreadableKeyLogLines, "line")) of the key log not readable"
        }
        return text
    }

    private func count(_ number: UInt64, _ noun: String) -> String { "\(number) \(Plural.word(number, noun))" }
}
