import Formats

/// The exchanges of a session that had ended before each one began.
///
/// An exchange whose end was not seen blocks nothing. Times are in nanoseconds from any common origin.
struct Dependencies {
    /// For each exchange, the indices of its predecessors without those implied by others, ascending.
    private(set) var predecessors: [[Int]] = []
    /// For each exchange, when the last of its predecessors ended; nil when it has none.
    private(set) var readyNs: [Int64?] = []
    /// For each exchange, when it ended, later than it began; nil when no end was seen.
    let ends: [Int64?]

    /// The most predecessors kept per exchange; of more, those that ended last.
    static let limit = 256

    /// - Parameters:
    ///   - begins: when each exchange began, ascending.
    ///   - ends: when it ended; nil when no end was seen.
    init(begins: [Int64], ends: [Int64?]) {
        // A zero-length exchange is treated as ending after it begins: two of them at the same instant must not wait
        // for each other.
        let ends = zip(begins, ends).map { begin, end in end.map { max($0, begin.addingClamped(1)) } }
        self.ends = ends
        let spans = begins.indices.compactMap { index in
            ends[index].map { Span(index: index, begin: begins[index], end: $0) }
        }
        .sorted { $0.end < $1.end }
        var ended = 0
        var latestBegin = Int64.min
        for begin in begins {
            while ended < spans.count, spans[ended].end <= begin {
                latestBegin = max(latestBegin, spans[ended].begin)
                ended += 1
            }
            readyNs.append(ended > 0 ? spans[ended - 1].end : nil)
            // What ended before the latest of the ended exchanges began is already implied by that one.
            var own: [Int] = []
            var candidate = ended - 1
            while candidate >= 0, spans[candidate].end > latestBegin, own.count < Dependencies.limit {
                own.append(spans[candidate].index)
                candidate -= 1
            }
            predecessors.append(own.sorted())
        }
    }

    private struct Span {
        var index: Int
        var begin: Int64
        var end: Int64
    }
}
