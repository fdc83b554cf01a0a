import Glibc

/// The fields of `/proc/PID/stat` that matter here (proc(5)).
struct ProcStat: Hashable {
    var name: String
    var cpuTicks: UInt64
    var threads: Int
    var startTicks: UInt64
    var residentPages: UInt64
    /// A zombie: it has ended, but its parent has not waited for it yet.
    var isDefunct: Bool

    /// - Returns: nil when the text is not a stat line. The name may contain spaces and parentheses: the last
    ///   parenthesis ends it.
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

/// Reads small files of `/proc`.
enum ProcFiles {
    /// The current content of an open file of `/proc`; nil when its process has ended.
    static func read(_ descriptor: Int32, upTo limit: Int = 4096) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, limit, 0) }
        guard count > 0 else { return nil }
        bytes.removeLast(limit - count)
        return bytes
    }

    /// The content of a file of `/proc` by path; nil when it does not exist or cannot be read.
    ///
    /// - Parameter inPieces: whether it is larger than the kernel returns in one read.
    static func read(path: String, upTo limit: Int = 4096, inPieces: Bool = false) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard inPieces else { return read(descriptor, upTo: limit) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return bytes
    }

    /// The target of a symbolic link; nil when it is not a link or cannot be read.
    static func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &target, target.count)
        guard count > 0, count < target.count else { return nil }
        return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The names in a folder; empty when it cannot be read.
    static func entries(path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // The record is only as long as the name requires.
            guard let name = entry.pointer(to: \.d_name) else { continue }
            names.append(String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)))
        }
        return names
    }

    /// The number of entries of a folder; nil when it cannot be read.
    static func entryCount(path: String) -> Int? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }

    /// A field of a file such as `smaps_rollup` or `status`, converted from kilobytes to bytes.
    static func kilobytes(_ field: String, in text: [UInt8]) -> UInt64? {
        for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: field.utf8) {
            let words = line.split(separator: UInt8(ascii: " "))
            return words.count >= 2 ? number(words[1]).map { $0 &* 1024 } : nil
        }
        return nil
    }

    static func number(_ digits: ArraySlice<UInt8>) -> UInt64? { UInt64(String(decoding: digits, as: UTF8.self)) }

    /// A process may choose any name; unprintable characters become `?`.
    static func printable(_ name: ArraySlice<UInt8>) -> String {
        String(
            String(decoding: name, as: UTF8.self).unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control || scalar == "\u{FFFD}" ? "?" : Character(scalar)
            })
    }
}
