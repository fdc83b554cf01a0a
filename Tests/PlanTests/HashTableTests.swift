import Formats
import Testing
import Traffic

@testable import Plan

/// The fast lookup structures give the same results as the simple ones they replace.
@Suite struct HashTableTests {
    @Test(arguments: [1, 7, 8, 9, 1000]) func aTableHoldsWhatADictionaryDoes(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        var table = HashTable<Int>()
        var dictionary: [UInt64: Int] = [:]
        for index in 0..<count * 3 {
            // Few keys, some of which differ only in their upper halves.
            let key = (random.next() % UInt64(count)) << (index % 2 == 0 ? 0 : 32)
            table[key, default: 0] += index
            dictionary[key, default: 0] += index
            table.insert(-1, for: key)
        }
        #expect(table.count == dictionary.count)
        #expect(dictionary.allSatisfy { table[$0] == $1 })
        #expect(table[UInt64.max] == nil)
    }

    @Test func aFilterKnowsWhatIsInItAndLittleElse() {
        var random = SplitMix64(seed: 1)
        let hashes = (0..<5000).map { _ in ValueHash.of(Array(PlantedValues.letters(9, &random).utf8)) }
        let filter = HashFilter(hashes)
        #expect(hashes.allSatisfy(filter.mayContain))
        let others = (0..<5000).filter { _ in
            filter.mayContain(ValueHash.of(Array(PlantedValues.letters(8, &random).utf8)))
        }
        #expect(
            others.count < 5000 / 10, "\(others.count) of 5000 other values are taken for one of the set")
        #expect(!HashFilter([]).mayContain(7))
    }

    @Test func lengthsAreDistinguishedUpToAThousand() {
        var filter = LengthFilter()
        for count in [1, 64, 1023] { filter.insert(count) }
        #expect((0..<1024).filter(filter.mayContain) == [1, 64, 1023])
        #expect(filter.mayContain(1024 + 64))
    }

    @Test(arguments: [0, 1, 7, 8, 9, 63, 200]) func aBodysHashIsTheSameHoweverItComes(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        func hash(_ pieces: [ArraySlice<UInt8>]) -> UInt64 {
            var hash = BodyHash()
            for piece in pieces { Array(piece).withUnsafeBytes { hash.add($0) } }
            return hash.value
        }
        let whole = hash([bytes[...]])
        for cut in 0...count {
            #expect(hash([bytes[..<cut], bytes[cut...]]) == whole, "cut at \(cut)")
        }
        for index in 0..<count {
            var other = bytes
            other[index] ^= 1
            #expect(hash([other[...]]) != whole, "byte \(index) is of no account")
        }
        #expect(hash([(bytes + [0])[...]]) != whole)
    }

    @Test func runsAreFoundWhateverIsSkipped() {
        var random = SplitMix64(seed: 5)
        let pieces = [
            "a1b2c3d4e5f6", "word", "%41bcdefgh1234xyzq", "%2F", "%", " ", ".",
            "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int(random.next() % 6)).map { _ in
                pieces[Int(random.next() % UInt64(pieces.count))]
            }.joined()
            let bytes = Array(text.utf8)
            let all = DistinctiveRuns.hashes(of: bytes)
            for wanted in all {
                let found = bytes.withUnsafeBufferPointer { buffer -> [UInt64] in
                    var runs = DistinctiveRuns(buffer, 0..<buffer.count, wanted: HashFilter([wanted]))
                    var hashes: [UInt64] = []
                    while let hash = runs.next() { hashes.append(hash) }
                    return hashes
                }
                #expect(found.contains(wanted), "\(text)")
            }
            // Surrounding characters are not part of a run.
            #expect(DistinctiveRuns.hashes(of: Array("(\(text))".utf8)) == all, "\(text)")
        }
    }
}
