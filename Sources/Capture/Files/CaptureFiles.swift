import Traffic

/// Capture files that are one recording: parts that follow one another, or several taps of the same traffic, read as one file
/// in the order of the packets' times. Where the clocks of taps differ, so that something would be acknowledged before it was
/// sent, the times of the later named are moved.
///
/// A file that begins later is opened when its time comes, so that a ring of many files needs few at once. A file that cannot
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
        /// What is added to the times of its packets, in nanoseconds.
        let offset: Int64

        init(_ file: consuming CaptureFile, offset: Int64 = 0) {
            self.file = file
            self.offset = offset
        }
    }

    /// The only file, which is read without a packet being looked at ahead; nil when there are several.
    let only: Open?
    private var waiting: [Waiting] = []
    private var open: [Open] = []
    /// The one whose packet was given last: the next is read before anything else.
    private var current: Open?
    private var damages: [CaptureFileError] = []
    private(set) var uncountedDamages: UInt64 = 0
    /// What was added to the times of files whose clocks differ from the first one's, until it is taken.
    private var skews: [Int64] = []

    /// Opens files, in any order.
    ///
    /// - Parameter paths: `-` is standard input, once.
    /// - Throws: when one cannot be opened or is no capture file. A file without packets is one.
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
            // Standard input cannot be opened again, nor need a file that holds no packets.
            if path == "-" || one.next == nil {
                open.append(one)
            } else if let first = one.next {
                waiting.append(Waiting(path: path, first: first.time, offset: offset))
            }
        }
        // Stable, so that files that begin at the same time stay in the order given; latest first.
        let order = waiting.indices.sorted {
            waiting[$0].first != waiting[$1].first ? waiting[$0].first > waiting[$1].first : $0 > $1
        }
        waiting = order.map { waiting[$0] }
    }

    /// Why files could not be read to their ends, since this was last asked.
    public func takeDamages() -> [CaptureFileError] {
        defer { damages = [] }
        return damages
    }

    /// Notes that a file could not be read to its end.
    func note(_ damage: CaptureFileError) {
        damages.append(damage)
        uncountedDamages += 1
    }

    /// Whether there are differences of clocks that were not taken.
    var hasSkews: Bool { !skews.isEmpty }

    /// What was added to the times of files whose clocks differ, in nanoseconds a file.
    func takeSkews() -> [Int64] {
        defer { skews = [] }
        return skews
    }

    /// The number of files that could not be read to their ends, since the last call.
    func takeDamageCount() -> UInt64 {
        defer { uncountedDamages = 0 }
        return uncountedDamages
    }

    /// Whether a format among them can hold secrets of TLS connections.
    var mayHoldSecrets: Bool { open.contains { $0.file.mayHoldSecrets } }

    /// The next packet of all, whose bytes are good until the next call; nil when all files have ended.
    ///
    /// - Parameter found: gets secrets and drops that are before it.
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
