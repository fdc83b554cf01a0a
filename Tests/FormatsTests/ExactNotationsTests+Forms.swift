import Formats
import TestSupport

extension ExactNotationsTests {
    static func parameters() -> GoldenTable.Entry {
        let texts = [
            "", "a", "a=b", "=b", "a=", "=", "a=b=c", "a=b&", "&a=b", "a&&b", " a = b & c ", "a=b&c", " ",
            "a=%41&%62=+x+",
            "\ta=b\t", "a;b=c; d=e", "b=1&b=2&%62=3",
        ]
        var lines: [String] = []
        for text in texts {
            withBytes(text) { bytes in
                let all = 0..<bytes.count
                for separator in [UInt8(ascii: "&"), UInt8(ascii: ";")] {
                    var pairs = ParameterList(bytes, all, separator: separator)
                    var found: [String] = []
                    while let pair = pairs.next() {
                        found.append("\(shown(pair.name, of: bytes))=\(shown(pair.value, of: bytes))")
                    }
                    lines.append("\(text.utf8.readable): \(found.joined(separator: " "))")
                }
                lines.append("value of b: \(ParameterList.value(of: "b", in: bytes, all)?.readable ?? "none")")
            }
        }
        let escapes = ["%", "%4", "%41", "%4g", "%g1", "%41%", "a+b", "%2B+", "%c3%A9", "x%7f ~"]
        for text in escapes {
            withBytes(text) { bytes in
                let all = 0..<bytes.count
                let written = ["xyz", " +&", "\u{7f}é~", "", "%\"<"].map {
                    PercentText.encoded(Array($0.utf8), like: bytes, all, plusIsSpace: true).readable
                        + " " + PercentText.encoded(Array($0.utf8), like: bytes, all, plusIsSpace: false).readable
                }
                lines.append(
                    "\(text): \(PercentText.decoded(bytes, all, plusIsSpace: true).readable)"
                        + " \(PercentText.decoded(bytes, all, plusIsSpace: false).readable), others like it "
                        + written.joined(separator: " "))
            }
        }
        let plain = members {
            PercentText.encoded([$0], like: Bytes(start: nil, count: 0), 0..<0, plusIsSpace: false) == [$0]
        }
        return GoldenTable.Entry("parameters", lines: lines + ["plain \(plain)"])
    }

    static func parts() -> GoldenTable.Entry {
        let field = "Content-Disposition: form-data; name=\"n\"\r\n\r\nv"
        let file =
            "content-disposition: form-data; name=f; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nx\r\ny"
        let texts = [
            "", "--b\r\n\(field)\r\n--b--\r\n", "--b\r\n\(field)\r\n--b\r\n\(file)\r\n--b--", "--b\n\(field)\n--b--",
            "--b\r\n\(field)", "--\r\n\(field)\r\n----", "b\r\n\(field)\r\nb--", "-b\r\n\(field)\r\n-b--",
            "--b \r\n\(field)\r\n--b --",
            "--b\r\n\r\nv\r\n--b--", "--b\r\nX: 1\r\n--b--", "--b\r\n--b--", "--b\r\n\r\n--b--",
            "--b\r\n\(field)\r\n--b\r\n",
            "--b\r\nContent-Disposition: form-data; filename*=UTF-8''a; name=\"\"\r\n\r\nv\r\n--b--",
            "--b\r\nContent-Disposition: name=\"\r\n\r\nv\r\n--b--", "--b\r\nContent-Disposition:\r\n\r\nv\r\n--b--",
            "--b\r\nContent-Disposition: x; filename=\"\"\r\n\r\n\n\n--b--",
            "--b",
        ]
        let lines = texts.map { text in
            withBytes(text) { bytes in
                var parts = MultipartParts(bytes)
                var found: [String] = []
                while let part = parts.next(), found.count < 9 {
                    found.append(
                        "name \(shown(part.name, of: bytes)) file \(shown(part.fileName, of: bytes)) \(part.isFile)"
                            + " head \(shown(part.head, of: bytes)) content \(shown(part.content, of: bytes))")
                }
                return "\(text.utf8.readable): \(found.joined(separator: "; "))"
            }
        }
        return GoldenTable.Entry("parts", lines: lines)
    }

