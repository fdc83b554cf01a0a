import Formats

@testable import Plan

/// Sessions in which random values recur in random places and encodings.
enum RandomSession {
    static func make(_ random: inout SplitMix64) -> Recording {
        var recording = Recording()
        var values: [String] = ["bob@example.org"]
        let alphabets = ["0123456789", "abcdef0123456789", "ABCDabcd0123-_.~", "aB3/+= %\"\\é😀:@,;'"].map(Array.init)
        for _ in 0..<Int.random(in: 2...12, using: &random) {
            func pick() -> String { values[Int.random(in: 0..<values.count, using: &random)] }
            let alphabet = alphabets[Int.random(in: 0..<alphabets.count, using: &random)]
            let fresh = String(
                (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                })
            let target =
                "/p/\(percent(pick(), &random))/q?a=\(percent(pick(), &random))&b=\(percent(pick(), &random))&c"
            let body =
                Bool.random(using: &random)
                ? #"{"id":\#(json(pick(), &random)),"password":"x","user":"bob@example.org","n":[\#(json(pick(), &random)),1]}"#
                : "password=x&email=bob%40example.org&v=\(percent(pick(), &random))"
            let line = pick().filter { $0 != " " && $0.isASCII }
            recording.add(
                "POST", target, fields: ["X-One: v\(line)", "Cookie: a=\(line); b=1", "Referer: https://h\(target)"],
                body: body,
                type: body.hasPrefix("{") ? "application/json" : "application/x-www-form-urlencoded",
                answer: #"{"id":\#(json(fresh, &random))}"#)
            values.append(fresh)
        }
        return recording
    }

    private static func percent(_ value: String, _ random: inout SplitMix64) -> String {
        var style = PercentStyle.unreserved
        style.isLowercase = Bool.random(using: &random)
        style.spaceIsPlus = Bool.random(using: &random)
        if Bool.random(using: &random) { style.keep(UInt8(ascii: "@")) }
        var output: [UInt8] = []
        style.append(Array(value.utf8), to: &output)
        return output.text
    }

    private static func json(_ value: String, _ random: inout SplitMix64) -> String {
        let style = JSONStyle(
            escapesSlash: Bool.random(using: &random), escapesNonASCII: Bool.random(using: &random),
            isUppercase: Bool.random(using: &random))
        var output: [UInt8] = []
        style.append(Array(value.utf8), to: &output)
        return "\"" + output.text + "\""
    }
}
