import TestSupport
import Testing

@testable import SessionLog

/// The sizes and bounds of the file format.
@Suite struct DefaultsTests {
    @Test func boundsAreThoseOfTheFormat() {
        let bounds: [(String, any BinaryInteger)] = [
            ("version", LogFormat.version), ("sealed flag", LogFormat.sealedFlag),
            ("file header", LogFormat.fileHeaderBytes), ("block header", LogFormat.blockHeaderBytes),
            ("column entry", LogFormat.columnEntryBytes), ("connection row", LogFormat.connectionRowBytes),
            ("loss row", LogFormat.lossRowBytes), ("body", LogFormat.maximumBodyBytes),
            ("head", LogFormat.maximumHeadBytes), ("block target", LogFormat.maximumBlockTarget),
            ("raw bytes", LogFormat.maximumRawBytes), ("columns", LogFormat.maximumColumns),
            ("exchanges", LogFormat.maximumExchanges), ("connections", LogFormat.maximumConnections),
            ("losses", LogFormat.maximumLosses), ("opaque servers", LogFormat.maximumOpaqueServers),
            ("index entries", LogFormat.maximumIndexEntries), ("exchanges per block", LogFormat.exchangesPerBlock),
            ("lines", LogFormat.maximumLines), ("texts", LogFormat.maximumTexts),
            ("kept buffer", LogFormat.keptBufferBytes), ("blocks per index", LogFormat.blocksPerIndex),
            ("search", LogFormat.maximumSearchBytes), ("damages", LogFormat.maximumDamages),
            ("ordered cache", LogFormat.orderedCacheBytes), ("salt", BlockSeal.saltBytes),
            ("nonce", BlockSeal.nonceBytes), ("tag", BlockSeal.tagBytes),
            ("authenticated", BlockSeal.authenticatedBytes), ("key", LogKey.byteCount),
        ]
        let entry = GoldenTable.Entry("bounds", bounds.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))
        let differences = GoldenTable("defaults.txt").differences(from: [entry])
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
}