    static func heads() -> GoldenTable.Entry {
        let texts = [
            "", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA: 1\r\nB:2\r\n\r\nC: 3\r\n", "GET /\nA: 1\n\nB: 2",
            ":status: 200\r\nA: 1\r\n",
            "G\r\nA: 1", "G\r\nA", "G\r\nA\r\nB: 1\r\n", "G\r\n A: 1\r\nB: 2\r\n", "G\r\nA: 1\r\n 2\r\n\t3\r\nB: 4\r\n",
            "G\r\nA: 1\r\n ",
            "G\r\nA :\t 1 \t\r\n", "G\r\n: 1\r\nB: 2\r\n", "G\r\nA:\r\n", "G\r\nA: 1\r\r\n", "G\r\n\nA: 1", "G",
            "\r\nA: 1", "A: 1:2\r\n",
        ]
        var lines: [String] = []
        for text in texts {
            withBytes(text) { bytes in
                for (kind, start) in [("head", HeadFields(bytes)), ("trailers", HeadFields(trailers: bytes))] {
                    var fields = start
                    var found: [String] = []
                    while let field = fields.next() {
                        found.append(
                            "\(shown(field.name, of: bytes)): \(shown(field.value, of: bytes))"
                                + (fields.isNamed(field, "a") ? " (a)" : ""))
                    }
                    lines.append(
                        "\(kind) \(text.utf8.readable): \(found.joined(separator: ", ")) end \(fields.position)")
                }
            }
        }
        return GoldenTable.Entry("heads", lines: lines)
    }

    static func urls() -> GoldenTable.Entry {
        let texts = [
            "", "/", "/a", "a", "/a/", "//a", "/a//b", "/a?b", "/a?", "?b", "/a#f", "#", "/a#f?b", "/a?b#f", "/a?b#f#g",
            "http://h",
            "http://h/", "http://h/a/b?c#d", "http://h?c", "http://", "http:/h", "http:h", "h:80", "/a:80//b",
            "/x/http://y",
            "http://h#f/a", "a/b://c", "http://u:p@h:8/a?b=/c",
        ]
        let lines = texts.map { text in
            withBytes(text) { bytes in
                let parts = URLParts(bytes, 0..<bytes.count)
                return "\(text): path \(shown(parts.path, of: bytes)) query \(shown(parts.query, of: bytes))"
                    + " fragment \(shown(parts.fragment, of: bytes)) segments "
                    + parts.segments(bytes).map { shown($0, of: bytes) }.joined(separator: " ")
            }
        }
        return GoldenTable.Entry("URLs", lines: lines)
    }

    /// Times and each of their beginnings and deviations.
    static func dates() -> GoldenTable.Entry {
        let whole = "2026-01-31T12:30:15.1234567891+01:30"
        let others = [
            "2026-02-28", "2026-02-29", "2024-02-29", "1900-02-29", "2000-02-29", "2026-00-10", "2026-13-10",
            "2026-12-31", "2026-04-31",
            "2026-01-00", "2026-01-32", "0000-01-01", "9999-12-31", "2026-01-31t12:30z", "2026-01-31 12:30Z",
            "2026-01-31_12:30",
            "2026-01-31T23:59:60Z", "2026-01-31T23:59:61Z", "2026-01-31T24:00", "2026-01-31T24:00:00",
            "2026-01-31T24:00:01",
            "2026-01-31T24:01", "2026-01-31T25:00", "2026-01-31T12:59", "2026-01-31T12:60", "2026-01-31T12:30:15,5",
            "2026-01-31T12:30.5",
            "2026-01-31T12:30-0130", "2026-01-31T12:30-01", "2026-01-31T12:30+23:59", "2026-01-31T12:30+24:00",
            "2026-01-31T12:30+01:60",
            "2026-01-31T12:30+01:3", "2026-01-31T12:30Zx", "2026-01-31T12:30+", "2026-01-31T1:30", "x026-01-31",
            "2026/01/31", "2026-1-31",
            "2262-04-11T23:47:16.854775807Z", "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:44Z",
            "1677-09-21T00:12:43Z",
        ]
        return GoldenTable.Entry(
            "dates",
            lines: (beginnings(whole) + others).map { text in
                guard let time = ISO8601(text) else { return "\(text): none" }
                return "\(text): \(time.secondsSinceEpoch) s \(time.nanosecond) ns\(time.hasTime ? ", time" : "")"
                    + "\(time.hasZone ? ", zone" : "") \(shown(time.nanosecondsSinceEpoch))"
            })
    }

