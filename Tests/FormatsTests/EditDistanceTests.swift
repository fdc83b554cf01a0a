import Formats
import Testing

struct EditDistanceTests {

    @Test(arguments: [
        ("", "", 0, "nothing to do"), ("", "abc", 3, "all is added"), ("abc", "", 3, "all is removed"),
        ("sesions", "sessions", 1, "a letter is missing"), ("GET /ordrs", "get /orders", 1, "case does not count"),
        ("reply", "replay", 1, "a letter is missing inside"), ("raet", "rate", 1, "neighbours are swapped"),
        ("kitten", "sitting", 3, "two replaced, one added"), ("ca", "abc", 3, "a swapped pair is not edited again"),
        ("p95", "p99", 1, "a digit is replaced"),
    ]) func countsTheEdits(left: String, right: String, distance: Int, reason: Comment) {
        #expect(EditDistance.between(left, right, longest: 64) == distance, reason)
        #expect(EditDistance.between(right, left, longest: 64) == distance, "the other way round")
    }

    @Test func looksAtTheBeginningOnly() {
        #expect(EditDistance.between("abcdef", "abcxyz", longest: 3) == 0)
    }
}
