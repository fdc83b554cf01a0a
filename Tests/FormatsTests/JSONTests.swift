import Testing

@testable import Formats

@Suite struct JSONTests {
    struct Walk: CustomTestStringConvertible {
        var reason: String
        var text: String
        var leaves: [String]
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Walk(
            reason: "members and elements", text: #"{"a":1,"b":[true,"x",{"c":null}]}"#,
            leaves: ["$.a=1", "$.b[0]=true", "$.b[1]=x", "$.b[2].c=null"]),
        Walk(reason: "blanks everywhere", text: " { \"a\" : [ 1 , 2 ] } ", leaves: ["$.a[0]=1", "$.a[1]=2"]),
        Walk(reason: "a scalar alone", text: "17", leaves: ["$=17"]),
        Walk(reason: "empty containers", text: #"{"a":{},"b":[],"c":""}"#, leaves: ["$.c="]),
        Walk(
            reason: "an escaped quote does not end a string", text: #"{"a":"x\"y","b":2}"#,
            leaves: [#"$.a=x\"y"#, "$.b=2"]),
        Walk(reason: "cut off in a string", text: #"{"a":1,"b":"xy"#, leaves: ["$.a=1"]),
        Walk(reason: "cut off after an escape", text: #"{"a":1,"b":"x\"#, leaves: ["$.a=1"]),
        Walk(reason: "a comma is missing", text: #"{"a":1 "b":2}"#, leaves: ["$.a=1"]),
        Walk(reason: "the wrong bracket", text: #"{"a":[1}"#, leaves: ["$.a[0]=1"]),
        Walk(reason: "nothing", text: "", leaves: []),
        Walk(reason: "no JSON", text: "<html>", leaves: []),
    ])
    func leavesAreFoundInOrder(walk: Walk) {
        let found = Array(walk.text.utf8).withUnsafeBufferPointer { bytes in
            var leaves = JSONLeaves(bytes)
            var found: [String] = []
            while let leaf = leaves.next() { found.append("\(leaves.path)=\(Array(bytes[leaf.range]).text)") }
            return found
        }
        #expect(found == walk.leaves)
    }

    @Test func depthIsBounded() {
        let text = String(repeating: "[", count: 100_000)
        let count = Array(text.utf8).withUnsafeBufferPointer { bytes in
            var leaves = JSONLeaves(bytes)
            return leaves.next() == nil
        }
        #expect(count)
    }

    struct Step: CustomTestStringConvertible {
        var reason: String
        var path: [JSONPath.Step]
        var text: String
        var value: String?
        var testDescription: String { reason }
    }

    static func member(_ name: String) -> JSONPath.Step { .member(Array(name.utf8)) }

    @Test(arguments: [
        Step(
            reason: "a member after others of every kind", path: [member("z")],
            text: #"{"a":{"z":1},"b":["z",{"z":2}],"c":"z\"","d":null,"z":"yes"}"#, value: "yes"),
        Step(reason: "a number as written", path: [member("n")], text: #"{"n":-1.50e3}"#, value: "-1.50e3"),
        Step(reason: "an element", path: [.element(1), member("id")], text: #"[{"id":1},{"id":2}]"#, value: "2"),
        Step(
            reason: "the last element of a shorter list", path: [.element(7), member("id")],
            text: #"[{"id":1},{"id":2}]"#,
            value: "2"),
        Step(reason: "an empty list has none", path: [.element(0)], text: "[]", value: nil),
        Step(reason: "true is no value", path: [member("a")], text: #"{"a":true}"#, value: nil),
        Step(reason: "an object is no value", path: [member("a")], text: #"{"a":{}}"#, value: nil),
        Step(
            reason: "escapes are resolved", path: [member("a")], text: #"{"a":"\u00e9\ud83d\ude00\/\n"}"#,
            value: "é😀/\n"),
        Step(
            reason: "a lone surrogate is replaced", path: [member("a")], text: #"{"a":"\ud83dx"}"#, value: "\u{fffd}x"),
        Step(reason: "an escaped name", path: [member("a/b")], text: #"{"a\/b":1}"#, value: "1"),
        Step(reason: "cut off before the value", path: [member("b")], text: #"{"a":1,"b":"#, value: nil),
        Step(reason: "not an object", path: [member("a")], text: "[1]", value: nil),
    ])
    func pathsAreFollowed(step: Step) {
        let found = Array(step.text.utf8).withUnsafeBufferPointer { JSONPath(step.path).value(in: $0) }
        #expect(found?.text == step.value)
    }

    @Test func everyLeafIsFoundAgainByItsPath() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<200 {
            let text = Array(JSONTests.randomValue(depth: 4, &random).utf8)
            text.withUnsafeBufferPointer { bytes in
                var leaves = JSONLeaves(bytes)
                while let leaf = leaves.next() {
                    guard leaf.isString || JSONLeaves.isNumber(bytes, leaf.range) else { continue }
                    let value = JSONText.unescaped(bytes, leaf.range)
                    #expect(leaves.path.value(in: bytes) == value, "\(text.text) \(leaves.path)")
                }
            }
        }
    }

    private static func randomValue(depth: Int, _ random: inout SplitMix64) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: return String(Int.random(in: -1000...1000, using: &random))
        case 1: return ["true", "false", "null"].randomElement(using: &random) ?? "null"
        case 2: return #""\u00e9\"x\\"# + String(Int.random(in: 0...9, using: &random)) + "\""
        case 3: return "\"" + String(repeating: "ab]}", count: Int.random(in: 0...3, using: &random)) + "\""
        case 4:
            let count = Int.random(in: 0...4, using: &random)
            return "[" + (0..<count).map { _ in randomValue(depth: depth - 1, &random) }.joined(separator: " , ") + "]"
        default:
            let count = Int.random(in: 0...4, using: &random)
            let members = (0..<count).map { "\"k\($0)\": " + randomValue(depth: depth - 1, &random) }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    @Test func randomBytesNeverLeaveTheText() {
        var random = SplitMix64(seed: 11)
        let alphabet = Array(#"{}[]",:\u0123ab "#.utf8)
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            text.withUnsafeBufferPointer { bytes in
                var leaves = JSONLeaves(bytes)
                while let leaf = leaves.next() {
                    #expect(leaf.range.upperBound <= bytes.count)
                    _ = JSONText.unescaped(bytes, leaf.range)
                    _ = leaves.path.value(in: bytes)
                }
            }
        }
    }
}
