/// A pattern for names: `*` stands for anything; case, and the marks that set words apart, do not count, so that
/// `api-key` is `apiKey` and `X_API_KEY` is found by `*api-key`.
struct NamePattern: Hashable, Sendable {
    private let parts: [[UInt8]]

    init(_ text: String) {
        parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map { NamePattern.normalised($0) }
    }

    /// Whether `name`, which is normalised, is meant.
    func matches(_ name: [UInt8]) -> Bool {
        var rest = name[...]
        guard let first = parts.first, rest.starts(with: first) else { return false }
        rest = rest.dropFirst(first.count)
        guard parts.count > 1, let last = parts.last else { return rest.isEmpty }
        for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
            guard let found = NamePattern.find(part, in: rest) else { return false }
            rest = rest[(found + part.count)...]
        }
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }

    /// `name` in lower case without the marks between words.
    static func normalised(_ name: some Sequence<UInt8>) -> [UInt8] {
        name.compactMap { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "["),
                UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "@"):
                nil
            default: byte.lowercased
            }
        }
    }

    private static func find(_ part: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= part.count else { return nil }
        return (bytes.startIndex...(bytes.endIndex - part.count)).first { bytes[$0...].starts(with: part) }
    }
}

/// A pattern for paths and media types: `*` stands for anything but a slash, `**` for anything.
struct GlobPattern: Hashable, Sendable {
    private let pattern: [UInt8]

    init(_ text: String) { pattern = Array(text.utf8) }

    func matches(_ text: some Collection<UInt8>) -> Bool { GlobPattern.matches(pattern[...], Array(text)[...]) }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        let star = UInt8(ascii: "*")
        var (pattern, text) = (pattern, text)
        while let first = pattern.first, first != star {
            guard text.first == first else { return false }
            pattern = pattern.dropFirst()
            text = text.dropFirst()
        }
        guard !pattern.isEmpty else { return text.isEmpty }
        let crosses = pattern.dropFirst().first == star
        pattern = pattern.drop { $0 == star }
        while true {
            if matches(pattern, text) { return true }
            guard let next = text.first, crosses || next != UInt8(ascii: "/") else { return false }
            text = text.dropFirst()
        }
    }
}
