import Analysis
import FoundationEssentials
import HTTPWire
import Measurement
import SessionLog
import Traffic

/// What is judged or compared: a run folder, or a session log, read as a run.
struct RunSource {
    let path: String
    /// What of it could not be read.
    private(set) var damages: [String] = []
    let record: RunRecord

    /// - Parameter rules: endpoints of recorded traffic that a user named.
    init(_ path: String, rules: EndpointRules = EndpointRules()) throws {
        self.path = path
        if RunRecord.isFolder(path) {
            record = try RunRecord(folder: path)
            damages = record.damages
        } else {
            var log = RecordedLog(path: path, rules: rules)
            record = try log.run()
            damages = log.damages
        }
    }

    /// The endpoints that a file names; none without a file.
    static func rules(file: String?) throws -> EndpointRules {
        guard let file else { return EndpointRules() }
        guard let data = try? Data(contentsOf: URL(filePath: file)), data.count <= 1 << 20 else {
            throw CommandFailure("cannot read \(file)", .badInput)
        }
        do throws(EndpointRuleError) {
            return try EndpointRules(parsing: String(decoding: data, as: UTF8.self))
        } catch {
            throw CommandFailure("\(file): \(error)", .badInput)
        }
    }
}

/// A session log on its way to be read as a run: once for the templates, once for the endpoints, once for the times.
private struct RecordedLog {
    /// Endpoints told apart; the rest share one.
    private static let endpointLimit = 10_000
    private static let other = "(other)"

    let path: String
    private(set) var damages: [String] = []
    private var templates: EndpointTemplates

    init(path: String, rules: EndpointRules) {
        self.path = path
        templates = EndpointTemplates(rules: rules)
    }

    mutating func run() throws -> RunRecord {
        var earliest: CaptureTime?
        try forEach { record, head in
            if let head { templates.learn(target: head.target) }
            earliest = min(earliest ?? record.began, record.began)
        }
        guard let earliest else { throw CommandFailure("\(path) holds no exchange", .badInput) }
        var counts: [String: Int] = [:]
        try forEach { _, head in
            let label = label(head)
            if counts[label] != nil || counts.count < RecordedLog.endpointLimit { counts[label, default: 0] += 1 }
        }
        let labels = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key) + [RecordedLog.other]
        let places = Dictionary(zip(labels, 0...), uniquingKeysWith: { first, _ in first })
        var run = RecordedRun(origin: earliest, endpoints: labels)
        damages = try forEach { record, head in
            try run.add(RecordedRun.Item(record), endpoint: places[label(head)] ?? labels.count - 1)
        }
        return try run.finish()
    }

    private func label(_ head: RequestHead?) -> String {
        head.map { templates.endpoint(method: $0.method, target: $0.target).label } ?? RecordedLog.other
    }

    /// Goes through the log.
    ///
    /// - Returns: what could not be read.
    @discardableResult private func forEach(
        _ body: (ExchangeBatch.Record, RequestHead?) throws -> Void
    ) throws -> [String] {
        var reader = try SessionLogReader(path: path)
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            for record in batch.records {
                try body(record, record.request.flatMap { RequestHead(Array(batch.bytes[$0.head.indices])) })
            }
        }
        return reader.damages.isEmpty ? [] : ["\(path) has \(reader.damages.count) damaged places"]
    }
}

extension RecordedRun.Item {
    fileprivate init(_ record: ExchangeBatch.Record) {
        let response = record.response
        self.init(
            began: record.began, answered: response?.firstByte, ended: response?.lastByte, status: record.status,
            requestBytes: Int(clamping: record.request?.bodyBytes ?? 0),
            responseBytes: Int(clamping: response?.bodyBytes ?? 0))
    }
}
