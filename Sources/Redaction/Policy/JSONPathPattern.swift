import Formats

/// Places in JSON: `$.user.email`, `$.items[*].card`, `$.list[0]`, `$..password`, `$['odd name'].*`.
struct JSONPathPattern: Hashable, Sendable {
    private enum Step: Hashable, Sendable {
        case member([UInt8])
        case element(Int)
        case anyMember
        case anyElement
        /// Any number of steps.
        case descent
    }

    private let steps: [Step]
    /// Maximum steps of a pattern: the reached states are the bits of one word.
    private static let longest = 62

    /// Parses `text`; nil if it is not a valid pattern.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "$"), !rest.isEmpty else { return nil }
        var steps: [Step] = []
        while let mark = rest.popFirst() {
            switch mark {
            case UInt8(ascii: "."):
                if rest.first == UInt8(ascii: ".") {
                    rest = rest.dropFirst()
                    steps.append(.descent)
                    if rest.first == UInt8(ascii: "[") { continue }
                }
                let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                guard !name.isEmpty else { return nil }
                steps.append(name.elementsEqual("*".utf8) ? .anyMember : .member(Array(name)))
                rest = rest.dropFirst(name.count)
            case UInt8(ascii: "["):
                guard let end = rest.firstIndex(of: UInt8(ascii: "]")), let step = Self.subscript(rest[..<end]) else {
                    return nil
                }
                steps.append(step)
                rest = rest[(end + 1)...]
            default: return nil
            }
        }
        guard steps.count <= JSONPathPattern.longest else { return nil }
        self.steps = steps
    }

    /// Whether the leaf at the end of `path` is selected, or is inside a selected value.
    ///
    /// Takes time proportional to the lengths of both: all possible states are followed in parallel.
    func matches(_ path: [JSONPath.Step]) -> Bool {
        var reached = opened(1)
        for place in path {
            var next: UInt64 = 0
            for (index, step) in steps.enumerated() where reached >> UInt64(index) & 1 == 1 {
                if step == .descent { next |= 1 << UInt64(index) }
                if JSONPathPattern.isMet(step, place) { next |= 1 << UInt64(index + 1) }
            }
            reached = opened(next)
            if reached >> UInt64(steps.count) & 1 == 1 { return true }
        }
        return false
    }

    /// Adds the states after descents, which may match zero steps.
    private func opened(_ reached: UInt64) -> UInt64 {
        var reached = reached
        for (index, step) in steps.enumerated() where step == .descent && reached >> UInt64(index) & 1 == 1 {
            reached |= 1 << UInt64(index + 1)
        }
        return reached
    }

    private static func `subscript`(_ text: ArraySlice<UInt8>) -> Step? {
        if text.elementsEqual("*".utf8) { return .anyElement }
        if let quote = text.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
            guard text.count >= 3, text.last == quote else { return nil }
            return .member(Array(text.dropFirst().dropLast()))
        }
        return Int(String(decoding: text, as: UTF8.self)).flatMap { $0 >= 0 ? .element($0) : nil }
    }

    private static func isMet(_ step: Step, _ place: JSONPath.Step) -> Bool {
        switch (step, place) {
        case (.member(let wanted), .member(let name)): wanted == name
        case (.element(let wanted), .element(let index)): wanted == index
        case (.anyMember, .member), (.anyElement, .element): true
        default: false
        }
    }
}
