import TestSupport
import Traffic

@testable import Interchange

/// The result of importing files written by a test.
struct Imported {
    var batch = ExchangeBatch()
    var totals = ImportTotals()
    var formats: [InterchangeFormat] = []
    var failure: InterchangeError?

    /// Imports `files`, each its bytes.
    init(_ files: [[UInt8]], sessionBy: ImportSessions = .auto) throws {
        let folder = try TemporaryFolder()
        var importer = TrafficImporter(sessionBy: sessionBy)
        do throws(InterchangeError) {
            for (index, bytes) in files.enumerated() {
                let path = folder.file("file\(index)")
                _ = try? folder.write("file\(index)", bytes)
                var file = try InterchangeFile(path: path)
                importer.beginFile(continuing: formats.last == .gor && file.format == .gor)
                formats.append(file.format)
                while try importer.read(&file, into: &batch, untilBytes: .max) {}
            }
        } catch {
            failure = error
        }
        importer.finish(into: &batch)
        totals = importer.totals
    }

    init(_ text: String, sessionBy: ImportSessions = .auto) throws {
        try self.init([Array(text.utf8)], sessionBy: sessionBy)
    }

    var exchanges: [Exchange] { batch.records.indices.map { batch.exchange(at: $0) } }
}

/// The output of an exporter for `exchanges`.
func exported(
    _ exchanges: [Exchange], connections: [RecordedConnection] = [], losses: [CaptureLoss] = [],
    by exporter: some ExchangeExporter
) -> [UInt8] {
    var exporter = exporter
    exporter.note(connections)
    exporter.note(losses)
    for exchange in exchanges { exporter.append(exchange) }
    exporter.finish()
    return exporter.bytes
}

extension [UInt8] {
    /// As text.
    var text: String { String(decoding: self, as: UTF8.self) }
}
