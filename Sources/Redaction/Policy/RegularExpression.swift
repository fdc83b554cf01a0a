import Glibc

/// A POSIX extended regular expression over bytes, with `\d` for a digit besides the `\w` and `\s` of the C library.
///
/// Corresponds to `regcomp` and `regexec`, which any threads may use at once.
final class RegularExpression: @unchecked Sendable {
    // Written once, in init; the C library locks what searching changes.
    private var compiled = regex_t()

    /// - Throws: the library's own text when `pattern` is none.
    init(_ pattern: String) throws(PolicyMistake) {
        let code = regcomp(&compiled, RegularExpression.translated(pattern), REG_EXTENDED)
        guard code == 0 else {
            var text = [CChar](repeating: 0, count: 256)
            regerror(code, &compiled, &text, text.count)
            let end = text.firstIndex(of: 0) ?? 0
            let said = String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // A failed regcomp leaves nothing to free; an empty expression lets deinit do the same in either case.
            regcomp(&compiled, "x", REG_EXTENDED)
            throw PolicyMistake("is no regular expression: \(said)")
        }
    }

    deinit { regfree(&compiled) }

    /// Calls `body` with each match in `range`: its first group, or all of it when it has none.
    func forEachMatch(in bytes: Bytes, _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        guard let base = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self) else { return }
        var start = range.lowerBound
        var matches = (regmatch_t(), regmatch_t())
        while start < range.upperBound {
            matches.0 = regmatch_t(rm_so: 0, rm_eo: regoff_t(range.upperBound - start))
            let code = withUnsafeMutableBytes(of: &matches) { matches in
                regexec(
                    &compiled, base + start, 2, matches.bindMemory(to: regmatch_t.self).baseAddress,
                    REG_STARTEND | (start > 0 ? REG_NOTBOL : 0))
            }
            guard code == 0 else { return }
            let group = matches.1.rm_so >= 0 ? matches.1 : matches.0
            let found = (start + Int(group.rm_so))..<(start + Int(group.rm_eo))
            if !found.isEmpty { body(found) }
            start += max(Int(matches.0.rm_eo), Int(matches.0.rm_so) + 1)
        }
    }

    private static func translated(_ pattern: String) -> String {
        var output = ""
        var (isEscaped, isInBrackets) = (false, false)
        for character in pattern {
            if isEscaped {
                isEscaped = false
                if character == "d" {
                    output.removeLast()
                    output += isInBrackets ? "0-9" : "[0-9]"
                    continue
                }
            } else if character == "\\" {
                isEscaped = true
            } else if character == "[" {
                isInBrackets = true
            } else if character == "]" {
                isInBrackets = false
            }
            output.append(character)
        }
        return output
    }
}
