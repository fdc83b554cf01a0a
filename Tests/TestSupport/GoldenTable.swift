import Foundation

/// The expected texts of a table of cases, in a file beside the tests: pinned as they were when they were last
/// reviewed.
///
/// A test that finds other texts fails and shows each. With `REPRISE_RECORD=1` in the environment, it writes the file
/// instead, and fails too: the changes are to be reviewed as a difference of the file.
public struct GoldenTable {
    private let path: String

    /// - Parameters:
    ///   - name: of the file, in the folder `Golden` beside the test.
    ///   - file: the test's file.
    public init(_ name: String, beside file: String = #filePath) {
        path = URL(filePath: file).deletingLastPathComponent().appending(path: "Golden/\(name)").path
    }

    /// A case and its text, which may have several lines.
    public struct Entry: Equatable, Sendable {
        /// Its name in the file.
        public let name: String
        /// What was found.
        public let text: String

        /// - Parameter name: one line, different from those of other cases.
        public init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The differences between `entries` and the file, one line each; empty if there are none.
    public func differences(from entries: [Entry]) -> [String] {
        if ProcessInfo.processInfo.environment["REPRISE_RECORD"] == "1" { return [record(entries)] }
        guard let stored = try? String(contentsOfFile: path, encoding: .utf8) else { return ["\(path) cannot be read"] }
        var expected = Dictionary(GoldenTable.parsed(stored).map { ($0.name, $0.text) }) { first, _ in first }
        var lines: [String] = []
        for entry in entries {
            guard let text = expected.removeValue(forKey: entry.name) else {
                lines.append("\(entry.name): not in the file, or twice in the table")
                continue
            }
            guard text != entry.text else { continue }
            let (wanted, found) = (text.split(separator: "\n", omittingEmptySubsequences: false), entry.lines)
            for index in 0..<max(wanted.count, found.count) {
                let pair = (wanted.at(index), found.at(index))
                if pair.0 != pair.1 {
                    lines.append("\(entry.name), line \(index + 1): expected \(pair.0), but it is \(pair.1)")
                }
            }
        }
        return lines + expected.keys.sorted().map { "\($0): in the file, but not in the table" }
    }

    private static let mark = "## "

    private func record(_ entries: [Entry]) -> String {
        var text = ""
        for entry in entries {
            text += "\(GoldenTable.mark)\(entry.name)\n"
            for line in entry.lines { text += "  \(line)\n" }
        }
        do {
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            return "\(path) cannot be written: \(error)"
        }
        return "\(path) is written; review its changes and run again without REPRISE_RECORD"
    }

    private static func parsed(_ text: String) -> [Entry] {
        var entries: [(name: Substring, lines: [Substring])] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix(mark) {
                entries.append((line.dropFirst(mark.count), []))
            } else if !entries.isEmpty {
                entries[entries.count - 1].lines.append(line.dropFirst(2))
            }
        }
        return entries.map { Entry(String($0.name), $0.lines.joined(separator: "\n")) }
    }
}

extension GoldenTable.Entry {
    fileprivate var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

extension [Substring] {
    /// The line at an index, in quotes.
    fileprivate func at(_ index: Int) -> String { indices.contains(index) ? "'\(self[index])'" : "nothing" }
}

extension Sequence<UInt8> {
    /// Readable in a golden file: UTF-8 with control characters and backslashes escaped, other bytes in hexadecimal.
    public var readable: String {
        var text = ""
        for scalar in String(decoding: Array(self), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{fffd}": text += "\\x"
            default: text += scalar.value < 0x20 || scalar.value == 0x7f ? "\\u{\(scalar.value)}" : String(scalar)
            }
        }
        return text
    }
}
