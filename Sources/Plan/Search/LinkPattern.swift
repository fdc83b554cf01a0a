import Formats

/// The pattern of a link: its path, with wildcards for the segments that are not names.
public struct LinkPattern: Hashable, Sendable {
    /// The path's segments; nil for a wildcard.
    let segments: [[UInt8]?]
    /// The query parameter that the link must have; nil for any query.
    let parameter: String?

    /// The pattern of the link in `range`, with wildcards for segment `open` and for segments with digits.
    init(_ page: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, open: Int?, parameter: String?) {
        segments = URLParts(page, range).segments(page).enumerated().map { index, segment in
            index == open || LinkPattern.isOpen(page, segment) ? nil : Array(page[segment])
        }
        self.parameter = parameter
    }

    init(segments: [[UInt8]?], parameter: String?) {
        self.segments = segments
        self.parameter = parameter
    }

    /// Whether the link in `range` of a page matches.
    func matches(_ page: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard page[range].contains(UInt8(ascii: "&")) else { return isForm(of: page, range) }
        return MarkupText.unescaped(page, range).withUnsafeBufferPointer { isForm(of: $0, 0..<$0.count) }
    }

    private func isForm(of page: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        let url = URLParts(page, range)
        let found = url.segments(page)
        guard found.count == segments.count else { return false }
        for (own, segment) in zip(segments, found) {
            if let own, !page[segment].elementsEqual(own) { return false }
        }
        guard let parameter else { return true }
        return ParameterList.value(of: parameter, in: page, url.query) != nil
    }

    private static func isOpen(_ page: UnsafeBufferPointer<UInt8>, _ segment: Range<Int>) -> Bool {
        segment.count > 40 || page[segment].contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension LinkPattern {
    /// A pattern as ``description`` writes it; nil for any other text.
    init?(text: String) {
        guard text.hasPrefix("/") else { return nil }
        let parts = text.dropFirst().split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        segments = parts[0].split(separator: "/", omittingEmptySubsequences: false).map {
            $0 == "*" ? nil : Array($0.utf8)
        }
        parameter = parts.count > 1 ? String(parts[1]) : nil
    }
}

extension LinkPattern: CustomStringConvertible {
    /// `/things/*/edit` or `/things?cursor`.
    public var description: String {
        let path = segments.map { segment in
            segment.map { String(decoding: $0, as: UTF8.self) } ?? "*"
        }
        return "/" + path.joined(separator: "/") + (parameter.map { "?\($0)" } ?? "")
    }
}
