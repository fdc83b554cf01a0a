import Formats
public import Measurement
import Traffic

/// Failures with the same endpoint, expectation, response and cause: a row of the failure table.
public struct FailureCauseSummary: Codable, Hashable, Sendable {
    /// `POST /login`; `(other)` for failures beyond the table's limit.
    public var endpoint: String
    /// The recorded status; nil if there was none or it is unknown.
    public var expectedStatus: Int?
    /// The status received; nil without a response.
    public var receivedStatus: Int?
    /// The fate: `status`, `timeout`, `refused`, `binding`, ….
    public var kind: Fate
    /// The cause, if more is known than the fate: names only, no values.
    public var cause: String?
    /// The number of failures.
    public var count: Int
    /// When the first of them ended, in seconds since the run's start.
    public var firstSeconds: Double
    /// When the last of them ended, in seconds since the run's start.
    public var lastSeconds: Double
    /// An example, masked: the first line of what was sent, and that of the response; nil if no example was kept or
    /// nothing was sent.
    public var example: String?
    /// The number of the recorded exchange of the example, or of the first failure, as in `inspect --list`; nil if
    /// unknown.
    public var exchange: Int?
    /// The root of these failures in one sentence, with the total number that follow from it; nil if no root is known.
    /// Rows with the same root are listed together, after the root's own failures.
    public var root: String?

    /// See the properties for the meaning of each parameter.
    public init(
        endpoint: String, expectedStatus: Int? = nil, receivedStatus: Int? = nil, kind: Fate, cause: String? = nil,
        count: Int, firstSeconds: Double, lastSeconds: Double, example: String? = nil, exchange: Int? = nil,
        root: String? = nil
    ) {
        self.endpoint = endpoint
        self.expectedStatus = expectedStatus
        self.receivedStatus = receivedStatus
        self.kind = kind
        self.cause = cause
        self.count = count
        self.firstSeconds = firstSeconds
        self.lastSeconds = lastSeconds
        self.example = example
        self.exchange = exchange
        self.root = root
    }

    /// `200`; `–` if nothing was recorded.
    public var expectedText: String { expectedStatus.map(String.init) ?? "–" }

    /// `404`, `no response`, `not sent`.
    public var receivedText: String { FailureCauseSummary.receivedText(receivedStatus, kind) }

    /// The text for a received status; nil without a response.
    public static func receivedText(_ status: Int?, _ kind: Fate) -> String {
        status.map(String.init) ?? (kind == .missingBinding ? "not sent" : "no response")
    }

    /// `exchange 12: GET /items → HTTP/1.1 500`: what is known about one of the failures; nil if nothing is known.
    public var exampleText: String? {
        let parts = [exchange.map { "exchange \($0)" }, example].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }

    /// The cause as text; the fate's label if nothing more is known.
    public var causeText: String { cause ?? kind.label }
}

/// Builds the rows of the failure table.
struct FailureCauses {
    private let description: RunDescription
    private let table: FailureTable
    private let examples: [RequestExample]
    private let advisor: Advisor

    /// - Parameter advisor: knows the options that remedy missing values.
    init(of record: RunRecord, advisor: Advisor = .silent) {
        description = record.description
        table = record.failures
        examples = record.examples
        self.advisor = advisor
    }

    /// The rows, most failures first. Rows with the same root are grouped and sorted by their total, with the root's
    /// own failures first.
    var rows: [FailureCauseSummary] {
        var groups: [String: [FailureCauseSummary]] = [:]
        var alone: [[FailureCauseSummary]] = []
        let roots = self.roots
        for (key, count) in table.sorted {
            var row = row(key, count)
            guard let root = root(of: key) else {
                alone.append([row])
                continue
            }
            row.root = roots[root].map { "\(root): \($0)" } ?? root
            groups[root, default: []].append(row)
        }
        let sum = { (rows: [FailureCauseSummary]) in rows.reduce(into: 0) { $0.add($1.count) } }
        // The failures of a root's endpoint are their own cause, so they come before those that follow from them. If
        // one endpoint has several roots, they come before the group with most failures.
        let order = groups.sorted { (sum($1.value), $0.key) < (sum($0.value), $1.key) }.map(\.key)
        for root in order {
            guard let endpoint = rootEndpoints[root] else { continue }
            let own = alone.filter { $0[0].endpoint == endpoint }.flatMap { $0 }
            guard !own.isEmpty else { continue }
            alone.removeAll { $0[0].endpoint == endpoint }
            groups[root] = own + (groups[root] ?? [])
        }
        let blocks = alone + groups.sorted { $0.key < $1.key }.map(\.value)
        return blocks.enumerated()
            .sorted { (sum($1.element), $0.offset) < (sum($0.element), $1.offset) }.flatMap(\.element)
    }

