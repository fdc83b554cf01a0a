import Formats
import Glibc
import Measurement

/// Counts the lines of a log file that contain a text, from the start of the watch. The file may be rotated or created
/// later.
public final class LogFileSource: WatchSource {

    /// A series and the text whose lines it counts.
    public struct Pattern: Hashable, Sendable {
        let name: String
        let text: [UInt8]

        /// A series.
        public init(name: String, text: String) {
            self.name = name
            self.text = Array(text.utf8)
        }
    }

    private let path: String
    private let patterns: [Pattern]
    private var counts: [Double]
    private var lines = 0.0
    private var file: Int32 = -1
    private var identity: (device: dev_t, node: ino_t)?
    private var position: off_t = 0
    private var unfinished: [UInt8] = []

    /// The longest line that is searched as a whole; longer lines are searched in chunks of this size.
    private static let longestLine = 64 << 10
    /// The most bytes read at a time; with a log that grows faster, reading catches up later.
    private static let mostBytes = 16 << 20

    /// A file, without counting its current content.
    public init(path: String, patterns: [Pattern]) {
        self.path = path
        self.patterns = patterns
        counts = Array(repeating: 0, count: patterns.count)
        open(atEnd: true)
    }

    deinit { if file >= 0 { close(file) } }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        if file >= 0 { readOn() }
        if isReplaced {
            if file >= 0 { close(file) }
            file = -1
            unfinished = []
            open(atEnd: false)
            readOn()
        }
        guard file >= 0 else { throw WatchGap("there is no file \(path)") }
        return patterns.indices.map { WatchFigure(patterns[$0].name, counts[$0], .counter) }
            + [WatchFigure("lines", lines, .counter)]
    }

    private func open(atEnd: Bool) {
        file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return }
        var status = stat()
        fstat(file, &status)
        identity = (status.st_dev, status.st_ino)
        position = atEnd ? status.st_size : 0
    }

    /// Whether the path now names another file, or this one was truncated.
    private var isReplaced: Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        guard file >= 0, let identity else { return true }
        return status.st_dev != identity.device || status.st_ino != identity.node || status.st_size < position
    }

    private func readOn() {
        guard file >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var taken = 0
        while taken < Self.mostBytes {
            let count = pread(file, &buffer, buffer.count, position)
            guard count > 0 else { return }
            position += off_t(count)
            taken += count
            take(buffer[..<count])
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>) {
        unfinished += bytes
        var start = 0
        while let end = unfinished[start...].firstIndex(of: UInt8(ascii: "\n")) {
            look(at: unfinished[start..<end])
            start = end + 1
        }
        unfinished.removeFirst(start)
        if unfinished.count > Self.longestLine {
            look(at: unfinished[...])
            unfinished = []
        }
    }

    private func look(at line: ArraySlice<UInt8>) {
        lines += 1
        for index in patterns.indices where Self.holds(line, patterns[index].text) { counts[index] += 1 }
    }

    private static func holds(_ line: ArraySlice<UInt8>, _ text: [UInt8]) -> Bool {
        line.withUnsafeBufferPointer { ByteSearch.end(of: text, in: $0) } != nil
    }
}
