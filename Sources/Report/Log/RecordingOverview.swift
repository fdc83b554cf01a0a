import Analysis
import Formats
public import SessionLog
import Traffic

/// Recorded traffic over time, collected exchange by exchange in bounded memory: rates, service times, and a timeline
/// of each session.
public struct RecordingOverview: Sendable {
    /// The number of time intervals.
    static let columnLimit = 240
    /// The most sessions that have a line: the first ones.
    static let laneLimit = 40
    /// The most exchanges drawn on these lines.
    static let spanLimit = 4000
    /// Rows of the heat map for each power of ten, from a hundredth of a millisecond to 1,000 s.
    private static let rowsPerDecade = 6
    private static let decades = -2...2

    /// How an exchange ended.
    enum Kind: Int, CaseIterable, Sendable {
        case answered
        case clientError
        case serverError
        case unanswered

        init(_ row: ListedExchange) {
            guard let status = row.status else {
                self = .unanswered
                return
            }
            let failedCall = row.grpcStatus ?? 0 != 0
            self = status >= 500 || failedCall ? .serverError : status >= 400 ? .clientError : .answered
        }

        /// The style class of the colour.
        var style: String {
            switch self {
            case .answered: "k-ok"
            case .clientError: "k-client"
            case .serverError: "k-server"
            case .unanswered: "k-none"
            }
        }
    }

    /// An exchange on its session's line.
    struct Span: Hashable, Sendable {
        /// Seconds since the recording's start.
        var from: Double
        var to: Double
        var kind: Kind
    }

    /// A session's line.
    struct Lane: Hashable, Sendable {
        var session: UInt32
        var exchanges = 0
        var spans: [Span] = []
    }

    struct Column: Hashable, Sendable {
        var requests = 0
        var errors = 0
        /// Responses by row.
        var times: [UInt64]
    }

    /// When the recording begins, in nanoseconds since 1970.
    let start: Int64
    /// Its duration, in seconds.
    let seconds: Double
    /// The length of a column, in whole seconds. Columns begin with whole seconds of the clock, as the rates of
    /// `inspect`, so that both have the same peak.
    let secondsPerColumn: Int
    /// The part of the first column that lies before the recording, in seconds.
    private let lead: Double
    private(set) var columns: [Column]
    private(set) var lanes: [Lane] = []
    private(set) var spans = 0
    /// Sessions without a line.
    private(set) var hiddenSessions: Set<UInt32> = []
    private var places: [UInt32: Int] = [:]

    private static let rows = rowsPerDecade * (decades.count + 2)

    /// An overview without exchanges.
    ///
    /// - Parameters:
    ///   - start: the start of the recording, in nanoseconds since 1970.
    ///   - end: when its last exchange began.
    public init(from start: Int64, to end: Int64) {
        self.start = start
        let length = end.subtractingClamped(start)
        seconds = max(Nanoseconds.inSeconds(length), 0.001)
        let part = start % Nanoseconds.perSecond
        lead = Nanoseconds.inSeconds(part < 0 ? part + Nanoseconds.perSecond : part)
        let whole = Int(lead + seconds) + 1
        secondsPerColumn = (whole + RecordingOverview.columnLimit - 1) / RecordingOverview.columnLimit
        let count = (whole + secondsPerColumn - 1) / secondsPerColumn
        columns = Array(
            repeating: Column(times: [UInt64](repeating: 0, count: RecordingOverview.rows)), count: count)
    }

    /// Adds an exchange.
    public mutating func add(_ row: ListedExchange) {
        let from = Nanoseconds.inSeconds(row.time.subtractingClamped(start))
        let kind = Kind(row)
        let place = Int(min(max((from + lead) / Double(secondsPerColumn), 0), Double(columns.count - 1)))
        columns[place].requests += 1
        if kind != .answered { columns[place].errors += 1 }
        if let ms = row.ms, ms >= 0 { columns[place].times[RecordingOverview.timeRow(ms)] += 1 }
        addSpan(row, from: from, kind)
    }

    private mutating func addSpan(_ row: ListedExchange, from: Double, _ kind: Kind) {
        guard let place = places[row.session] ?? newLane(row.session) else { return }
        lanes[place].exchanges += 1
        guard spans < RecordingOverview.spanLimit else { return }
        spans += 1
        lanes[place].spans.append(Span(from: from, to: from + max(0, row.ms ?? 0) / 1000, kind: kind))
    }

    private mutating func newLane(_ session: UInt32) -> Int? {
        guard lanes.count < RecordingOverview.laneLimit else {
            // Only their number is shown, and it is bounded.
            if hiddenSessions.count < 1_000_000 { hiddenSessions.insert(session) }
            return nil
        }
        lanes.append(Lane(session: session))
        places[session] = lanes.count - 1
        return lanes.count - 1
    }

    private static func timeRow(_ milliseconds: Double) -> Int {
        guard milliseconds > 0.01 else { return 0 }
        let row = Int((LogScale.log10(milliseconds) + 2) * Double(rowsPerDecade))
        return min(max(row, 0), rows - 1)
    }

    /// The service times as a heat map; nil if nothing was answered.
    var heat: ResponseHeatMap? {
        let used = (0..<RecordingOverview.rows).filter { row in columns.contains { $0.times[row] > 0 } }
        guard let first = used.first, let last = used.last else { return nil }
        let edges = (first...last + 1).map {
            LogScale.power10(Double($0) / Double(RecordingOverview.rowsPerDecade) - 2)
        }
        return ResponseHeatMap(
            edgesMs: edges,
            columns: columns.enumerated().map { index, column in
                .init(
                    from: begin(ofColumn: index), to: begin(ofColumn: index + 1),
                    counts: Array(column.times[first...last]))
            })
    }

    /// When a column begins, in seconds since the recording's start.
    private func begin(ofColumn index: Int) -> Double { max(0, Double(index * secondsPerColumn) - lead) }

    /// The end of the last column.
    var axisEnd: Double { begin(ofColumn: columns.count) }

    /// The rate of each column. The first and last columns are rarely whole; they are omitted if they would look like a
    /// drop.
    var requestRates: [ChartPoint] {
        let rates = columns.map { Double($0.requests) / Double(secondsPerColumn) }
        return rates.indices.map { index in
            let neighbour = index == 0 ? rates.dropFirst().first : index == rates.count - 1 ? rates[index - 1] : nil
            let isDrop = rates.count > 2 && neighbour.map { rates[index] < $0 } ?? false
            return ChartPoint(x: begin(ofColumn: index), y: isDrop ? nil : rates[index])
        }
    }

    /// The errors of each column.
    var errorCounts: [ChartPoint] {
        columns.enumerated().map { ChartPoint(x: begin(ofColumn: $0.offset), y: Double($0.element.errors)) }
    }
}
