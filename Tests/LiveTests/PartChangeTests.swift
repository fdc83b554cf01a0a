import Testing

@testable import Live

struct PartChangeTests {
    @Test(
        "A change turns the old text into the new one",
        arguments: [
            ("", "", "nothing"), ("", "<p>a</p>", "a first text"), ("<p>a</p>", "", "a text that goes"),
            (#"<path d="M0 0">"#, #"<path d="M0 0 5 5">"#, "a line that grows"),
            (#"<path d="M0 1000L0 5Z">"#, #"<path d="M0 1000L0 5 1 6Z">"#, "an area: the middle grows"),
            (#"<a x="1" y="2">"#, #"<a x="1" y="3" z="4">"#, "another number of attributes"),
            (#"<a x="aaaa">"#, #"<a x="aaa">"#, "repeats: beginning and end must not overlap"),
            (#"<a x="héé">"#, #"<a x="hé">"#, "letters that UTF-16 and UTF-8 count differently"),
            (#"<a x="👍🏽 1">"#, #"<a x="👍 1">"#, "a surrogate pair is not cut"),
        ])
    func roundTrip(old: String, new: String, reason: String) {
        guard let change = PartChange.between(old, new) else {
            #expect(old == new, "a change is told: \(reason)")
            return
        }
        #expect(change.applied(to: old) == new, "\(reason)")
    }

    @Test("A line that grows by a point costs little, however long it is")
    func growth() throws {
        let points = (0..<400).map { "\($0) \($0 % 7)" }.joined(separator: " ")
        let change = try #require(PartChange.between("<path d=\"M\(points)\">", "<path d=\"M\(points) 400 3\">"))
        guard case .pieces(let pieces) = change else {
            Issue.record("the whole text is sent again")
            return
        }
        #expect(pieces.map(\.text) == [" 400 3"])
    }
}