    /// Days around the ends of months, years and centuries.
    static func days() -> GoldenTable.Entry {
        let numbers: [Int64] = [
            -719_529, -719_528, -719_469, -719_468, -719_467, -146_097, -25_509, -1, 0, 30, 31, 58, 59, 364, 365, 789,
            790, 10_956, 10_957,
            11_015, 11_016, 11_017, 19_782, 19_783, 47_540, 47_541, 2_932_896,
        ]
        var lines = numbers.map { number in
            let date = CivilDate(daysSinceEpoch: number)
            return "\(number): \(date.year)-\(date.month)-\(date.day) \(date.daysSinceEpoch)"
        }
        for seconds in [-86_401, -86_400, -1, 0, 1, 59, 60, 3599, 3600, 86_399, 86_400, 951_782_400] as [Int64] {
            let time = UTCDateTime(secondsSinceEpoch: seconds, nanosecond: 7_008_009)
            lines.append(
                "\(seconds) s: \(time.text) \(time.zonelessText) \(time.basicText) "
                    + [0, 1, 3, 6, 9].map(time.fractionText).joined(separator: " "))
        }
        for seconds in [-0.5, 0.99, 1e11, 99_999_999_999, -1e11, .infinity, .nan] as [Double] {
            lines.append("\(seconds): \(UTCDateTime(secondsSinceEpoch: seconds)?.text ?? "none")")
        }
        return GoldenTable.Entry("days", lines: lines)
    }

    static func cookieDates() -> GoldenTable.Entry {
        let texts = [
            "Wed, 21 Oct 2015 07:28:00 GMT", "21-Oct-69 7:28:0", "21-Oct-70 7:28:0", "21-Oct-99 7:28:0",
            "21-Oct-00 7:28:0",
            "21 Oct 100 7:28:0", "21 Oct 1600 7:28:0", "21 Oct 1601 7:28:0", "21 Oct 9999 7:28:0",
            "21 Oct 12345 7:28:0", "0 Oct 2015 1:1:1",
            "1 Oct 2015 1:1:1", "31 Oct 2015 1:1:1", "32 Oct 2015 1:1:1", "1 Oct 2015 23:59:59", "1 Oct 2015 24:0:0",
            "1 Oct 2015 1:60:0",
            "1 Oct 2015 1:0:60", "1 Oct 2015 1:0", "1 Oct 2015 1:0:0:0", "1 Oct 2015 123:0:0", "Oct 2015 1:1:1",
            "1 2015 1:1:1", "1 Oct 1:1:1",
            "1 Oct 2015", "1st October 2015th 1:1:1x", "1 Dezember 2015 1:1:1", "1 JAN 2015 1:1:1", "1 Feb 2015 1:1:1",
            "1 Mar 15 1:1:1",
            "1 Apr 15 1:1:1", "1 May 15 1:1:1", "1 Jun 15 1:1:1", "1 Jul 15 1:1:1", "1 Aug 15 1:1:1", "1 Sep 15 1:1:1",
            "1 Nov 15 1:1:1",
            "1:1:1 2:2:2 3 Dec 15 16",
        ]
        let between = members { byte in
            CookieDate.seconds(Array("1".utf8) + [byte] + Array("Oct 2015 1:1:1".utf8)) != nil
        }
        return GoldenTable.Entry(
            "cookie dates",
            lines: texts.map { "\($0): \(shown(CookieDate.seconds(Array($0.utf8))))" } + ["between words \(between)"])
    }
}
