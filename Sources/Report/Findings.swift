public import Analysis
import Formats
public import Measurement
import Traffic

extension FailureCauseSummary {
    /// `answered 500 instead of 201`, `was refused`, `got no response (timeout)`.
    fileprivate var outcomeText: String {
        switch (kind, receivedStatus) {
        case (.unexpectedStatus, let received?):
            "answered \(received)" + (expectedStatus.map { " instead of \($0)" } ?? "")
        case (.refused, _): "was refused"
        case (.missingBinding, _): "could not be sent (\(causeText))"
        case (_, nil): "got no response (\(causeText))"
        default: "failed (\(causeText))"
        }
    }
}

/// The result of a run in sentences that both the terminal and the page use.
extension RunSummary {
    /// The reasons for the verdict, the most important first: `Interrupted after 12 s of 60 s. 1 of 3 gates failed.`
    public var headline: String {
        ((self.notices ?? []) + [rootSentence, verdictSentence].compactMap { $0 }).joined(separator: " ")
    }

    /// The most frequent reason for failures, if it matters: `POST /orders answered 500 instead of 201: 341 failures.`
    var rootSentence: String? {
        guard let causes = self.failureCauses, let first = causes.first, self.failureRatio >= 0.01 else { return nil }
        // The rows of one root are listed together, its own failures first.
        if let root = first.root ?? causes.dropFirst().first(where: { $0.root != nil })?.root,
            first.root != nil || root.hasPrefix(first.endpoint + " ")
        {
            return root.prefix(1).uppercased() + root.dropFirst() + "."
        }
        let count = Plural.text(first.count, "failure", "failures")
        return "\(first.endpoint) \(first.outcomeText): \(count)."
    }

    /// One line under the verdict: `1 of 3 gates failed`.
    var verdictSentence: String {
        // The conditions of every run have their own sentences among the notices.
        let gates = self.gates.filter { $0.isBuiltIn != true }
        let failed = gates.count { $0.outcome == .failed }
        let open = gates.count { $0.outcome == .inconclusive }
        guard !gates.isEmpty else {
            return self.ending == .unfinished
                ? "The run was killed before its gates were judged." : "No gates were given, so nothing was judged."
        }
        let of =
            gates.count == 1 ? "The gate" : failed > 0 ? "\(failed) of \(gates.count) gates" : "\(gates.count) gates"
        if failed > 0 { return "\(of) failed." }
        if open == gates.count { return "\(of) \(open == 1 ? "is" : "are") inconclusive." }
        let passed =
            gates.count == 1 ? "The gate passed" : open == 0 ? "All \(gates.count) gates passed" : "No gate failed"
        return open == 0
            ? "\(passed)." : "\(passed), but \(open) of \(gates.count) \(open == 1 ? "is" : "are") inconclusive."
    }

    /// The outcome of the requests: `412,345 requests in 10 min 2 s, 82 failed (0.02%)`.
    var requestSentence: String {
        let (requests, failures) = (self.requests, self.failures)
        guard requests > 0 else { return "No request finished." }
        let failed =
            failures == 0
            ? "none failed" : "\(Quantity.count(failures)) failed (\(Quantity.percent(self.failureRatio)))"
        let count = Plural.text(requests, "request", "requests")
        let missing = load.unsent == 0 ? "" : ", \(Quantity.count(load.unsent)) of them not sent"
        return "\(count) in \(Quantity.duration(seconds: self.durationSeconds)), \(failed)\(missing)."
    }
}

extension TimeKind {
    /// The kinds in display order.
    static let shown: [TimeKind] = [.response, .turnaround, .service, .sendLag, .held, .connect]

    /// An explanation of the kind.
    var explanation: String {
        switch self {
        case .response:
            "From a request's scheduled time to the last byte of its response: held + send lag + connect + service."
        case .turnaround:
            "From when a request could be sent to the last byte of its response: send lag + connect + service. Used to judge endpoints."
        case .service: "From the first byte of a request sent to the last byte of its response: the target's part."
        case .sendLag: "How late the generator itself was. Large values make the other figures doubtful."
        case .held: "Waiting for an earlier response of its session, a token, its connection or the rate limit."
        case .connect: "DNS, TCP and TLS, when a new connection was needed."
        }
    }
}

