import Formats
import TestSupport
import Testing

@testable import ContentCodings

/// What is made of fields, marks, cut and damaged bodies and limits, in each coding, a line a case.
@Suite struct ExactCodingTests {
    @Test func codingsAreExact() throws {
        let entries = [Self.fields(), Self.marks(), try Self.bodies()]
        let differences = GoldenTable("codings.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func fields() -> GoldenTable.Entry {
        let values: [String?] = [
            nil, "", ",", "identity", "gzip", "GZIP", "x-gzip", "X-Gzip", "deflate", "br", "zstd", "compress", " gzip ",
            "\tgzip\t", "gzip,br", "gzip, identity, br", "gzip,,br", "gzip;q=1", "gzip,gzip,gzip,gzip",
            "gzip,gzip,gzip,gzip,gzip",
            "gzip,gzip,gzip,gzip,identity", "a,gzip",
        ]
        let lines = values.map { value in
            do throws(ContentCodingError) {
                let coding = try ContentCoding(fieldValue: value)
                return "\(value ?? "none"): \(coding.steps.map(\.rawValue)) '\(coding.fieldValue)' \(coding.isIdentity)"
            } catch { return "\(value ?? "none"): \(error)" }
        }
        return GoldenTable.Entry("fields", lines.joined(separator: "\n"))
    }

    private static func marks() -> GoldenTable.Entry {
        let bodies: [[UInt8]] = [
            [], [0x1f], [0x1f, 0x8b], [0x1f, 0x8b, 8], [0x1f, 0x8b, 9], [0x1f, 0x8a, 8], [0x28, 0xb5, 0x2f],
            [0x28, 0xb5, 0x2f, 0xfd], [0x28, 0xb5, 0x2f, 0xfc], [0x78, 0x9c], [0x78, 0x9d], [0x78], [0x08, 0x1d],
            [0x79, 0x9c], [0x18, 0x19], [0x58, 0x85],
        ]
        let lines = bodies.map { body in
            let bare = [
                ContentCoding([.deflate]), ContentCoding([.gzip, .deflate]), ContentCoding([.deflate, .gzip]),
            ].map { $0.inForm(of: body).isBareDeflate ? "1" : "0" }
            return
                "\(Hex.text(body)): \(ContentCoding.detected(in: body)?.fieldValue ?? "none") \(ContentCoding.Step(markOf: body)?.rawValue ?? "none") bare \(bare.joined())"
        }
        return GoldenTable.Entry(
            "marks",
            (lines + ContentCoding.Step.allCases.map { "\($0) begins with \(Hex.text($0.mark))" }).joined(
                separator: "\n"))
    }

    /// Bodies that are whole, cut at some places, damaged, followed by others, and at a limit.
    private static func bodies() throws -> GoldenTable.Entry {
        let text = Array(String(repeating: "abcdefgh, ", count: 30).utf8)
        var lines: [String] = []
        func shown(_ decoded: DecodedBody) -> String {
            let isPart = text.starts(with: decoded.bytes) || decoded.bytes.starts(with: text)
            return
                "\(decoded.bytes.count)\(isPart ? "" : " other") bytes, \(decoded.failure.map { "\($0)" } ?? "whole")"
        }
        var codings =
            ContentCoding.Step.allCases.map { ContentCoding([$0]) } + [
                ContentCoding([]), ContentCoding([.gzip, .zstd]),
            ]
        codings.append(ContentCoding([.deflate]).inForm(of: [1, 2]))
        for coding in codings {
            let name = coding.fieldValue + (coding.isBareDeflate ? " without a wrapper" : "")
            let body = try coding.encoded(text)
            lines.append("\(name): \(shown(coding.decodedPrefix(body)))")
            for limit in [0, 1, 299, 300, 301] {
                lines.append("\(name) up to \(limit): \(shown(coding.decodedPrefix(body, limit: limit)))")
            }
            let cut = coding.decodedPrefix(Array(body.dropLast()))
            lines.append("\(name) without its end: \(cut.failure.map { "\($0)" } ?? "whole")")
            lines.append("\(name) of one byte: \(shown(coding.decodedPrefix(Array(body.prefix(1)))))")
            lines.append("\(name) of nothing: \(shown(coding.decodedPrefix([])))")
            lines.append("\(name) twice: \(shown(coding.decodedPrefix(body + body)))")
            lines.append("\(name) and another byte: \(shown(coding.decodedPrefix(body + [7])))")
            lines.append("\(name) and the mark of gzip: \(shown(coding.decodedPrefix(body + [0x1f, 0x8b])))")
            lines.append("\(name) damaged: \(shown(coding.decodedPrefix([0xff, 0xff, 0xff, 0xff] + body)))")
            let thrown: ContentCodingError?
            do throws(ContentCodingError) {
                _ = try coding.decoded(body, limit: 299)
                thrown = nil
            } catch { thrown = error }
            lines.append("\(name) throws \(thrown.map { "\($0)" } ?? "nothing") past its limit")
            lines.append("\(name) of no content: \(shown(coding.decodedPrefix(try coding.encoded([]))))")
        }
        return GoldenTable.Entry("bodies", lines.joined(separator: "\n"))
    }
}
