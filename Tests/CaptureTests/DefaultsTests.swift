import TestSupport
import Testing

@testable import Capture

/// The limits and options of a user who sets none.
@Suite struct DefaultsTests {
    @Test func defaultsAreThoseThatAreDocumented() throws {
        let lines = fieldLines(CaptureOptions())
        let entry = GoldenTable.Entry("defaults", lines.joined(separator: "\n"))
        let differences = GoldenTable("defaults.txt").differences(from: [entry])
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
}
