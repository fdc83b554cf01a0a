import Glibc

/// The fields of `/proc/PID/stat` that matter here (proc(5)).
struct ProcStat: Hashable {
    var name: String
    var cpuTicks: UInt64
    var threads: Int
    var startTicks: UInt64
    var residentPages: UInt64
    /// Ended, though its parent has not asked for its end yet.
    var isDefunct: Bool

    /// - Returns: nil when the text is not a stat line. The name may hold spaces and parentheses: the last one closes it.
    init?(_ text: [UInt8]) {
        guard let open = text.firstIndex(of: UInt8(ascii: "(")),
            let close = text.lastIndex(of: UInt8(ascii: ")")), open < close
        else { return nil }
        let fields = text[(close + 1)...].split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") })
        guard fields.count >= 22, let user = ProcFiles.number(fields[11]), let system = ProcFiles.number(fields[12]),
            let threads = ProcFiles.number(fields[17]), let start = ProcFiles.number(fields[19]),
            let pages = ProcFiles.number(fields[21])
        else { return nil }
        name = ProcFiles.printable(text[(open + 1)..<close])
        cpuTicks = user &+ system
        self.threads = Int(clamping: threads)
        startTicks = start
        residentPages = pages
        isDefunct = fields[0].first == UInt8(ascii: "Z") || fields[0].first == UInt8(ascii: "X")
    }
}

/// Reading the small files of `/proc`.
enum ProcFiles {
    /// The content of an open file of `/proc`, read anew; nil when the process it belongs to is gone.
    static func read(_ descriptor: Int32, upTo limit: Int = 4096) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, limit, 0) }
        guard count > 0 else { return nil }
        bytes.removeLast(limit - count)
        return bytes
    }

    /// The content of a file of `/proc` by its path; nil when there is none or it may not be read.
    static func read(path: String, upTo limit: Int = 4096) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return read(descriptor, upTo: limit)
    }

    /// The number of entries of a folder; nil when it may not be read.
    static func entryCount(path: String) -> Int? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }

    /// A field in kilobytes of a file such as `smaps_rollup` or `status`, in bytes.
    static func kilobytes(_ field: String, in text: [UInt8]) -> UInt64? {
        for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: field.utf8) {
            let words = line.split(separator: UInt8(ascii: " "))
            return words.count >= 2 ? number(words[1]).map { $0 &* 1024 } : nil
        }
        return nil
    }

    static func number(_ digits: ArraySlice<UInt8>) -> UInt64? { UInt64(String(decoding: digits, as: UTF8.self)) }

    /// A process may name itself anything; what is not printable becomes `?`.
    static func printable(_ name: ArraySlice<UInt8>) -> String {
        String(
            String(decoding: name, as: UTF8.self).unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control || scalar == "\u{FFFD}" ? "?" : Character(scalar)
            })
    }
}
