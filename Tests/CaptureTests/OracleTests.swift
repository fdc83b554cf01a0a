import Capture
import Crypto
import Foundation
import HTTPWire
import Testing
import Traffic

private let capturesFolder = ProcessInfo.processInfo.environment["REPRISE_CAPTURES"]

/// Real captures compared with what other programs find in them. The folder of captures, with its `oracle` folder, is
/// named by REPRISE_CAPTURES; without it these tests are skipped.
@Suite(.enabled(if: capturesFolder != nil, "REPRISE_CAPTURES names no folder"))
struct OracleTests {

    static var oracles: [String] {
        guard let folder = capturesFolder else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/oracle")) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted()
    }

    @Test(arguments: oracles) func agrees(_ name: String) throws {
        let folder = try #require(capturesFolder)
        let oracle = try JSONDecoder().decode(
            Oracle.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/oracle/\(name)")))
        var options = CaptureOptions()
        // A capture may contain its secrets itself.
        if let keyLog = oracle.keylog, keyLog != "DSB in file" { options.keyLog = "\(folder)/\(keyLog)" }
        var found = try SeenExchange.all(inFile: "\(folder)/\(oracle.file)", options: options)
        let wanted = oracle.exchanges.filter { $0.method != nil }
        for want in wanted where want.confidence == "A" {
            let index = found.firstIndex { $0 == want.seen }
            #expect(index != nil, "missing \(want.seen)")
            if let index { found.remove(at: index) }
        }
        for want in wanted where want.confidence == "B" {
            let length = want.responseBytes ?? 0
            let lengths = [length, length + (want.missingBytes ?? 0)]
            let alike = found.indices.filter { found[$0].isLike(want.seen) }
            let index = alike.first { lengths.contains(found[$0].responseBytes) } ?? alike.first
            #expect(index != nil, "missing \(want.seen)")
            if let index { found.remove(at: index) }
        }
        for want in oracle.exchanges where want.method == nil || want.confidence == "C" {
            let index =
                found.firstIndex { $0 == want.seen }
                ?? found.firstIndex { $0.method == want.method && $0.target == want.target }
                ?? found.firstIndex {
                    $0.target == want.target || ($0.status != nil && $0.status == want.status)
                }
            if let index { found.remove(at: index) }
        }
        #expect(found.isEmpty, "more than there is")
    }
}

/// What another program reports about a capture.
private struct Oracle: Decodable {
    var file: String
    /// The path of a key log within the folder, or another place of the secrets.
    var keylog: String?
    var exchanges: [OracleExchange]
}

/// An exchange as in the oracle's file.
private struct OracleExchange: Decodable {
    var method: String?
    var host: String?
    var target: String?
    var status: UInt16?
    var requestBytes: Int?
    var requestDigest: String?
    var responseBytes: Int?
    var responseDigest: String?
    var missingBytes: Int?
    var confidence: String

    enum CodingKeys: String, CodingKey {
        case method, host, target, status, confidence
        case requestBytes = "request_body_len"
        case requestDigest = "request_body_sha256"
        case responseBytes = "response_body_len"
        case responseDigest = "response_body_sha256"
        case missingBytes = "response_missing_bytes"
    }

    var seen: SeenExchange {
        SeenExchange(
            method: method, authority: (host ?? "").lowercased(), target: target, status: status,
            requestBytes: requestBytes ?? 0, requestDigest: (requestBytes ?? 0) > 0 ? requestDigest : nil,
            responseBytes: responseBytes ?? 0, responseDigest: (responseBytes ?? 0) > 0 ? responseDigest : nil)
    }
}

/// What is compared of an exchange.
private struct SeenExchange: Equatable {
    var method: String?
    var authority: String
    var target: String?
    var status: UInt16?
    var requestBytes: Int
    var requestDigest: String?
    var responseBytes: Int
    var responseDigest: String?

    func isLike(_ other: SeenExchange) -> Bool {
        method == other.method && target == other.target && status == other.status
    }

    /// Reads up to the end, or up to where the file is truncated.
    private static func readAll(of file: inout CaptureFile, into assembler: inout TrafficAssembler) throws {
        do {
            while try assembler.read(&file, untilBatchBytes: .max) {}
        } catch CaptureFileError.cutOff {}
    }

    static func all(inFile path: String, options: CaptureOptions) throws -> [SeenExchange] {
        var file = try CaptureFile(path: path)
        var assembler = TrafficAssembler(options: options)
        try readAll(of: &file, into: &assembler)
        assembler.finish()
        let batch = assembler.takeBatch()
        return batch.records.indices.map { index in
            let exchange = batch.exchange(at: index)
            let head = exchange.request.flatMap { RequestHead($0.head) }
            return SeenExchange(
                method: head?.method, authority: (head?.authority ?? "").lowercased(), target: head?.target,
                status: exchange.status, requestBytes: Int(exchange.request?.bodyBytes ?? 0),
                requestDigest: digest(exchange.request), responseBytes: Int(exchange.response?.bodyBytes ?? 0),
                responseDigest: digest(exchange.response))
        }
    }

    private static func digest(_ message: Exchange.Message?) -> String? {
        guard let message, !message.body.isEmpty else { return nil }
        return SHA256.hash(data: message.body).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
