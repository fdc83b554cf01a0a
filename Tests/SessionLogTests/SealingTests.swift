import Formats
import Testing
import Traffic

@testable import SessionLog

@Suite("Sealed logs")
struct SealingTests {
    private let folder: ScratchFolder
    private let key = LogKey(content: Array(0..<32))
    private let batch: ExchangeBatch

    init() throws {
        folder = try ScratchFolder()
        var traffic = SampleTraffic(seed: 81)
        batch = traffic.batch(40)
        try writeLog([batch], to: folder.file("a.rlog"), blockBytes: 3000, key: key)
    }

    @Test("Are read with their key, in every way")
    func right() throws {
        let path = folder.file("a.rlog")
        #expect(try LogContent(path: path, key: key).exchanges == batch.exchanges)
        #expect(try Set(orderedExchanges(path, key: key).exchanges) == Set(batch.exchanges))
        #expect(try LogVerification(path: path, key: key).isWhole)
        let index = try BlockIndex(path: path, key: key)
        #expect(index.entries.count > 3 && index.damages.isEmpty)
    }

    @Test("Are refused without a key and with another one")
    func wrong() throws {
        let path = folder.file("a.rlog")
        let other = LogKey(content: Array(1..<33))
        #expect(throws: SessionLogError.keyNeeded(path: path)) { _ = try BlockReader(path: path) }
        #expect(throws: SessionLogError.keyNeeded(path: path)) { _ = try MergedBlocks(path: path) }
        #expect(throws: SessionLogError.wrongKey(path: path)) { _ = try BlockReader(path: path, key: other) }
        #expect(throws: SessionLogError.wrongKey(path: path)) { _ = try LogVerification(path: path, key: other) }
    }

    @Test("Their checksums are checked without a key")
    func verification() throws {
        let whole = try LogVerification(path: folder.file("a.rlog"))
        #expect(whole.isWhole && whole.isSealed && whole.exchanges == 40)
    }

    @Test("Reveal nothing of what was recorded, nor repeats in it")
    func secrecy() throws {
        let bytes = try folder.bytes("a.rlog")
        for word in ["shop.test", "POST /items", "HTTP/1.1", "Content-Length"] {
            #expect(bytes.indices.allSatisfy { !bytes[$0...].starts(with: word.utf8) })
        }
        // zstd would find repeats if there were any.
        var compressor = try ZstdCompressor()
        var output = GrowingBuffer()
        try bytes.withRawBytes { try compressor.append($0, ZstdPreset(level: 19), to: &output) }
        #expect(output.count > bytes.count * 9 / 10)
    }

    @Test("Two logs of the same traffic and key have nothing in common")
    func freshKeys() throws {
        try writeLog([batch], to: folder.file("b.rlog"), blockBytes: 3000, key: key)
        let (first, second) = (try folder.bytes("a.rlog"), try folder.bytes("b.rlog"))
        let start = LogFormat.fileHeaderBytes + LogFormat.blockHeaderBytes
        let alike = zip(first[start..<start + 1000], second[start..<start + 1000]).filter { $0 == $1 }.count
        #expect(alike < 40)
    }

    @Test("Any flipped bit is found with and without the key, and no other block is affected")
    func anyBit() throws {
        let whole = try folder.bytes("a.rlog")
        let blocks = try BlockIndex(path: folder.file("a.rlog"), key: key).entries
        let batches = try LogContent(path: folder.file("a.rlog"), key: key).batches
        var random = SplitMix64(seed: 82)
        let path = folder.file("flip.rlog")
        for round in 0..<500 {
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= 1 << UInt8(round % 8)
            try folder.write(bytes, "flip.rlog")
            let expected = zip(blocks, batches).filter { !$0.0.bytes.contains(UInt64(place)) }.flatMap(\.1.exchanges)
            #expect(try LogContent(path: path, key: key).exchanges == expected, "byte \(place)")
            #expect(try Set(orderedExchanges(path, key: key).exchanges) == Set(expected), "byte \(place)")
            #expect(try !LogVerification(path: path, key: key).isWhole && !LogVerification(path: path).isWhole)
        }
    }

    @Test("A changed block with a valid checksum is refused")
    func forgery() throws {
        var bytes = try folder.bytes("a.rlog")
        let block = try BlockIndex(path: folder.file("a.rlog"), key: key).entries[1]
        let start = Int(block.offset)
        try bytes.withUnsafeMutableBytes { file in
            let view = UnsafeMutableRawBufferPointer(rebasing: file[start..<Int(block.bytes.upperBound)])
            var header = try #require(BlockHeader.read(UnsafeRawBufferPointer(view), logID: nil))
            view[LogFormat.blockHeaderBytes + 40] ^= 1
            header.payloadChecksum = CRC32.of(UnsafeRawBufferPointer(rebasing: view[LogFormat.blockHeaderBytes...]))
            header.write(to: view)
        }
        try folder.write(bytes, "forged.rlog")
        let content = try LogContent(path: folder.file("forged.rlog"), key: key)
        #expect(content.damages.first.map(\.kind) == [.seal])
        #expect(content.exchanges.count == 40 - Int(block.count))
    }

    static let keys: [(reason: String, content: [UInt8], isKey: Bool)] = [
        ("32 bytes", [UInt8](repeating: 0xfe, count: 32), true), ("31 bytes", [UInt8](repeating: 1, count: 31), false),
        ("hexadecimal", Array((String(repeating: "fE", count: 32) + "\n").utf8), true),
        ("63 digits", Array(String(repeating: "a", count: 63).utf8), false),
        ("base64", Array("/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v4=".utf8), true),
        ("base64 for URLs, not padded", Array(" _v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v4\r\n".utf8), true),
        ("base64 of 33 bytes", Array("/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+".utf8), false),
        ("nothing", [], false),
    ]

    @Test("Key files", arguments: 0..<keys.count)
    func keyFile(index: Int) throws {
        let row = SealingTests.keys[index]
        let key = LogKey(content: row.content)
        #expect((key != nil) == row.isKey, "\(row.reason)")
        let expected = LogKey(content: [UInt8](repeating: 0xfe, count: 32))?.check(logID: 1, salt: .none)
        if row.isKey { #expect(key?.check(logID: 1, salt: .none) == expected, "\(row.reason)") }
    }
}
