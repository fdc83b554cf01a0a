public import Analysis
import Formats
public import SessionLog
import Traffic

/// A log's summary as a page of text.
public struct InspectPage {
    private let summary: LogSummary
    private let name: String
    private let width: Int
    private let advisor: Advisor
    /// The most endpoints and sessions that are shown; the JSON has all of them.
    private static let maximumRows = 40

    /// A page of a log's summary for a terminal.
    ///
    /// - Parameters:
    ///   - name: the name of the log, as the user gave it.
    ///   - width: the most characters of a line, where possible.
    ///   - advisor: explains how to get the rows that are not shown.
    public init(_ summary: LogSummary, name: String, width: Int = .max, advisor: Advisor = .silent) {
        self.summary = summary
        self.name = name
        self.width = width
        self.advisor = advisor
    }

    /// The page.
    public var text: String {
        var parts = [facts]
        if !summary.endpoints.isEmpty { parts.append(endpoints) }
        if let sessions = summary.sessionList { parts.append(sessionTable(sessions)) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var facts: String {
        var table = TextTable(columns: [.left, .left], width: width)
        table.add(["Log", "\(name.displayable), \(ByteCount(summary.fileBytes)), \(ending)"])
        if let began = summary.began, let ended = summary.ended {
            table.add(["Time", "\(ClockText.utc(began)) to \(ClockText.utc(ended)) UTC (\(span(began, ended)))"])
        }
        table.add(["Traffic", traffic])
        if let complete { table.add(["Complete", complete]) }
        table.add(["Lost", InspectPage.losses(summary.losses, summary.exchangesLostToDamage)])
        for anomaly in summary.anomalies.descriptions { table.add(["Anomaly", anomaly]) }
        if let lossTimes { table.add(["Lost when", lossTimes]) }
        if let rate = summary.rate, rate.counts.count > 1 {
            table.add([
                "Rate", "\(SparkLine.peaks(of: rate.counts, width: min(60, max(10, width - 60))))  \(peak(rate))",
            ])
        }
        for (title, counts) in [
            ("No TLS keys", summary.opaqueServers), ("Protocols", summary.protocols), ("Hosts", summary.hosts),
            ("Statuses", summary.statuses),
            ("Tokens", summary.tokens),
        ] where !counts.isEmpty {
            table.add([title, list(counts)])
        }
        return table.text
    }

    private var ending: String {
        switch summary.ending {
        case .whole: "closed cleanly"
        case .beingWritten: "being written"
        case .unfinished: "not closed"
        }
    }

    private var traffic: String {
        let bodies =
            "\(ByteCount(summary.requestBodyBytes)) sent, \(ByteCount(summary.responseBodyBytes)) received in bodies"
        return "\(count(summary.exchanges, "exchange")) in \(count(summary.sessions, "session")) on "
            + "\(count(summary.connections, "connection")); \(bodies)"
    }

    /// How much of the traffic is complete, and what is missing.
    var complete: String? {
        guard let ratio = summary.completenessRatio else { return nil }
        // The content of lost packets is unknown.
        let bound = summary.losses.hidesExchanges ? "at most " : ""
        let missing = summary.exchanges - summary.completeExchanges
        guard ratio < 1 else { return bound + "100%" }
        // Rounded down: incomplete traffic must not look complete.
        let percent = (ratio * 10_000).rounded(.down) / 100
        let text = "\(bound)\(percent.formatted(decimals: 2))%"
        guard missing > 0 else { return text }
        return "\(text), \(missing.grouped) not "
            + "(\(summary.missingResponses.grouped) without a response, "
            + "\(summary.missingRequests.grouped) without a request)"
    }

    /// The losses of capture, in words.
    static func losses(_ losses: LossCounts, _ lostToDamage: UInt64 = 0) -> String {
        let seen =
            losses.descriptions + (lostToDamage > 0 ? [Plural.text(lostToDamage, "exchange in damaged blocks")] : [])
        return seen.isEmpty ? "nothing known" : seen.joined(separator: ", ")
    }

    /// The number of seconds with losses, and the worst of them.
    private var lossTimes: String? {
        guard let first = summary.lossesBySecond.first,
            let worst = summary.lossesBySecond.max(by: { $0.losses.events < $1.losses.events })
        else { return nil }
        guard summary.secondsWithLosses > 1 else { return "\(ClockText.utcTime(first.start)) UTC" }
        return "in \(Plural.text(summary.secondsWithLosses, "second")), first \(ClockText.utcTime(first.start)), "
            + "worst \(ClockText.utcTime(worst.start)) (\(InspectPage.losses(worst.losses)))"
    }

    private func peak(_ rate: LogSummary.Rate) -> String {
        let figure = rate.busiestPerSecond.formatted(decimals: rate.busiestPerSecond < 100 ? 1 : 0)
        return "busiest \(figure)/s at \(ClockText.utcTime(rate.busiest))"
            + (rate.secondsPerBucket > 1 ? " (mean of \(rate.secondsPerBucket) s)" : "")
    }

    private func span(_ began: Int64, _ ended: Int64) -> String {
        ClockText.span(Nanoseconds.inSeconds(ended &- began))
    }

    private func list(_ counts: [LogSummary.Count]) -> String {
        let shown = counts.prefix(10).map { "\($0.name.displayable) (\($0.count.grouped))" }
        return shown.joined(separator: " · ") + (counts.count > 10 ? " · … \(counts.count - 10) more" : "")
    }

    private func count(_ number: UInt64, _ noun: String) -> String { Plural.text(number, noun) }
}

extension InspectPage {
    private var endpoints: String {
        var table = TextTable(columns: [.left] + [TextTable.Alignment](repeating: .right, count: 9), width: width)
        table.add(["Endpoint", "Count", "4xx", "5xx", "None", "p50", "p95", "p99", "Max", "Body"])
        if summary.endpoints.count > 1 { table.add(["all"] + totals) }
        for row in summary.endpoints.prefix(InspectPage.maximumRows) {
            let label = row.method == "*" ? "(other)" : "\(row.method) \(row.path)".displayable
            table.add(
                [label.cut(to: 60)]
                    + cells(
                        row.count, row.clientErrors, row.serverErrors, row.missingResponses, row.serviceTimeMs,
                        row.responseBodyBytes))
        }
        let hidden = summary.endpoints.count - InspectPage.maximumRows
        return table.text + (hidden > 0 ? "\n" + advisor.adding(.readAll, to: "… \(hidden) more endpoints") : "")
            + "\nService times in ms; None: no response seen; Body: mean size of response bodies in bytes."
    }

    private var totals: [String] {
        func sum(_ field: KeyPath<LogSummary.EndpointRow, UInt64>) -> UInt64 {
            summary.endpoints.reduce(0) { $0 + $1[keyPath: field] }
        }
        return cells(
            summary.exchanges, sum(\.clientErrors), sum(\.serverErrors), sum(\.missingResponses), summary.serviceTimeMs,
            summary.responseBodyBytes)
    }

    private func cells(
        _ count: UInt64, _ clientErrors: UInt64, _ serverErrors: UInt64, _ missing: UInt64,
        _ times: LogSummary.ServiceTimes?, _ bodyBytes: UInt64
    ) -> [String] {
        let percentiles = times.map { [$0.p50, $0.p95, $0.p99, $0.max].map(ClockText.milliseconds) }
        let mean = count > 0 ? ByteCount(bodyBytes / count).description : ""
        return [count.grouped]
            + [clientErrors, serverErrors, missing].map { $0 > 0 ? $0.grouped : "-" }
            + (percentiles ?? ["-", "-", "-", "-"]) + [mean]
    }

    private func sessionTable(_ sessions: [LogSummary.SessionRow]) -> String {
        var table = TextTable(columns: [.right, .right, .right, .left, .right])
        table.add(["Session", "Exchanges", "Errors", "Began (UTC)", "Lasted"])
        for row in sessions {
            table.add([
                String(row.number), row.exchanges.grouped, row.errors > 0 ? row.errors.grouped : "-",
                ClockText.utc(row.began), span(row.began, row.ended),
            ])
        }
        return table.text
    }
}

extension LossCounts {
    /// The sum of all counts except bytes, which ranks the seconds.
    fileprivate var events: UInt64 {
        kernelDrops &+ interfaceDrops &+ truncatedPackets &+ gaps &+ evictions &+ unparsedMessages &+ opaqueConnections
            &+ damagedFiles &+ unreadPackets
    }
}
