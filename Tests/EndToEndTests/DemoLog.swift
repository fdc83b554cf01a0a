import TestSupport
import Testing

extension BuiltProgram {
    /// A log in `folder` of the recording that ships with the project.
    func demoLog(in folder: TemporaryFolder) throws -> String { try folder.write("demo.rlog", DemoLog.bytes.get()) }
}

/// Captured once for all tests.
private enum DemoLog {
    static let bytes = Result {
        let folder = try TemporaryFolder()
        let log = folder.file("demo.rlog")
        let recording = ProjectFile.path("captures/demo.pcap")
        let outcome = try BuiltProgram("reprise").run("capture", "-r", recording, "-o", log)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try TemporaryFolder.read(log)
    }
}
