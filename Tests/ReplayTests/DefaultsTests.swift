import TestSupport
import Testing

@testable import Replay

/// The limits and options of a user who sets none.
@Suite struct DefaultsTests {
    @Test func defaultsAreThoseThatAreDocumented() throws {
        let lines = fieldLines(ReplayOptions(targets: try TargetMap([])), skipping: ["targets"])
        let entry = GoldenTable.Entry("defaults", lines.joined(separator: "\n"))
        let differences = GoldenTable("defaults.txt").differences(from: [entry])
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
}
