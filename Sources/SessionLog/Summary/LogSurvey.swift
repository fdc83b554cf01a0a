import Credentials
import HTTPWire
public import Traffic

/// Reads a log once and counts its contents in bounded memory.
public struct LogSurvey {
    /// The maximum number of sessions listed.
    static let maximumSessions = 1_000_000
    private var summary = LogSummary()
    private let listsSessions: Bool
    private var endpoints: EndpointSurvey
    private var rate: RateSurvey
    private var sessions = NumberSet()
    private var connections = NumberSet()
    private var hosts = Tally(limit: 1000)
    private var statuses = Tally(limit: 1000)
    private var protocols = Tally(limit: 16)
    private var tokens = Tally(limit: 64)
    private var sessionRows: [UInt32: LogSummary.SessionRow] = [:]
    private var losses = LossSurvey()
    private var opaqueServers = Tally(limit: 1000)

    private init(from earliest: Int64, to latest: Int64, listsSessions: Bool, templates: EndpointTemplates) {
        endpoints = EndpointSurvey(templates: templates)
        rate = RateSurvey(from: earliest, to: latest)
        self.listsSessions = listsSessions
    }

    /// Surveys the logs of `selection`.
    ///
    /// - Parameters:
    ///   - filter: selects the exchanges to count.
    ///   - templates: the endpoints to count by.
    ///   - listsSessions: whether to list sessions, at most a million.
    ///   - progress: called after every block with the exchanges seen so far.
    /// - Returns: the summary, and the status of each log.
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version or is sealed with
    ///   another key.
    public static func summary(
        of selection: LogSelection, filter: ExchangeFilter = ExchangeFilter(),
        templates: EndpointTemplates = EndpointTemplates(), listsSessions: Bool = false,
        progress: (_ exchanges: UInt64) -> Void = { _ in }
    ) throws(SessionLogError) -> (summary: LogSummary, statuses: [LogStatus]) {
        var reader = try LogReader(selection)
        let span = reader.span
        var survey = LogSurvey(
            from: span?.lowerBound.nanoseconds ?? .max, to: span?.upperBound.nanoseconds ?? .min,
            listsSessions: listsSessions, templates: templates)
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            filter.apply(to: &batch)
            survey.add(batch)
            progress(survey.summary.exchanges)
        }
        survey.summary.fileBytes = reader.fileBytes
        survey.summary.ending = reader.statuses.map(\.ending).first { $0 != .whole } ?? .whole
        survey.summary.damagedPlaces = reader.statuses.reduce(0) { $0 + $1.damages.count }
        survey.summary.exchangesLostToDamage = reader.statuses.reduce(0) { $0 + $1.damages.lostExchanges }
        return (survey.finished(), reader.statuses)
    }

    private mutating func add(_ batch: ExchangeBatch) {
        for loss in batch.losses { losses.add(loss) }
        for server in batch.opaqueServers {
            opaqueServers.add(server.name.isEmpty ? "(no name)" : server.name, server.connections)
        }
        for index in batch.records.indices { add(batch.records[index], batch.bytes) }
    }

    private mutating func add(_ record: ExchangeBatch.Record, _ bytes: [UInt8]) {
        let began = record.began.nanoseconds
        let ended = record.ended
        summary.exchanges += 1
        summary.began = min(summary.began ?? began, began)
        summary.ended = max(summary.ended ?? ended, ended)
        if record.request?.isComplete == true, record.response?.isComplete == true { summary.completeExchanges += 1 }
        if record.request == nil { summary.missingRequests += 1 }
        if record.response == nil { summary.missingResponses += 1 }
        summary.requestBodyBytes &+= record.request?.bodyBytes ?? 0
        summary.responseBodyBytes &+= record.response?.bodyBytes ?? 0
        sessions.insert(record.session)
        connections.insert(record.connection)
        rate.add(began)
        if record.status > 0 { statuses.add(String(record.status)) }
        protocols.add("HTTP/\(record.version.label)" + (record.scheme == .https ? " over TLS" : ""))
        if listsSessions { addSession(record, began, ended) }
        let head = record.request.flatMap { RequestHead(Array(bytes[$0.head.indices])) }
        endpoints.add(record, head)
        guard let head else { return }
        // User information is not part of the host, and is secret.
        if let authority = head.authority { hosts.add(String(authority.split(separator: "@").last ?? "")) }
        for kind in CredentialKind.kinds(in: head.fields.lazy.map { ($0.name, $0.value) }) { tokens.add(kind.label) }
    }

    private mutating func addSession(_ record: ExchangeBatch.Record, _ began: Int64, _ ended: Int64) {
        guard sessionRows.count < LogSurvey.maximumSessions || sessionRows[record.session] != nil else { return }
        var row =
            sessionRows[record.session]
            ?? LogSummary.SessionRow(number: record.session, exchanges: 0, began: began, ended: ended, errors: 0)
        row.exchanges += 1
        row.began = min(row.began, began)
        row.ended = max(row.ended, ended)
        if record.status >= 400 { row.errors += 1 }
        sessionRows[record.session] = row
    }

    private mutating func finished() -> LogSummary {
        summary.sessions = sessions.count
        summary.connections = connections.count
        summary.serviceTimeMs = endpoints.all.times
        summary.endpoints = endpoints.rows
        summary.hosts = Array(hosts.counts.prefix(100))
        summary.statuses = statuses.counts.sorted { $0.name < $1.name }
        summary.protocols = protocols.counts
        summary.tokens = tokens.counts
        summary.rate = summary.exchanges > 0 ? rate.summary : nil
        summary.losses = losses.total.counts
        summary.anomalies = losses.total.anomalies
        summary.lossesBySecond = losses.rows
        summary.opaqueServers = Array(opaqueServers.counts.prefix(100))
        summary.secondsWithLosses = losses.secondCount
        // The counts in a log may be any numbers.
        let known = [summary.exchanges, summary.exchangesLostToDamage, losses.total.unparsedMessages]
            .reduce(0) { $0 + Double($1) }
        if known > 0 { summary.completenessRatio = Double(summary.completeExchanges) / known }
        if listsSessions { summary.sessionList = sessionRows.values.sorted { $0.number < $1.number } }
        return summary
    }
}
