import Formats
public import Plan
public import SessionLog
import Traffic

/// The numbers of the recorded exchanges behind a plan's requests.
extension ReplayPlan {
    /// Reads the logs once more and looks up the number of each request's exchange, as `inspect --list` shows it.
    ///
    /// Takes about 50 bytes per recorded request, less than the plan itself.
    ///
    /// - Parameter selection: the selection of the logs that the plan was made of.
    /// - Returns: the numbers by script and request; 0 if a request was not recorded, or its exchange is not selected.
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version or is sealed with
    ///   another key.
    public func exchangeNumbers(in selection: LogSelection) throws(SessionLogError) -> [[UInt64]] {
        var exchanges = try NumberedExchanges(selection)
        let wanted = recordedRequests
        // How many of the requests that are alike from each position on have a number.
        var found = [UInt32](repeating: 0, count: wanted.count)
        var numbers = scripts.map { [UInt64](repeating: 0, count: $0.requests.count) }
        while let next = try exchanges.next() {
            let exchange = next.exchange
            let key = RecordedRequest.Key(
                beganNs: exchange.began.nanoseconds, session: exchange.session,
                status: exchange.response == nil ? nil : exchange.status)
            let first = RecordedRequest.first(of: key, in: wanted)
            guard first < wanted.count, wanted[first].key == key else { continue }
            let place = first + Int(found[first])
            guard place < wanted.count, wanted[place].key == key else { continue }
            found[first] += 1
            numbers[Int(wanted[place].script)][Int(wanted[place].request)] = next.number
        }
        return numbers
    }

    /// The requests that were recorded, in order of their start.
    private var recordedRequests: [RecordedRequest] {
        scripts.indices.flatMap { script in
            scripts[script].requests.indices.compactMap { RecordedRequest(scripts, script: script, request: $0) }
        }.sorted { ($0.key, $0.script, $0.request) < ($1.key, $1.script, $1.request) }
    }
}

/// A request of a plan with what identifies its exchange in a log.
private struct RecordedRequest {
    /// Several exchanges of a session may begin at the same time: in files of other tools, times are in milliseconds.
    /// Those with the same status are told apart by their order.
    struct Key: Comparable {
        var beganNs: Int64
        var session: UInt32
        var status: UInt16?

        static func < (left: Key, right: Key) -> Bool {
            (left.beganNs, left.session, left.status ?? 0) < (right.beganNs, right.session, right.status ?? 0)
        }
    }

    var key: Key
    var script: UInt32
    var request: UInt32

    /// The first position in sorted requests whose key is not less than `key`.
    static func first(of key: Key, in sorted: [RecordedRequest]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    init?(_ scripts: [SessionScript], script: Int, request: Int) {
        let own = scripts[script].requests[request]
        guard let recorded = own.recorded else { return nil }
        key = Key(beganNs: recorded.began.nanoseconds, session: recorded.session, status: own.expectedStatus)
        (self.script, self.request) = (UInt32(script), UInt32(request))
    }
}
