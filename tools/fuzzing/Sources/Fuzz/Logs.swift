import Formats
import Glibc
import Interchange
import SessionLog

/// Blocks, each with a byte for its kind, four bytes for its count, and columns: number, coding, length (two bytes),
/// bytes. The resulting log has correct sizes and checksums, so that the columns are read. Every way of reading must
/// end.
func fuzzLog(_ input: UnsafeRawBufferPointer) {
    let path = "\(scratch)/a.rlog"
    var bytes: [UInt8] = LogBytes.fileHeader
    var reader = InputReader(input)
    var lastIndex: UInt64 = 0
    var sequence: UInt64 = 0
    while !reader.isAtEnd, sequence < 16 {
        let block = LogBytes.Block(&reader)
        let place = UInt64(bytes.count)
        bytes += block.bytes(sequence: sequence, link: block.kind == LogBytes.end ? lastIndex : 0)
        if block.kind == LogBytes.index { lastIndex = place }
        sequence += 1
    }
    bytes += LogBytes.Block(kind: LogBytes.end).bytes(sequence: sequence, link: lastIndex)
    write(bytes, to: path)
    do {
        try readAll(path)
    } catch {
        precondition(!"\(error)".isEmpty, "an error says what it is")
    }
}

private func readAll(_ path: String) throws(SessionLogError) {
    _ = try LogVerification(path: path)
    var selection = LogSelection(paths: [path])
    _ = try LogSurvey.summary(of: selection, listsSessions: true)
    _ = try LogReader.sessions(of: selection, maximumBytes: 64 << 20)
    try export(selection)
    selection.sessions = [1, 2]
    selection.from = .afterStart(.milliseconds(1))
    selection.to = .afterStart(.seconds(1 << 40))
    try export(selection)
}

private func export(_ selection: LogSelection) throws(SessionLogError) {
    var log = try LogReader(selection, order: .began)
    var exporters: [any ExchangeExporter] = [
        JSONLinesExporter(isFull: true), HARExporter(version: "1"), GorExporter(),
    ]
    while let exchange = try log.next() {
        let (connections, losses) = (log.takeConnections(), log.takeLosses())
        for index in exporters.indices {
            exporters[index].note(connections)
            exporters[index].note(losses)
            exporters[index].append(exchange)
            exporters[index].removeAll()
        }
    }
    for index in exporters.indices { exporters[index].finish() }
}

/// The bytes of logs, written according to `FORMAT.md`.
enum LogBytes {
    static let index: UInt8 = 2
    static let end: UInt8 = 3
    private static let number: UInt64 = 0x0123_4567_89ab_cdef

    static var fileHeader: [UInt8] {
        var bytes: [UInt8] = [0x89, 0x52, 0x4C, 0x4F, 0x47, 0x0D, 0x0A, 0x1A]
        bytes.appendLittleEndian(UInt16(2))
        bytes += [UInt8](repeating: 0, count: 6)
        bytes.appendLittleEndian(number)
        bytes.appendLittleEndian(number)
        bytes += [UInt8](repeating: 0, count: 36)
        bytes.appendLittleEndian(bytes.withUnsafeBytes { CRC32.of($0) })
        return bytes
    }

    struct Column {
        var number: UInt8
        var coding: UInt8 = 0
        /// The size in the directory, if it differs from that of the bytes.
        var rawBytes: UInt32
        var bytes: [UInt8]
    }

    struct Block {
        var kind: UInt8
        var count: UInt32 = 0
        var columns: [Column] = []

        init(kind: UInt8) { self.kind = kind }

        init(_ reader: inout InputReader) {
            let first = reader.u8()
            kind = first & 3 == 0 ? 1 : first & 3
            count = UInt32(reader.u16()) << 16 | UInt32(reader.u16())
            for _ in 0..<(first >> 2) where !reader.isAtEnd {
                let (number, coding) = (reader.u8(), reader.u8())
                let bytes = reader.bytes(Int(reader.u16()))
                // A compressed column states its decompressed size.
                let raw = coding & 1 == 0 ? UInt32(bytes.count) : UInt32(reader.u16()) << 16 | UInt32(reader.u16())
                columns.append(Column(number: number, coding: coding & 1, rawBytes: raw, bytes: bytes))
            }
        }

        func bytes(sequence: UInt64, link: UInt64) -> [UInt8] {
            var directory: [UInt8] = []
            for column in columns {
                directory += [column.number, column.coding]
                directory.appendLittleEndian(UInt32(column.bytes.count))
                directory.appendLittleEndian(column.rawBytes)
                directory.appendLittleEndian(column.bytes.withUnsafeBytes { CRC32.of($0) })
            }
            var payload: [UInt8] = []
            if !columns.isEmpty {
                payload.appendLittleEndian(UInt16(columns.count))
                payload.appendLittleEndian(directory.withUnsafeBytes { CRC32.of($0) })
                payload += directory + columns.flatMap(\.bytes)
            }
            var header: [UInt8] = [0xD7, 0x52, 0x4C, 0x42, 0x4C, 0x4B, 0x0A, 0xF1]
            header.appendLittleEndian(LogBytes.number)
            header.appendLittleEndian(UInt16(kind))
            header.appendLittleEndian(UInt16(0))
            header.appendLittleEndian(UInt32(payload.count))
            header.appendLittleEndian(columns.reduce(UInt32(0)) { $0 &+ $1.rawBytes })
            header.appendLittleEndian(count)
            header.appendLittleEndian(sequence)
            header.appendLittleEndian(Int64(0))
            header.appendLittleEndian(Int64.max)
            header.appendLittleEndian(link)
            header.appendLittleEndian(payload.withUnsafeBytes { CRC32.of($0) })
            header.appendLittleEndian(header.withUnsafeBytes { CRC32.of($0) })
            return header + payload
        }
    }
}

/// A folder of this process, reused for every input.
let scratch: String = {
    var template = Array("/dev/shm/reprise-fuzz-XXXXXX\0".utf8CString)
    guard let path = mkdtemp(&template) else { fatalError("no folder for files") }
    return String(cString: path)
}()

func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "wb") else { fatalError("no room for a file") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { fatalError("no room for a file") }
}
