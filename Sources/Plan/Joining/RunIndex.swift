import Traffic

/// The distinctive runs that the requests of a recording send, and the responses that gave them before.
///
/// A run that a request sent before any response had it is the client's own and links nothing.
struct RunIndex {
    /// The most sessions recorded as senders or givers of one run.
    static let sessionLimit = 64

    /// A session that sends or gives a run, and when it first does.
    struct Mention {
        var session: Int
        /// When the request began, or the response ended, in nanoseconds since the epoch.
        var timeNs: Int64
        /// The session's exchange that did.
        var exchange: Int
    }

    /// A run that some request sends.
    struct Run {
        /// The hash by ``DistinctiveRuns``.
        var hash: UInt64
        var senders: [Mention]
        /// Sessions whose responses gave it before they sent it themselves.
        var givers: [Mention] = []
        /// Whether a response had it before any request did.
        var isServers = false
        /// When a request sent it first.
        var firstSentNs: Int64
        /// Whether it occurs where a request identifies its sender.
        var isCredential = false
        /// Whether it is a whole path with a number in it: `/jobs/17`.
        var isPath = false
    }

    /// A credential of a session, and the authority it is sent to.
    struct Credential: Hashable {
        var run: Int
        var authority: UInt64
    }

    private(set) var runs: [Run] = []
    /// For each session, the credentials that its requests carry, and when each is first carried.
    private(set) var credentials: [[Credential: Int64]] = []
    private var numbers: [UInt64: Int] = [:]
    /// Whether some run is a path.
    private var hasPaths = false

    /// Reads all requests of `sessions`, then all responses.
    init(_ sessions: [RecordedSession]) {
        for (index, session) in sessions.enumerated() { readRequests(of: session, index) }
        let sent = HashFilter(numbers.keys)
        for (index, session) in sessions.enumerated() { readResponses(of: session, index, sent) }
    }

    private mutating func readRequests(of session: RecordedSession, _ index: Int) {
        var carried: [Credential: Int64] = [:]
        // What a request repeats from the previous one adds nothing, unless it is sent to another service.
        var previous: (head: [UInt8], authority: UInt64) = ([], 0)
        for (number, exchange) in session.exchanges.enumerated() {
            guard let request = exchange.request else { continue }
            let mention = Mention(session: index, timeNs: exchange.began.nanoseconds, exchange: number)
            // A session that continues another's work asks for the path first.
            if number == 0, let path = GivenPaths.hash(of: request) {
                runs[noteSent(path, mention)].isPath = true
                hasPaths = true
            }
            let authority = ExchangeRuns.authority(of: request)
            ExchangeRuns.each(of: request, after: previous.authority == authority ? previous.head : []) { hash, role in
                let run = noteSent(hash, mention)
                guard role == .credential else { return }
                runs[run].isCredential = true
                let credential = Credential(run: run, authority: authority)
                if carried[credential] == nil { carried[credential] = mention.timeNs }
            }
            previous = (request.head, authority)
        }
        credentials.append(carried)
    }

    /// - Returns: the index of the run.
    private mutating func noteSent(_ hash: UInt64, _ mention: Mention) -> Int {
        guard let number = numbers[hash] else {
            numbers[hash] = runs.count
            runs.append(Run(hash: hash, senders: [mention], firstSentNs: mention.timeNs))
            return runs.count - 1
        }
        runs[number].firstSentNs = min(runs[number].firstSentNs, mention.timeNs)
        RunIndex.note(mention, in: &runs[number].senders)
        return number
    }

    private mutating func readResponses(of session: RecordedSession, _ index: Int, _ sent: HashFilter) {
        for (number, exchange) in session.exchanges.enumerated() {
            guard let response = exchange.response else { continue }
            let beganNs = exchange.began.nanoseconds
            let mention = Mention(session: index, timeNs: exchange.ended.nanoseconds, exchange: number)
            func note(_ hash: UInt64) {
                guard let run = numbers[hash] else { return }
                if runs[run].firstSentNs > beganNs { runs[run].isServers = true }
                let isEcho = runs[run].senders.contains { $0.session == index && $0.timeNs <= beganNs }
                if !isEcho { RunIndex.note(mention, in: &runs[run].givers) }
            }
            ExchangeRuns.each(of: response, wanted: sent, note)
            if hasPaths { GivenPaths.each(of: exchange, note) }
        }
    }

    /// Adds `mention`; a session is listed once, with its earliest time.
    private static func note(_ mention: Mention, in mentions: inout [Mention]) {
        // Most mentions belong to the session that was added last.
        if let last = mentions.indices.last, mentions[last].session == mention.session {
            mentions[last].timeNs = min(mentions[last].timeNs, mention.timeNs)
        } else if mentions.count < sessionLimit {
            mentions.append(mention)
        }
    }
}

extension RunIndex {
    /// A request's use of a run that a response gave before.
    struct Use {
        var run: Int
        var session: Int
        var exchange: Int
        var sentNs: Int64
    }

    /// The uses that may link sessions: the first in each session of each run that a server gave, in sending order.
    func uses() -> [Use] {
        var uses: [Use] = []
        for (number, run) in runs.enumerated() where run.isServers {
            for sender in run.senders where run.givers.contains(where: { $0.timeNs <= sender.timeNs }) {
                uses.append(
                    Use(run: number, session: sender.session, exchange: sender.exchange, sentNs: sender.timeNs))
            }
        }
        return uses.sorted {
            ($0.sentNs, $0.session, $0.exchange, $0.run) < ($1.sentNs, $1.session, $1.exchange, $1.run)
        }
    }
}
