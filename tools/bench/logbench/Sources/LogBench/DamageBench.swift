import Glibc
import SessionLog
import Traffic

/// Flips bits in logs, overwrites and truncates them, and checks that nothing outside the damaged blocks is lost and
/// that verification finds all damage.
struct DamageBench {
    /// A log before damage.
    private struct Whole {
        var bytes: [UInt8]
        /// The byte range of each block of traffic in the file, and its content.
        var blocks: [(bytes: Range<Int>, exchanges: [Exchange])]
    }

    private let logs: [Whole]
    private var random = SplitMix64(state: 99)
    private let path: String

    init(logs paths: [String]) throws {
        path = "/dev/shm/logbench-\(getpid()).rlog"
        logs = try paths.map { path in
            var reader = try LogReader(LogSelection(paths: [path]))
            var contents: [[Exchange]] = []
            while let batch = try reader.next() {
                contents.append(batch.records.indices.map { batch.exchange(at: $0) })
            }
            let bytes = try DamageBench.content(of: path)
            return Whole(bytes: bytes, blocks: Array(zip(DamageBench.blocks(in: bytes), contents)))
        }
    }

    mutating func run(count: Int) throws {
        defer { unlink(path) }
        var faults = 0
        for round in 0..<count {
            let whole = logs[round % logs.count]
            let hit = try damage(whole)
            if let fault = try fault(in: whole, hit) {
                faults += 1
                print("round \(round), \(hit): \(fault)")
            }
        }
        print("\(count) damages to \(logs.count) logs: \(faults) faults")
        if faults > 0 { exit(1) }
    }

    /// Writes a damaged copy; returns the changed bytes.
    private mutating func damage(_ whole: Whole) throws -> Range<Int> {
        var bytes = whole.bytes
        var hit = 0..<0
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            hit = place..<bytes.count
            bytes.removeLast(bytes.count - place)
        case 1:
            hit = place..<min(bytes.count, place + Int.random(in: 1...300, using: &random))
            for index in hit { bytes[index] = UInt8.random(in: 0...255, using: &random) }
            bytes[place] = ~whole.bytes[place]
        default:
            hit = place..<place + 1
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(
            descriptor >= 0 && write(descriptor, bytes, bytes.count) == bytes.count, "the copy is written whole")
        close(descriptor)
        return hit
    }

    /// The faults in reading the damaged copy.
    private func fault(in whole: Whole, _ hit: Range<Int>) throws -> String? {
        let expected = whole.blocks.filter { !$0.bytes.overlaps(hit) }.flatMap(\.exchanges)
        var found: [Exchange] = []
        do throws(SessionLogError) {
            var reader = try LogReader(LogSelection(paths: [path]))
            while let batch = try reader.next() {
                for index in batch.records.indices { found.append(batch.exchange(at: index)) }
            }
            if found != expected { return "\(found.count) exchanges read of \(expected.count)" }
            var ordered = try LogReader(LogSelection(paths: [path]), order: .began)
            var count = 0
            while try ordered.next() != nil { count += 1 }
            if count != expected.count { return "\(count) exchanges read in time order of \(expected.count)" }
            if try LogVerification(path: path).isWhole { return "verified as whole" }
        } catch {
            // Rejected as a whole: correct only if the file's first bytes were damaged.
            return hit.lowerBound < 72 ? nil : "\(error)"
        }
        return nil
    }

    private static func content(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        precondition(descriptor >= 0, "the log can be read")
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        precondition(pread(descriptor, &bytes, bytes.count, 0) == bytes.count, "the log is read whole")
        return bytes
    }

    /// Where the blocks of traffic are (FORMAT.md).
    private static func blocks(in bytes: [UInt8]) -> [Range<Int>] {
        func number(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
        var blocks: [Range<Int>] = []
        var offset = 72
        while offset < bytes.count {
            let end = offset + 72 + number(offset + 20)
            if number(offset + 16) == 1 { blocks.append(offset..<end) }
            offset = end
        }
        return blocks
    }
}
