import Glibc

/// Finds the processes that listen on a local TCP port (proc(5): `net/tcp`, `net/tcp6`, `PID/fd`).
public enum ListeningProcesses {
    /// The most bytes read of each socket table, in which listening sockets come first.
    private static let tableLimit = 4 << 20
    /// The kernel's state number of a listening socket (`TCP_LISTEN`), in hexadecimal.
    private static let listening = Array("0A".utf8)

    /// Their process IDs in ascending order; processes whose open files cannot be read are not found.
    public static func pids(port: UInt16) -> [Int32] {
        let sockets = Set(
            ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path in
                inodes(ofPort: port, in: ProcFiles.read(path: path, upTo: tableLimit, inPieces: true) ?? [])
            }.map { "socket:[\($0)]" })
        guard !sockets.isEmpty else { return [] }
        return ProcFiles.entries(path: "/proc").compactMap { Int32($0) }.filter { pid in
            ProcFiles.entries(path: "/proc/\(pid)/fd").contains { entry in
                ProcFiles.link("/proc/\(pid)/fd/\(entry)").map(sockets.contains) ?? false
            }
        }.sorted()
    }

    /// The inodes of the sockets that listen on a port, from a table in the format of `/proc/net/tcp`.
    static func inodes(ofPort port: UInt16, in table: [UInt8]) -> [UInt64] {
        table.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count > 9, fields[3].elementsEqual(listening) else { return nil }
            let address = String(decoding: fields[1], as: UTF8.self)
            guard let colon = address.lastIndex(of: ":"),
                UInt16(address[address.index(after: colon)...], radix: 16) == port
            else { return nil }
            return ProcFiles.number(fields[9])
        }
    }
}
