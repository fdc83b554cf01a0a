import Formats

/// A kind of names that count as values if several of the kind are at the same place of a path.
enum SegmentGroup: Hashable, Sendable {
    /// Random names: `aZ3kQ9`.
    case random
    /// Words and numbers with a common pattern: `ORD-0` for `ORD-000123`.
    case pattern(String)
    /// Several words: `how-to-build-it`.
    case slug
    /// File names: `logo.svg`.
    case file

    /// The number of distinct names at a place from which they are values.
    var limit: Int {
        switch self {
        case .random, .pattern: 3
        case .slug, .file: 5
        }
    }

    /// The group of a segment; nil for an ordinary name.
    init?(_ shape: SegmentShape, _ segment: UnsafeBufferPointer<UInt8>) {
        switch shape {
        case .value: return nil
        case .random: self = .random
        case .numbered: self = .pattern(SegmentGroup.pattern(segment))
        case .name:
            if SegmentGroup.isSlug(segment) {
                self = .slug
            } else if SegmentGroup.isFile(segment) {
                self = .file
            } else {
                return nil
            }
        }
    }

    /// Whether `name` has mixed case beyond an initial capital, or digits, or could be hexadecimal.
    static func isMixed(_ name: String) -> Bool {
        if name.utf8.allSatisfy(SegmentShape.isHexadecimal) { return true }
        return name.utf8.dropFirst().contains { $0 &- 0x41 < 26 || $0 &- 0x30 < 10 }
            && name.utf8.contains { $0 &- 0x61 < 26 }
    }

    /// `segment` in lower case with a 0 for each number and for each run of alternating digits and letters.
    private static func pattern(_ segment: UnsafeBufferPointer<UInt8>) -> String {
        var pattern: [UInt8] = []
        for byte in segment {
            if ASCII.isDigit(byte) {
                if pattern.last != UInt8(ascii: "0") { pattern.append(UInt8(ascii: "0")) }
            } else {
                pattern.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
            }
        }
        return String(decoding: pattern, as: UTF8.self)
    }

    private static func isSlug(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard segment.count >= 12 else { return false }
        let marks = segment.count { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        return marks >= 2
    }

    private static func isFile(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let dot = segment.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return false }
        let kind = segment[(dot + 1)...]
        return (2...5).contains(kind.count) && kind.allSatisfy(ASCII.isAlphanumeric)
            && !programs.contains(String(decoding: kind, as: UTF8.self).lowercased())
    }

    /// Extensions of names that a service answers by running a program: `login.php`, `getUser.view`.
    private static let programs: Set<String> = [
        "asp", "aspx", "ashx", "asmx", "svc", "jsp", "jspx", "jsf", "do", "view", "php", "cgi", "fcgi", "pl", "cfm",
        "dll", "rest",
    ]
}
