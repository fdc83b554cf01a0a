import Capture
import Interchange
import Traffic

/// The order in which an import reads its files.
enum ImportOrder {
    /// `files` with packet captures that follow one another sorted by their first packets: names of ring buffers and rotated files
    /// need not sort by time. Those without a packet come last among them.
    ///
    /// - Throws: when a capture's beginning cannot be read.
    static func ordered(
        _ files: [(path: String, format: InterchangeFormat?)]
    ) throws -> [(path: String, format: InterchangeFormat?)] {
        var ordered: [(path: String, format: InterchangeFormat?)] = []
        var captures: [(began: CaptureTime, path: String)] = []
        func endCaptures() {
            // A stable order: files that begin at the same time stay as they were named.
            let sorted = captures.enumerated().sorted { ($0.element.began, $0.offset) < ($1.element.began, $1.offset) }
            ordered += sorted.map { ($0.element.path, .pcap) }
            captures.removeAll()
        }
        for file in files {
            guard file.format == .pcap else {
                endCaptures()
                ordered.append(file)
                continue
            }
            captures.append((try firstPacket(file.path), file.path))
        }
        endCaptures()
        return ordered
    }

    private static func firstPacket(_ path: String) throws -> CaptureTime {
        var file = try CaptureFile(path: path)
        // A damaged beginning is reported when the file is read.
        return (try? file.next())??.time ?? CaptureTime(nanoseconds: .max)
    }
}
