import TestSupport
import Testing

extension BuiltProgram {
    /// A log in `folder` of the recording that ships with the project.
    func demoLog(in folder: TemporaryFolder) throws -> String {
        let log = folder.file("demo.rlog")
        let outcome = try run("capture", "-r", ProjectFile.path("captures/demo.pcap"), "-o", log)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return log
    }
}