extension SoakFinding {
    /// The estimates behind the verdict that its sentence does not already contain: `+112 MiB per hour (90% interval
    /// +100 MiB to +124 MiB)`, `+2.00 MiB over the run`, `+170 B per request`, `p < 0.001`.
    var figures: [String] {
        var figures: [String] = []
        if let ratePerHour, isEstimate, !mentions(ratePerHour), !isFarFetched {
            var figure = "\(signed(ratePerHour)) per hour"
            if let low = ratePerHourLow, let high = ratePerHourHigh {
                figure += " (90% interval \(signed(low)) to \(signed(high)))"
            }
            figures.append(figure)
        }
        if let change, isEstimate, !mentions(change) { figures.append("\(signed(change)) over the run") }
        if let bytesPerRequest, !mentions(bytesPerRequest) { figures.append("\(signed(bytesPerRequest)) per request") }
        if let pValue { figures.append(pValue < 0.001 ? "p < 0.001" : "p = \(pValue.formatted(decimals: 3))") }
        if let probability, verdict == .growing {
            figures.append(probability > 0.999 ? "probability > 99.9%" : "probability \(Quantity.percent(probability))")
        }
        return figures
    }

    /// The figures on one line, marked as estimates if they are; p-values and probabilities are not estimates.
    var evidence: [String] {
        let certainty = (pValue == nil ? 0 : 1) + (probability == nil || verdict != .growing ? 0 : 1)
        let hasEstimates = figures.count > certainty
        return (hasEstimates ? ["estimated"] : []) + figures
    }

    /// Whether a change is worth a figure: chance alone causes some change, and a test that finds nothing has not
    /// measured it.
    private var isEstimate: Bool { verdict == .growing || probability == nil && (pValue ?? 0) < 0.5 }

    /// Whether an hourly rate of a latency extrapolates the observed change more than tenfold: seconds say nothing
    /// about hours.
    private var isFarFetched: Bool {
        guard isRatio, let ratePerHour, let change else { return false }
        return ratePerHour.magnitude > 10 * change.magnitude
    }

    /// Whether the sentence contains this figure, with as many digits or fewer.
    private func mentions(_ value: Double) -> Bool {
        let sentence = explanation.replacing(" %", with: "%")
        let short = (value.magnitude * 100).formatted(decimals: 1) + "%"
        return sentence.contains(amount(value.magnitude)) || (isRatio && sentence.contains(short))
    }

    private func signed(_ value: Double) -> String {
        let sign = value == 0 ? "±" : value < 0 ? "−" : "+"
        return sign + amount(value.magnitude)
    }

    /// A change in the unit of this finding: bytes of memory, a share of a latency or of requests, or a plain figure.
    private func amount(_ value: Double) -> String {
        switch kind {
        case .memory: Quantity.bytes.text(value)
        case .latency, .failures, .failureBurst: Quantity.percent(value)
        case .backlog: Quantity.duration(seconds: value)
        case .threads, .openFiles, .metric: Quantity.count.text(value)
        }
    }

    /// Whether it is about a latency or failures: a ratio.
    private var isRatio: Bool { kind.isRatio }
}

extension RunSummary {
    /// Findings that are shown individually: growth, and all memory.
    var chiefFindings: [SoakFinding] { self.soak.filter(\.isChief) }

    /// The other findings by kind: a table is enough for a hundred endpoints without drift.
    var otherFindings: [(kind: SoakKind, findings: [SoakFinding])] {
        var kinds: [(kind: SoakKind, findings: [SoakFinding])] = []
        for finding in self.soak where !finding.isChief {
            if let place = kinds.firstIndex(where: { $0.kind == finding.kind }) {
                kinds[place].findings.append(finding)
            } else {
                kinds.append((finding.kind, [finding]))
            }
        }
        return kinds
    }
}

extension SoakFinding {
    fileprivate var isChief: Bool { verdict == .growing || kind == .memory }
}

extension RunSeries.Metric {
    /// The quantity of its values.
    var quantity: Quantity {
        isInBytes ? .bytes : values.allSatisfy { $0 == $0.rounded() } ? .count : .processors
    }

    /// The shown figures: of a counter, which only grows, its growth per second.
    var figures: [Double] {
        guard isCounter else { return values }
        // The clocks of the two readings differ a little, so that a share can come out above one.
        return isShareOfTime ? perSecond.map { min($0, 1) } : perSecond
    }

