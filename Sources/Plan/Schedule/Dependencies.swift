import Formats

/// Which exchanges of a session had ended before each one began.
///
/// An exchange that saw no end holds nothing up. Times are in nanoseconds of any one origin.
struct Dependencies {
    /// For each exchange, indices of those before it that no other of them implies, ascending.
    private(set) var predecessors: [[Int]] = []
    /// For each exchange, when the latest of those before it ended; nil when there is none.
    private(set) var readyNs: [Int64?] = []
    /// For each exchange, when it ended, after its begin; nil when no end was seen.
    let ends: [Int64?]

    /// The most predecessors kept of one exchange; of more, those that ended last.
    static let limit = 256

    /// - Parameters:
    ///   - begins: when each exchange began, ascending.
    ///   - ends: when it ended; nil when no end was seen.
    init(begins: [Int64], ends: [Int64?]) {
        // An exchange without extent still ends after it begins: two of them at one instant must not wait for one another.
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
            // What ended before the latest of them began was already waited for by that one.
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
