import Foundation
import Glibc
import Measurement

/// Processes of this machine, distinguished from later ones with the same id (proc(5)).
enum ProcessStart {

    /// When a process began, in clock ticks since the machine's boot; nil if there is no such process.
    static func ticks(of id: pid_t) -> UInt64? { fields(of: id).flatMap { $0.count > 19 ? UInt64($0[19]) : nil } }

    /// The processes of a group.
    static func group(_ leader: pid_t) -> [pid_t] {
        all().filter { id in fields(of: id).map { $0.count > 2 && pid_t($0[2]) == leader } ?? false }
    }

    /// The processes whose command line contains a text, except this one.
    static func running(_ command: String) -> [pid_t] {
        all().filter { id in
            guard id != getpid(), let bytes = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else {
                return false
            }
            return String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self).contains(command)
        }
    }

    /// The processes that listen on a local port.
    static func listeners(onPort port: UInt16) -> [pid_t] {
        ListeningProcesses.pids(port: port).filter { $0 != getpid() }
    }

    private static func all() -> [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    /// The fields of `stat` from the state on: the name before them can contain anything.
    private static func fields(of id: pid_t) -> [Substring]? {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
