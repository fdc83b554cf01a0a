import Formats
import Testing

@Suite struct NearestNameTests {
    @Test(
        arguments: [
            ("reply", "replay", "a letter is missing"), ("REPLAY", "replay", "case does not count"),
            ("erplay", "replay", "two letters swapped"), ("plan", "plan", "itself"),
            ("plans", "plan", "a letter too many"),
            ("zzzz", nil, "nothing is near"), ("", nil, "an empty name is near to none"),
            ("cut", "cut", "not another short name"),
        ] as [(String, String?, Comment)])
    func nearest(name: String, expected: String?, reason: Comment) {
        #expect(NearestName.of(name, among: ["capture", "replay", "plan", "cut", "report"]) == expected, reason)
    }

    @Test func theFirstOfEquallyNearNamesIsTaken() {
        #expect(NearestName.of("cat", among: ["cut", "cap"]) == "cut")
        #expect(NearestName.of("a", among: [String]()) == nil)
    }
}
