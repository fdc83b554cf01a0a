import Formats

/// Status codes, as written by users: `404`, `5xx`, `200-299`, `none`.
public struct StatusPattern: Hashable, Sendable {
    /// nil for exchanges without a response.
    private let codes: ClosedRange<UInt16>?

    /// Parses a pattern of status codes.
    ///
    /// - Returns: nil if `text` does not name codes between 100 and 999.
    public init?(text: String) {
        let text = text.lowercased()
        if text == "none" {
            codes = nil
        } else if text.utf8.count == 3, text.hasSuffix("xx"), let family = UInt16(text.prefix(1)), family > 0 {
            codes = family * 100...family * 100 + 99
        } else {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            guard parts.count <= 2, let first = parts[0], let last = parts[parts.count - 1], first <= last,
                (100...999).contains(first), (100...999).contains(last)
            else { return nil }
            codes = first...last
        }
    }

    /// Whether `status` matches; nil means that there was no response.
    public func matches(_ status: UInt16?) -> Bool {
        guard let status else { return codes == nil }
        return codes?.contains(status) ?? false
    }
}

/// A sample of the sessions, always the same for the same share and seed.
public struct SessionSample: Hashable, Sendable {
    private let threshold: UInt64
    private let seed: UInt64

    /// A sample of the sessions.
    ///
    /// - Parameters:
    ///   - share: the share of all sessions, above 0 and up to 1.
    ///   - seed: different seeds select different sessions.
    /// - Returns: nil if `share` is out of range.
    public init?(share: Double, seed: UInt64 = 1) {
        guard share > 0, share <= 1 else { return nil }
        threshold = share == 1 ? .max : UInt64(share * 0x1p64)
        self.seed = seed
    }

    /// Whether the session with this number is in the sample.
    public func includes(_ session: UInt32) -> Bool {
        // Adjacent numbers are selected independently.
        var random = SplitMix64(seed: UInt64(session) &+ seed &* 0xbf58_476d_1ce4_e5b9)
        let mixed = random.next()
        return threshold == .max || mixed < threshold
    }
}
