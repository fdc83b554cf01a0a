import Traffic

/// Capture files of one recording, either consecutive parts or several taps of the same traffic, read as one file in
/// the order of the packets' times. If the clocks of taps differ so that bytes would be acknowledged before they were
/// sent, the times of the files named later are corrected.
///
/// A file is opened when its first packet is due, so that few files of a long ring are open at once. A file that cannot
/// be read to its end does not end the others. Owned by one thread.
public final class CaptureFiles {
    private struct Waiting {
        var path: String
        var first: CaptureTime
        var offset: Int64
    }

    /// A file being read, with its next packet.
    final class Open {
        var file: CaptureFile
        var next: CapturedPacket?
        /// The offset added to the times of its packets, in nanoseconds.
        let offset: Int64

        init(_ file: consuming CaptureFile, offset: Int64 = 0) {
            self.file = file
            self.offset = offset
        }
    }

    /// The only file, which is read without a packet of lookahead; nil when there are several.
    let only: Open?
    private var waiting: [Waiting] = []
    private var open: [Open] = []
    /// The file whose packet was returned last; its next packet is read before anything else.
    private var current: Open?
    private var damages: [CaptureFileError] = []
    private(set) var uncountedDamages: UInt64 = 0
    /// The offsets of files whose clocks differ from the first file's, until they are taken.
    private var skews: [Int64] = []

    /// Opens files, in any order.
    ///
    /// - Parameter paths: `-` is standard input, once.
    /// - Throws: if a file cannot be opened or is not a capture file. A file without packets is accepted.
    public init(paths: [String]) throws(CaptureFileError) {
        guard paths.count != 1 else {
            only = Open(try CaptureFile(path: paths[0]))
            return
        }
        only = nil
        let offsets = TapClocks.offsets(of: paths)
        skews = offsets.filter { $0 != 0 }
        for (path, offset) in zip(paths, offsets) {
            let one = Open(try CaptureFile(path: path), offset: offset)
            advance(one)
            // Standard input cannot be opened again; a file without packets does not need to be.
            if path == "-" || one.next == nil {
                open.append(one)
            } else if let first = one.next {
                waiting.append(Waiting(path: path, first: first.time, offset: offset))
            }
        }
        // A stable order, latest first: files that begin at the same time keep their given order.
        let order = waiting.indices.sorted {
            waiting[$0].first != waiting[$1].first ? waiting[$0].first > waiting[$1].first : $0 > $1
        }
        waiting = order.map { waiting[$0] }
    }

    /// Takes the errors of files that could not be read to their ends since the last call.
    public func takeDamages() -> [CaptureFileError] {
        defer { damages = [] }
        return damages
    }

    /// Notes that a file could not be read to its end.
    func note(_ damage: CaptureFileError) {
        damages.append(damage)
        uncountedDamages += 1
    }

    /// Whether there are clock offsets to take.
    var hasSkews: Bool { !skews.isEmpty }

    /// Takes the offsets of files whose clocks differ, in nanoseconds.
    func takeSkews() -> [Int64] {
        defer { skews = [] }
        return skews
    }

    /// Takes the number of files that could not be read to their ends since the last call.
    func takeDamageCount() -> UInt64 {
        defer { uncountedDamages = 0 }
        return uncountedDamages
    }

    /// Whether any of the formats can contain secrets of TLS connections.
    var mayHoldSecrets: Bool { open.contains { $0.file.mayHoldSecrets } }

    /// The next packet of all files, whose bytes are valid until the next call; nil when all files have ended.
    ///
    /// - Parameter found: is called for a file with secrets or drops before the packet.
    func next(_ found: (inout CaptureFile) -> Void) -> CapturedPacket? {
        if let current { advance(current) }
        current = nil
        openDue()
        for one in open where one.file.hasSecrets || one.file.hasDrops { found(&one.file) }
        open.removeAll { $0.next == nil }
        if open.isEmpty, !waiting.isEmpty { openDue(isForced: true) }
        guard var earliest = open.first else { return nil }
        for one in open.dropFirst() {
            if let time = one.next?.time, let best = earliest.next?.time, time < best { earliest = one }
        }
        current = earliest
        return earliest.next
    }

    /// Opens files whose first packet is due.
    private func openDue(isForced: Bool = false) {
        var isForced = isForced
        while let last = waiting.last {
            let isDue = open.allSatisfy { $0.next.map { last.first < $0.time } ?? true }
            guard isForced || isDue else { return }
            isForced = false
            waiting.removeLast()
            do throws(CaptureFileError) {
                let one = Open(try CaptureFile(path: last.path), offset: last.offset)
                advance(one)
                open.append(one)
            } catch {
                note(error)
            }
        }
    }

    private func advance(_ one: Open) {
        do throws(CaptureFileError) {
            one.next = try one.file.next()
            if one.offset != 0, let time = one.next?.time.nanoseconds {
                one.next?.time = CaptureTime(nanoseconds: time &+ one.offset)
            }
        } catch {
            one.next = nil
            note(error)
        }
    }
}
