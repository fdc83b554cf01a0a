import Analysis
import Formats
import Glibc
import Measurement
import Report
import TestSupport

/// A byte that selects the file of a run folder to replace, then that file; for the windows, frames with two bytes of
/// length each. Every analysis of the folder must end.
func fuzzRun(_ input: UnsafeRawBufferPointer) {
    let path = goodRun
    var reader = InputReader(input)
    let name = RunFolderSample.files[Int(reader.u8()) % RunFolderSample.files.count]
    let file = "\(path)/\(name)"
    write(name == "windows.bin" ? windows(&reader) : reader.all(), to: file)
    defer { write(goodFiles[name] ?? [], to: file) }
    do throws(RunFolderError) {
        let record = try RunRecord(folder: path)
        try analyse(record, path)
    } catch {
        precondition(!"\(error)".isEmpty, "an error says what it is")
    }
}

private func analyse(_ record: RunRecord, _ path: String) throws(RunFolderError) {
    let summaries = [
        try RunRecord.summary(RunSummary.self, inFolder: path), RunSummary(of: record, gates: gates, isStrict: true),
    ]
    let series = RunSeries(of: record)
    let caption = RunCaption(folder: path, of: record.description)
    for summary in summaries {
        let texts = [
            HTMLReport(summary, series: series, caption: caption).text,
            TerminalReport(summary, series: series, caption: caption).text, JUnitReport(summary, name: path).text,
        ]
        precondition(!texts.joined().contains("\u{1B}"), "no escape sequence reaches anyone")
    }
    _ = CSVTables(RunFigures(of: record)).all.map(\.text)
    _ = HistogramLog.text(of: record)
    let merged = RunRecord(merging: [record, record])
    _ = ComparisonPage(RunComparison(baseline: [record], candidate: [merged]), margin: 0.05).text
}

private let gates = ["p95<500ms", "no-leak", "failures<1%", "rps(GET /b)>1"].compactMap { try? Criterion(parsing: $0) }

private func windows(_ reader: inout InputReader) -> [UInt8] {
    var bytes = Array((goodFiles["windows.bin"] ?? []).prefix(8))
    while !reader.isAtEnd {
        let frame = reader.bytes(Int(reader.u16()))
        bytes.appendLittleEndian(UInt32(frame.count))
        bytes.appendLittleEndian(frame.withUnsafeBytes { CRC32.of($0) })
        bytes += frame
    }
    return bytes
}

/// The run folder of this process.
private let goodRun: String = {
    let path = "\(scratch)/run"
    do {
        try RunFolderSample.write(to: path) { RunSummary(of: $0, gates: gates) }
    } catch {
        fatalError("no run folder: \(error)")
    }
    return path
}()

private let goodFiles: [String: [UInt8]] = RunFolderSample.files.reduce(into: [:]) { files, name in
    files[name] = contents(of: "\(goodRun)/\(name)")
}

func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&piece, 1, piece.count, file)
        guard count > 0 else { return bytes }
        bytes += piece[..<count]
    }
}

/// The inputs that do not change the folder, one per file.
func seedsOfRuns() -> [(name: String, input: [UInt8])] {
    RunFolderSample.files.enumerated().map { number, name in
        let bytes = goodFiles[name] ?? []
        guard name == "windows.bin" else { return (name, [UInt8(number)] + bytes) }
        var input = [UInt8(number)]
        var place = 8
        while place + 8 <= bytes.count {
            let count = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
            input += big(UInt16(min(count, 0xffff))) + bytes[(place + 8)..<min(bytes.count, place + 8 + count)]
            place += 8 + count
        }
        return (name, input)
    }
}
