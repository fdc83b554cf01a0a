import Formats
import TestSupport

typealias Bytes = UnsafeBufferPointer<UInt8>

/// The result of `body` for the bytes of `text`.
func withBytes<Result>(_ text: String, _ body: (Bytes) -> Result) -> Result {
    Array(text.utf8).withUnsafeBufferPointer(body)
}

/// A value, or `none`.
func shown<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }

/// The bytes of a range, in quotes, or `none`.
func shown(_ range: Range<Int>?, of bytes: Bytes) -> String { range.map { "'\(bytes[$0].readable)'" } ?? "none" }

/// The bytes for which `holds`, one by one.
func members(_ holds: (UInt8) -> Bool) -> String {
    (0...UInt8.max).filter(holds).map { "\($0)" }.joined(separator: " ")
}

/// All beginnings of a text.
func beginnings(_ text: String) -> [String] { (0...text.count).map { String(text.prefix($0)) } }

extension GoldenTable.Entry {
    /// A case of several lines.
    init(_ name: String, lines: [String]) { self.init(name, lines.joined(separator: "\n")) }
}
