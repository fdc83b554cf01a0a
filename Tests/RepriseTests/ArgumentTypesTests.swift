import Testing
import Traffic

@testable import reprise

@Suite("Values on the command line")
struct ArgumentTypesTests {
    @Test("Durations and sizes on the command line show their defaults as a user writes them")
    func argumentTypes() {
        #expect(Duration.seconds(90).defaultValueDescription == "90s")
        #expect(Duration.seconds(7200).defaultValueDescription == "2h")
        #expect(Duration.zero.defaultValueDescription == "0s")
        #expect(ByteCount(64 << 10).defaultValueDescription == "64KiB")
        #expect(ByteCount(1000).defaultValueDescription == "1000")
        #expect(Duration(argument: "1h30m") == .seconds(5400))
        #expect(ByteCount(argument: "2GiB") == ByteCount(2 << 30))
        #expect(Duration(argument: "fast") == nil && ByteCount(argument: "-1") == nil)
    }
}
