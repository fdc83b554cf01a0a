import Foundation
import Glibc
import Measurement
import Traffic

/// A cgroup of version 2, such as a container's (Documentation/admin-guide/cgroup-v2.rst of Linux).
public final class CgroupSource: WatchSource {
    /// The series of a reading.
    public static let names = ["memory", "cpu", "throttled", "processes"]

    private let path: String

    /// A source of the figures of a cgroup.
    ///
    /// - Parameter path: relative to `/sys/fs/cgroup`, or absolute
    /// - Throws: the gap that it causes, if there is no such cgroup
    public init(path: String) throws(WatchGap) {
        self.path = path.hasPrefix("/sys/") ? path : "/sys/fs/cgroup/\(path.drop { $0 == "/" })"
        guard access("\(self.path)/cgroup.procs", R_OK) == 0 else { throw WatchGap("there is no cgroup \(path)") }
    }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        guard let memory = SmallFile.number("\(path)/memory.current") else {
            throw WatchGap("\(path) cannot be read")
        }
        var figures = [WatchFigure("memory", memory, .gauge)]
        let cpu = SmallFile.members("\(path)/cpu.stat")
        // Seconds of processor time: their rate is the number of processors in use.
        if let usage = cpu["usage_usec"] { figures.append(WatchFigure("cpu", usage / 1e6, .counter)) }
        if let throttled = cpu["throttled_usec"] { figures.append(WatchFigure("throttled", throttled / 1e6, .counter)) }
        if let processes = SmallFile.number("\(path)/pids.current") {
            figures.append(WatchFigure("processes", processes))
        }
        return figures
    }
}

/// A network interface's bytes and errors.
public final class NetworkSource: WatchSource {
    /// The series of a reading.
    public static let names = ["received", "sent", "errors", "dropped"]

    private let folder: String

    /// A source of the figures of a network interface.
    ///
    /// - Parameter interface: the name of the interface, such as `eth0`
    /// - Throws: the gap that it causes, if there is no such interface
    public init(interface: String) throws(WatchGap) {
        folder = "/sys/class/net/\(interface)/statistics"
        guard access(folder, R_OK) == 0 else { throw WatchGap("there is no network interface \(interface)") }
    }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        let value = { [folder] (name: String) in SmallFile.number("\(folder)/\(name)") ?? 0 }
        return [
            WatchFigure("received", value("rx_bytes"), .counter), WatchFigure("sent", value("tx_bytes"), .counter),
            WatchFigure("errors", value("rx_errors") + value("tx_errors"), .counter),
            WatchFigure("dropped", value("rx_dropped") + value("tx_dropped"), .counter),
        ]
    }
}

/// The use of a file system, and its device's reads and writes.
public final class DiskSource: WatchSource {
    /// The series of a reading.
    public static let names = ["used", "free", "read", "written"]

    private let path: String

    /// A source of the figures of a file system.
    ///
    /// - Parameter path: any path on the file system
    public init(path: String) { self.path = path }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { throw WatchGap("\(path): \(String(cString: strerror(errno)))") }
        let block = Double(system.f_frsize)
        var figures = [
            WatchFigure("used", Double(system.f_blocks - system.f_bfree) * block),
            WatchFigure("free", Double(system.f_bavail) * block),
        ]
        var status = stat()
        if stat(path, &status) == 0 {
            // makedev(3): the low byte and the bits from 20 on are the minor number.
            let major = (status.st_dev >> 8) & 0xfff
            let minor = (status.st_dev & 0xff) | ((status.st_dev >> 12) & 0xfff00)
            // Sectors of 512 bytes (Documentation/block/stat.rst of Linux).
            let fields = SmallFile.text("/sys/dev/block/\(major):\(minor)/stat")?.split(separator: " ") ?? []
            if fields.count > 6, let read = Double(fields[2]), let written = Double(fields[6]) {
                figures += [
                    WatchFigure("read", read * 512, .counter), WatchFigure("written", written * 512, .counter),
                ]
            }
        }
        return figures
    }
}

/// Reads files of a few lines.
enum SmallFile {
    static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func number(_ path: String) -> Double? {
        text(path).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// The values of lines with a name and a number.
    static func members(_ path: String) -> [String: Double] {
        members(of: text(path) ?? "")
    }

    static func members(of text: String) -> [String: Double] {
        text.split(whereSeparator: \.isNewline).reduce(into: [:]) { members, line in
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2, let value = Double(words[1].trimmingCharacters(in: .whitespaces)) {
                members[String(words[0])] = value
            }
        }
    }
}