    /// The root of failures whose cause is elsewhere.
    private func root(of key: FailureTable.Key) -> String? {
        guard key.fate == .missingBinding || key.fate == .recordedValue, let cause = key.cause else { return nil }
        return cause.text
    }

    /// The text for each root with the number of failures that follow from it, and with a hint if the root's own
    /// responses were as expected.
    private var roots: [String: String] {
        var unsent: [String: Int] = [:]
        var sent: [String: Int] = [:]
        for (key, count) in table.sorted {
            guard let root = root(of: key) else { continue }
            if key.status == 0 {
                unsent[root, default: 0].add(Int(clamping: count.count))
            } else {
                sent[root, default: 0].add(Int(clamping: count.count))
            }
        }
        let failing = Set(table.rows.keys.filter { root(of: $0) == nil }.map { label($0.endpoint) })
        return Dictionary(
            uniqueKeysWithValues: Set(unsent.keys).union(sent.keys).map { root in
                var parts: [String] = []
                if let count = unsent[root] {
                    parts.append(Plural.text(count, "later request was not sent", "later requests were not sent"))
                }
                if let count = sent[root] {
                    parts.append(
                        Plural.text(
                            count, "later request was sent with the recorded value",
                            "later requests were sent with the recorded value"))
                }
                let isFailing = rootEndpoints[root].map(failing.contains) ?? false
                let sentence = parts.joined(separator: ", ")
                return (root, isFailing ? sentence : advisor.adding(.fixBindings, to: sentence))
            })
    }

    private var rootEndpoints: [String: String] {
        var endpoints: [String: String] = [:]
        for (key, _) in table.sorted {
            guard let root = root(of: key), let endpoint = key.cause?.rootEndpoint else { continue }
            endpoints[root] = label(endpoint)
        }
        return endpoints
    }

    private func label(_ endpoint: Int) -> String {
        description.endpoints.indices.contains(endpoint) ? description.endpoints[endpoint] : "(other)"
    }

    private func row(_ key: FailureTable.Key, _ count: FailureTable.Count) -> FailureCauseSummary {
        let example = example(key)
        let exchange = example?.exchange ?? count.exchange
        return FailureCauseSummary(
            endpoint: label(key.endpoint), expectedStatus: key.expectedStatus == 0 ? nil : Int(key.expectedStatus),
            receivedStatus: key.status == 0 ? nil : Int(key.status), kind: key.fate, cause: key.cause?.text,
            count: Int(clamping: count.count), firstSeconds: Nanoseconds.inSeconds(count.firstNs),
            lastSeconds: Nanoseconds.inSeconds(count.lastNs), example: example.flatMap(firstLines),
            exchange: exchange.map { Int(clamping: $0) })
    }

    /// First lines of a matching example, preferably one with the same status. Requests that were not sent have none:
    /// an example would add nothing to the row's cause, and might have another cause.
    private func example(_ key: FailureTable.Key) -> RequestExample? {
        guard key.fate != .missingBinding else { return nil }
        let own = examples.filter { $0.kind == .failure(key.fate) && $0.endpoint == label(key.endpoint) }
        return own.first { $0.status == key.status } ?? own.first
    }

    /// The first line sent and the first one received.
    private func firstLines(of example: RequestExample) -> String? {
        let lines = [FailureCauses.withoutBasePath(example.sent), example.received].compactMap { text in
            text.split(whereSeparator: \.isNewline).first.map { $0.trimmingSuffix(while: \.isWhitespace) }
        }.filter { !$0.isEmpty }.map(String.init)
        guard !lines.isEmpty else { return nil }
        guard lines.count == 1, example.status == 0, case .failure(let fate) = example.kind else {
            return lines.joined(separator: " → ")
        }
        return lines[0] + " → no response (\(fate.label))"
    }

    /// `POST /login` of `POST {…}/login`: the placeholder is the path of the target, which is usually empty.
    private static func withoutBasePath(_ sent: String) -> String {
        guard let space = sent.firstIndex(of: " ") else { return sent }
        let target = sent[sent.index(after: space)...]
        return target.hasPrefix("{…}/") ? String(sent[...space] + target.dropFirst(3)) : sent
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}

extension Int {
    /// Adds with saturation.
    fileprivate mutating func add(_ other: Int) {
        let (sum, overflow) = addingReportingOverflow(other)
        self = overflow ? .max : sum
    }
}