    /// One of its figures with its unit; the title of a machine's series has the unit already.
    func text(_ figure: Double) -> String {
        guard isCounter else { return quantity.text(figure) }
        if isShareOfTime { return Quantity.percent(figure) }
        if isOfMachine { return Quantity.processors.text(figure) }
        return isInBytes ? Quantity.bytes.text(figure) + "/s" : Quantity.perSecond.text(figure)
    }

    /// The figures of a table's row: the first, the last, the mean, the smallest and the largest.
    var row: [String] {
        let figures = self.figures
        let mean = figures.isEmpty ? nil : figures.reduce(0, +) / Double(figures.count)
        return [figures.first, figures.last, mean, figures.min(), figures.max()].map { $0.map(text) ?? "–" }
    }

    /// The heads of the columns of ``row``.
    static let rowHead = ["first", "last", "mean", "min", "max"]
}

extension RunSummary {
    /// The rate after the ramp, if it differs from that of the whole run.
    var steadyRate: String? {
        guard let steadyThroughputRps = self.steadyThroughputRps else { return nil }
        let text = Quantity.perSecond.text(steadyThroughputRps)
        return text == Quantity.perSecond.text(self.throughputRps) ? nil : text
    }

    /// How long minting tokens took, and how long requests waited for them.
    var mintingRows: [(String, String, String)] {
        var rows: [(String, String, String)] = []
        if let minting = self.tokens.mintingMs {
            rows.append(
                (
                    "made in", Quantity.duration(seconds: minting.p50 / 1e3),
                    "half of them; 99 % in \(Quantity.duration(seconds: minting.p99 / 1e3))"
                ))
        }
        if let held = self.tokens.heldForMintingMs {
            rows.append(
                ("waited for", Quantity.duration(seconds: held.p99 / 1e3), "or less, by 99 % of the requests with them")
            )
        }
        return rows
    }

    /// The same in one line.
    var mintingText: String? {
        guard let minting = self.tokens.mintingMs else { return nil }
        let held =
            self.tokens.heldForMintingMs.map { ", held requests p99 \(Quantity.duration(seconds: $0.p99 / 1e3))" } ?? ""
        return "made in p99 \(Quantity.duration(seconds: minting.p99 / 1e3))" + held
    }

    /// The mean held time per request by cause, with its share of all held time; only causes that occurred.
    var heldShares: [(cause: String, time: String)] {
        let requests = self.requests
        guard let heldSeconds = self.heldSeconds, requests > 0, heldSeconds.total > 0 else { return [] }
        let shares = [
            ("an earlier response", heldSeconds.order), ("a token", heldSeconds.token),
            ("its connection", heldSeconds.connection), ("the rate limit", heldSeconds.rate),
            ("the previous session of its slot", heldSeconds.slot),
        ]
        return shares.filter { $0.1 > 0 }.map { cause, seconds in
            let mean = Quantity.duration(seconds: seconds / Double(requests))
            let isAll = seconds >= heldSeconds.total
            return (cause, isAll ? mean : "\(mean) (\(Quantity.percent(seconds / heldSeconds.total)))")
        }
    }
}

extension Fate {
    /// Its name in tables for readers; files have ``label``.
    public var words: String {
        switch self {
        case .missingBinding: "missing value"
        case .unexpectedStatus: "wrong status"
        default: label
        }
    }
}

extension [FailureCauseSummary] {
    /// Each row with its cause in words. Of the rows with the same root, only the first has the total number of
    /// failures that follow from it.
    var explained: [(cause: FailureCauseSummary, note: String?)] {
        var seen: Set<String> = []
        return map { cause in
            guard let root = cause.root, seen.insert(root).inserted else { return (cause, cause.cause) }
            return (cause, root)
        }
    }
}

extension FailureCauseSummary {
    /// `2 s`, `2 s … 58 s`.
    var seenText: String {
        let (first, last) = (Quantity.second(firstSeconds), Quantity.second(lastSeconds))
        return first == last ? first : "\(first) … \(last)"
    }
}

extension Apdex {
    /// `0.94`, with a mark if it is a lower bound.
    var text: String { (isLowerBound ? "≥ " : "") + score.formatted(decimals: 2) }

    /// `good: 940 within 500 ms, 60 within 2 s`.
    var explanation: String {
        "\(isLowerBound ? "at least " : "")\(rating): \(Quantity.percent(Double(satisfied) / Double(requests))) satisfied, "
            + "\(Quantity.percent(Double(tolerated) / Double(requests))) tolerated"
    }
}
