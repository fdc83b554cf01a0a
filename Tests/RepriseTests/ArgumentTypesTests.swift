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

    @Test(arguments: [
        ("1h", RotationLimit.time(.seconds(3600)) as RotationLimit?), ("1GiB", .size(ByteCount(1 << 30))),
        ("10m", .time(.seconds(600))), ("10MB", .size(ByteCount(10_000_000))), ("1x", nil), ("", nil),
    ])
    func rotationLimits(_ text: String, _ limit: RotationLimit?) { #expect(RotationLimit(argument: text) == limit) }
}
