import Foundation

/// The folder for the demo's recording and results.
struct DemoFolder {
    let path: String

    /// Creates the folder: `runs/demo-…` in the current folder unless a path is given.
    init(path: String?) throws {
        let stamp = Int(Date().timeIntervalSince1970)
        self.path = path ?? "runs/demo-\(stamp)"
        guard !FileManager.default.fileExists(atPath: self.path) else {
            throw CommandFailure("\(self.path) already exists")
        }
        do {
            try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("cannot create \(self.path): \(error.localizedDescription)")
        }
    }

    var log: String { path + "/recorded.rlog" }

    func run(_ name: String) -> String { path + "/" + name }
}

/// The programs and files the demo needs, next to this program.
struct DemoPrograms {
    let reprise: String
    let sampleAPI: String
    /// The recording that ships with the project; nil unless this program was built inside the project.
    let recording: String?

    init() throws {
        let reprise = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        guard let reprise else { throw CommandFailure("cannot find this program's own path in /proc") }
        self.reprise = reprise
        let folder = URL(fileURLWithPath: reprise).deletingLastPathComponent()
        sampleAPI = folder.appendingPathComponent("sample-api").path
        guard FileManager.default.isExecutableFile(atPath: sampleAPI) else {
            throw CommandFailure("sample-api is not next to \(reprise): build it (swift build --product sample-api)")
        }
        recording = DemoPrograms.recording(above: folder)
    }

    private static func recording(above folder: URL) -> String? {
        var folder = folder
        while folder.path != "/" {
            let file = folder.appendingPathComponent("captures/demo.pcap").path
            if FileManager.default.fileExists(atPath: file) { return file }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    /// Whether this process may open a packet socket: root, or capabilities on the program (packet(7)).
    func canCapture() -> Bool {
        let file = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
        guard file >= 0 else { return false }
        close(file)
        return true
    }
}
