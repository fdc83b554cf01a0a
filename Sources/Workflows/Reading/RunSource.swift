internal import Analysis
internal import HTTPWire
public import Measurement
public import SessionLog
public import Traffic

/// The input of a judgement or comparison: a run folder, or a session log, read as a run.
public struct RunSource {
    /// The folder or the log.
    public let path: String
    /// The parts that could not be read.
    public private(set) var damages: [String] = []
    /// The run.
    public let record: RunRecord

    /// A log without exchanges, which cannot be read as a run.
    public struct NoExchange: Error, Hashable, Sendable, CustomStringConvertible {
        /// The log.
        public var path: String

        /// One line for the user.
        public var description: String { "\(path) has no exchanges" }
    }

    /// Reads a run folder or a session log.
    ///
    /// - Parameters:
    ///   - rules: the user's endpoint templates for recorded traffic.
    ///   - key: the key of an encrypted log.
    /// - Throws: `RunFolderError`, `SessionLogError` and ``NoExchange``.
    public init(_ path: String, rules: EndpointRules = EndpointRules(), key: LogKey? = nil) throws {
        self.path = path
        if RunRecord.isFolder(path) {
            record = try RunRecord(folder: path)
            damages = record.damages
        } else {
            var log = RecordedLog(path: path, key: key, rules: rules)
            record = try log.run()
            damages = log.damages
        }
    }
}

/// Reads a session log as a run, in three passes: for the templates, the endpoints and the times.
private struct RecordedLog {
    /// The most separate endpoints; the rest share one.
    private static let endpointLimit = 10_000
    private static let other = "(other)"

    let path: String
    let key: LogKey?
    private(set) var damages: [String] = []
    private var templates: EndpointTemplates

    init(path: String, key: LogKey?, rules: EndpointRules) {
        self.path = path
        self.key = key
        templates = EndpointTemplates(rules: rules)
    }

    mutating func run() throws -> RunRecord {
        let earliest = try learn()
        let labels = try self.labels()
        let places = Dictionary(zip(labels, 0...), uniquingKeysWith: { first, _ in first })
        var run = RecordedRun(origin: earliest, endpoints: labels)
        var reader = try LogReader(LogSelection(paths: [path], key: key))
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            for record in batch.records {
                let label = self.label(RecordedLog.head(of: record, in: batch))
                run.add(RecordedRun.Item(record), endpoint: places[label] ?? labels.count - 1)
            }
        }
        let damagedPlaces = reader.statuses.reduce(0) { $0 + $1.damages.count }
        if damagedPlaces > 0 { damages = ["\(path) has \(damagedPlaces) damaged places"] }
        return run.finish()
    }

    /// Learns the templates.
    ///
    /// - Returns: when the first exchange began.
    private mutating func learn() throws -> CaptureTime {
        var earliest: CaptureTime?
        var reader = try LogReader(LogSelection(paths: [path], key: key))
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            for record in batch.records {
                if let head = RecordedLog.head(of: record, in: batch) { templates.learn(target: head.target) }
                earliest = min(earliest ?? record.began, record.began)
            }
        }
        guard let earliest else { throw RunSource.NoExchange(path: path) }
        templates.settle()
        return earliest
    }

    /// The endpoints, most requested first; the last one represents the rest.
    private func labels() throws -> [String] {
        var counts: [String: Int] = [:]
        var reader = try LogReader(LogSelection(paths: [path], key: key))
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            for record in batch.records {
                let label = self.label(RecordedLog.head(of: record, in: batch))
                if counts[label] != nil || counts.count < RecordedLog.endpointLimit { counts[label, default: 0] += 1 }
            }
        }
        let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        return ranked.filter { $0 != RecordedLog.other } + [RecordedLog.other]
    }

    private func label(_ head: RequestHead?) -> String {
        head.map { templates.endpoint(method: $0.method, target: $0.target).label } ?? RecordedLog.other
    }

    private static func head(of record: ExchangeBatch.Record, in batch: ExchangeBatch) -> RequestHead? {
        record.request.flatMap { RequestHead(Array(batch.bytes[$0.head.indices])) }
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
