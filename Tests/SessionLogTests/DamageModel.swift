import Formats
import Traffic

@testable import SessionLog

/// A log as a plain list of pieces, the damage to each, and the expected result of reading: intact pieces are read, the
/// rest is reported.
struct DamageModel {
    /// A piece of the file.
    struct Piece {
        var bytes: [UInt8]
        var content: Content
    }

    /// The remaining content of a piece.
    enum Content {
        /// The file header; a single flipped bit can be corrected.
        case fileHeader(isWhole: Bool)
        /// A block with an intact header; exchanges are nil for index and end blocks.
        case block(sequence: Int, exchanges: [Exchange]?, isEnd: Bool, isWhole: Bool)
        /// Bytes that are not a block.
        case junk
    }

    /// What a reader must find.
    struct Expectation {
        var exchanges: [Exchange] = []
        /// Exchanges known to be lost, from blocks with a readable header.
        var lost = 0
        var isWhole = true
        var ending = LogEnding.unfinished
        /// Whether the remaining blocks are where the index lists them, so that reading by the index finds the same.
        var isInFileOrder = true
    }

    private(set) var pieces: [Piece]

    /// Splits an intact log, whose first block begins after the header.
    init(_ log: [UInt8], blocks: [(range: Range<Int>, exchanges: [Exchange]?)]) {
        pieces = [
            Piece(bytes: Array(log[..<LogFormat.fileHeaderBytes]), content: .fileHeader(isWhole: true))
        ]
        for (sequence, block) in blocks.enumerated() {
            pieces.append(
                Piece(
                    bytes: Array(log[block.range]),
                    content: .block(
                        sequence: sequence, exchanges: block.exchanges, isEnd: sequence == blocks.count - 1,
                        isWhole: true)))
        }
    }

    var file: [UInt8] { pieces.flatMap(\.bytes) }

    /// The damage done, for messages.
    private(set) var history: [String] = []

    /// Does one kind of damage.
    mutating func damage(using random: inout SplitMix64) {
        guard !pieces.isEmpty else { return }
        let place = Int.random(in: 0..<pieces.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: flip(place, using: &random)
        case 2: truncate(place, using: &random)
        case 3:
            history.append("piece \(place) again")
            guard place > 0 else { return }
            pieces.insert(pieces[place], at: Int.random(in: place...pieces.count, using: &random))
        case 4:
            history.append("piece \(place) gone")
            pieces.remove(at: place)
        case 5:
            let other = Int.random(in: 0..<pieces.count, using: &random)
            guard place > 0, other > 0 else { return }
            history.append("pieces \(place) and \(other) swapped")
            pieces.swapAt(place, other)
        case 6:
            guard place > 0 else { return }
            let count = Int.random(in: 1...200, using: &random)
            history.append("\(count) bytes before piece \(place)")
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            pieces.insert(Piece(bytes: bytes, content: .junk), at: place)
        default: remove(place, using: &random)
        }
    }

    /// Flips a bit of an intact piece.
    private mutating func flip(_ place: Int, using random: inout SplitMix64) {
        let index = Int.random(in: 0..<pieces[place].bytes.count, using: &random)
        history.append("bit of byte \(index) of piece \(place)")
        switch pieces[place].content {
        case .fileHeader(isWhole: true): pieces[place].content = .fileHeader(isWhole: false)
        // A second flip may undo the first, or make a log of another version.
        case .fileHeader(isWhole: false), .block(_, _, _, isWhole: false): return
        case .block(_, _, _, _) where index < LogFormat.blockHeaderBytes: pieces[place].content = .junk
        case .block(let sequence, let exchanges, let isEnd, _):
            pieces[place].content = .block(sequence: sequence, exchanges: exchanges, isEnd: isEnd, isWhole: false)
        case .junk: break
        }
        pieces[place].bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
    }

    private mutating func truncate(_ place: Int, using random: inout SplitMix64) {
        let kept = Int.random(in: 0..<pieces[place].bytes.count, using: &random)
        history.append("cut in piece \(place) after \(kept) bytes")
        pieces.removeLast(pieces.count - place - 1)
        cut(place, to: kept)
    }

    /// Removes a range of bytes, across pieces.
    private mutating func remove(_ first: Int, using random: inout SplitMix64) {
        guard first > 0 else { return }
        let last = min(pieces.count - 1, first + Int.random(in: 0...2, using: &random))
        let kept = Int.random(in: 0..<pieces[first].bytes.count, using: &random)
        let left = first == last ? pieces[first].bytes.count - kept : pieces[last].bytes.count
        let skipped = Int.random(in: 1...left, using: &random)
        let rest = Array(pieces[last].bytes.suffix(left - skipped))
        history.append("bytes gone from \(kept) of piece \(first) to the last \(rest.count) of piece \(last)")
        pieces.removeSubrange((first + 1)..<(last + 1))
        let tail = Piece(bytes: rest, content: .junk)
        if !rest.isEmpty { pieces.insert(tail, at: first + 1) }
        cut(first, to: kept)
    }

    /// Keeps the first bytes of a piece.
    private mutating func cut(_ place: Int, to kept: Int) {
        pieces[place].bytes.removeLast(pieces[place].bytes.count - kept)
        switch pieces[place].content {
        case .block(let sequence, let exchanges, let isEnd, _) where kept >= LogFormat.blockHeaderBytes:
            pieces[place].content = .block(sequence: sequence, exchanges: exchanges, isEnd: isEnd, isWhole: false)
        case .fileHeader: pieces[place].content = .fileHeader(isWhole: false)
        default: pieces[place].content = .junk
        }
        if kept == 0 { pieces.remove(at: place) }
    }

    /// Whether the file is still recognisable as a session log: by its header, or a block near the start.
    var isLog: Bool {
        pieces.contains { piece in
            switch piece.content {
            case .fileHeader: piece.bytes.count == LogFormat.fileHeaderBytes
            case .block: true
            case .junk: false
            }
        }
    }

    /// The expected result of reading the list.
    var expectation: Expectation {
        var expected = Expectation()
        var seen: Set<Int> = []
        var next = 0
        guard case .fileHeader(let isWhole)? = pieces.first?.content else {
            return expectation(of: pieces[...], isWhole: false)
        }
        return expectation(of: pieces.dropFirst(), isWhole: isWhole)

        func expectation(of pieces: ArraySlice<Piece>, isWhole: Bool) -> Expectation {
            expected.isWhole = isWhole
            for piece in pieces {
                guard expected.ending != .whole else {
                    expected.isWhole = false
                    break
                }
                guard case .block(let sequence, let exchanges, let isEnd, let isWhole) = piece.content else {
                    expected.isWhole = false
                    continue
                }
                if sequence != next { expected.isWhole = false }
                guard seen.insert(sequence).inserted else { continue }
                if sequence < next { expected.isInFileOrder = false }
                next = max(next, sequence + 1)
                if isWhole {
                    expected.exchanges += exchanges ?? []
                } else {
                    expected.lost += exchanges?.count ?? 0
                    expected.isWhole = false
                }
                if isEnd { expected.ending = .whole }
            }
            if expected.ending != .whole { expected.isWhole = false }
            return expected
        }
    }
}
