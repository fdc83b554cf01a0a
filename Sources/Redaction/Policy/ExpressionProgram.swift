/// A set of byte values.
struct ByteSet: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    mutating func formUnion(_ other: ByteSet) {
        words.0 |= other.words.0
        words.1 |= other.words.1
        words.2 |= other.words.2
        words.3 |= other.words.3
    }

    var inverted: ByteSet {
        var set = self
        set.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return set
    }

    init(_ bytes: some Sequence<UInt8> = []) { for byte in bytes { insert(byte) } }

    init(where isMember: (UInt8) -> Bool) { for byte in 0...UInt8.max where isMember(byte) { insert(byte) } }

    static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// A compiled regular expression, as a list of steps.
struct ExpressionProgram: Sendable {
    /// Maximum number of steps, with all repetitions expanded.
    static let longest = 2000

    enum Step: Sendable {
        case bytes(ByteSet)
        case either(Int, Int)
        case jump(Int)
        case groupStart
        case groupEnd
        case start
        case end
        case match
    }

    private(set) var steps: [Step] = []
    /// The bytes a match can begin with; nil if it can be empty or begins with an anchor.
    private(set) var firstBytes: ByteSet?

    init(_ pattern: String) throws(PolicyMistake) {
        var parser = try ExpressionParser(pattern)
        let node = try parser.expression()
        guard node.size < ExpressionProgram.longest else {
            throw PolicyMistake("is too large: its repetitions expand to more than \(ExpressionProgram.longest) steps")
        }
        append(node)
        steps.append(.match)
        firstBytes = node.first
    }

    private mutating func append(_ node: ExpressionNode) {
        switch node {
        case .bytes(let set): steps.append(.bytes(set))
        case .start: steps.append(.start)
        case .end: steps.append(.end)
        case .sequence(let nodes): for node in nodes { append(node) }
        case .choice(let nodes):
            var jumps: [Int] = []
            for (index, node) in nodes.enumerated() {
                guard index < nodes.count - 1 else {
                    append(node)
                    break
                }
                let fork = steps.count
                steps.append(.either(fork + 1, 0))
                append(node)
                jumps.append(steps.count)
                steps.append(.jump(0))
                steps[fork] = .either(fork + 1, steps.count)
            }
            for jump in jumps { steps[jump] = .jump(steps.count) }
        case .group(let node, let isFirst):
            if isFirst { steps.append(.groupStart) }
            append(node)
            if isFirst { steps.append(.groupEnd) }
        case .repetition(let node, let least, let most):
            for _ in 0..<least { append(node) }
            guard let most else {
                let fork = steps.count
                steps.append(.either(fork + 1, 0))
                append(node)
                steps.append(.jump(fork))
                steps[fork] = .either(fork + 1, steps.count)
                return
            }
            var forks: [Int] = []
            for _ in least..<most {
                forks.append(steps.count)
                steps.append(.either(steps.count + 1, 0))
                append(node)
            }
            for fork in forks { steps[fork] = .either(fork + 1, steps.count) }
        }
    }
}

/// A part of a regular expression.
indirect enum ExpressionNode {
    case bytes(ByteSet)
    case start
    case end
    case sequence([ExpressionNode])
    case choice([ExpressionNode])
    /// A group; only the first one is reported.
    case group(ExpressionNode, isFirst: Bool)
    case repetition(ExpressionNode, least: Int, most: Int?)

    /// The number of steps, saturating.
    var size: Int {
        switch self {
        case .bytes, .start, .end: return 1
        case .sequence(let nodes): return ExpressionNode.sum(nodes.map(\.size))
        case .choice(let nodes): return ExpressionNode.sum(nodes.map { $0.size + 2 })
        case .group(let node, _): return node.size + 2
        case .repetition(let node, let least, let most):
            // Counts and sizes are bounded, so this cannot overflow.
            let optional = most.map { ($0 - least) * (node.size + 1) } ?? node.size + 2
            return min(least * node.size + optional, ExpressionProgram.longest)
        }
    }

    private static func sum(_ sizes: [Int]) -> Int { sizes.reduce(0) { min($0 + $1, ExpressionProgram.longest) } }

    /// The bytes it can begin with; nil if it can be empty or begins with an anchor.
    var first: ByteSet? {
        switch self {
        case .bytes(let set): return set
        case .start, .end: return nil
        case .sequence(let nodes):
            guard let first = nodes.first else { return nil }
            return first.first
        case .choice(let nodes):
            var all = ByteSet()
            for node in nodes {
                guard let first = node.first else { return nil }
                all.formUnion(first)
            }
            return all
        case .group(let node, _): return node.first
        case .repetition(let node, let least, _): return least > 0 ? node.first : nil
        }
    }
}
