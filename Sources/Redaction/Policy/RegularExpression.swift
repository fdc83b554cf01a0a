/// A POSIX extended regular expression over bytes, with `\d`, `\w` and `\s`, matched in linear time.
///
/// All possible states are followed in parallel (Thompson, "Regular Expression Search Algorithm", CACM 1968), so that
/// the cost per byte is at most the length of the expression, which is at most ``ExpressionProgram/longest`` steps.
/// There are no back-references. A match is at most ``longestMatch`` bytes long.
struct RegularExpression: Sendable {
    /// Maximum bytes of a match, which bounds the bytes that are examined again after each match.
    static let longestMatch = 1024

    private let program: ExpressionProgram

    /// - Throws: if `pattern` is invalid, too long, nested too deep or has too many repetitions.
    init(_ pattern: String) throws(PolicyMistake) {
        program = try ExpressionProgram(pattern)
    }

    /// Calls `body` with each match in `range`: its first group, or the whole match if there is no group. Of several
    /// matches at one position, the longest is used.
    func forEachMatch(in bytes: Bytes, _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var search = Search(program: program, bytes: bytes, end: range.upperBound)
        var start = range.lowerBound
        while start < range.upperBound, let match = search.match(from: start) {
            let found = match.group ?? match.range
            if !found.isEmpty { body(found) }
            start = max(match.range.upperBound, match.range.lowerBound + 1)
        }
    }

    private struct Match {
        var range: Range<Int>
        var group: Range<Int>?
    }

    /// A state of the program that may lead to a match.
    private struct Thread {
        var step: Int
        var start: Int
        var groupStart: Int
        var groupEnd: Int
    }

    private struct Search {
        let program: ExpressionProgram
        let bytes: Bytes
        let end: Int
        private var threads: [Thread] = []
        private var next: [Thread] = []
        private var pending: [Thread] = []
        /// When a step was last reached, so that it is followed once per byte.
        private var reached: [Int]
        private var generation = 0

        init(program: ExpressionProgram, bytes: Bytes, end: Int) {
            self.program = program
            self.bytes = bytes
            self.end = end
            reached = Array(repeating: 0, count: program.steps.count)
        }

        mutating func match(from start: Int) -> Match? {
            threads.removeAll(keepingCapacity: true)
            var best: Match?
            var index = start
            generation += 1
            while index <= end {
                if threads.isEmpty {
                    if best != nil { return best }
                    if let firsts = program.firstBytes {
                        while index < end, !firsts.contains(bytes[index]) { index += 1 }
                        if index == end { return nil }
                    }
                }
                if best == nil {
                    add(Thread(step: 0, start: index, groupStart: -1, groupEnd: -1), at: index, isNext: false)
                }
                generation += 1
                next.removeAll(keepingCapacity: true)
                for thread in threads {
                    if let best, thread.start > best.range.lowerBound { continue }
                    switch program.steps[thread.step] {
                    case .match:
                        let isLonger =
                            best.map { index > $0.range.upperBound || thread.start < $0.range.lowerBound } ?? true
                        if isLonger {
                            best = Match(
                                range: thread.start..<index,
                                group: thread.groupEnd >= 0 ? thread.groupStart..<thread.groupEnd : nil)
                        }
                    case .bytes(let set):
                        if index < end, set.contains(bytes[index]), index - thread.start < longestMatch {
                            var thread = thread
                            thread.step += 1
                            add(thread, at: index + 1, isNext: true)
                        }
                    default: break
                    }
                }
                swap(&threads, &next)
                index += 1
            }
            return best
        }

        /// Adds the steps reachable from `thread` without consuming a byte.
        private mutating func add(_ thread: Thread, at index: Int, isNext: Bool) {
            pending.append(thread)
            while var thread = pending.popLast() {
                guard reached[thread.step] != generation else { continue }
                reached[thread.step] = generation
                switch program.steps[thread.step] {
                case .bytes, .match:
                    if isNext { next.append(thread) } else { threads.append(thread) }
                case .either(let first, let second):
                    var other = thread
                    other.step = second
                    pending.append(other)
                    thread.step = first
                    pending.append(thread)
                case .jump(let step):
                    thread.step = step
                    pending.append(thread)
                case .groupStart:
                    thread.groupStart = index
                    thread.step += 1
                    pending.append(thread)
                case .groupEnd:
                    thread.groupEnd = index
                    thread.step += 1
                    pending.append(thread)
                case .start:
                    guard index == 0 else { continue }
                    thread.step += 1
                    pending.append(thread)
                case .end:
                    guard index == bytes.count else { continue }
                    thread.step += 1
                    pending.append(thread)
                }
            }
        }
    }
}
