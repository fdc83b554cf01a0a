/// A pause between requests: constant, or uniformly distributed between two bounds.
public struct ThinkTime: Hashable, Sendable {

    /// The shortest pause.
    public var shortest: Duration
    /// The longest pause, at least the shortest.
    public var longest: Duration

    /// Parses `2s` or `1s..3s`; nil for anything else.
    public init?(text: String) {
        guard let dots = text.firstRange(of: "..") else {
            guard let pause = Self.span(text[...]) else { return nil }
            (shortest, longest) = (pause, pause)
            return
        }
        guard let low = Self.span(text[..<dots.lowerBound]), let high = Self.span(text[dots.upperBound...]), low <= high
        else { return nil }
        (shortest, longest) = (low, high)
    }

    private static func span(_ text: Substring) -> Duration? {
        text == "0" ? .zero : Duration(text: String(text))
    }

    /// The mean pause.
    public var mean: Duration { (shortest + longest) / 2 }

    /// The pause in nanoseconds for uniformly distributed random bits.
    public func nanoseconds(random: UInt64) -> Int64 {
        let (low, high) = (shortest.wholeNanoseconds, longest.wholeNanoseconds)
        return low + Int64(random % UInt64(high - low + 1))
    }
}

extension ThinkTime: CustomStringConvertible {
    /// `2.0 s` or `1.0…3.0 s`.
    public var description: String {
        let (low, high) = (shortest / .seconds(1), longest / .seconds(1))
        return low == high ? "\(low) s" : "\(low)…\(high) s"
    }
}
