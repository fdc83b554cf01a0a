import CLinux
import Formats
import Glibc

/// What a worker process knows about the others; passed in the environment by the process that starts them.
struct WorkerPlace: Sendable {
    /// From 0.
    var index: Int
    /// The number of workers.
    var count: Int
    /// The port they share.
    var port: Int
    /// The secret with which all workers sign and digest.
    var secret: [UInt8]
    /// The folder to which each worker writes its metrics for the others.
    var folder: String

    private static let variable = "SAMPLE_API_WORKER"
    /// The file descriptor on which a worker reports that it listens.
    static let readyFile: Int32 = 3

    /// The place in the environment; nil for a process that is not a worker.
    static func inEnvironment() -> WorkerPlace? {
        guard let text = getenv(variable).map({ String(cString: $0) }) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 5, let index = Int(words[0]), let count = Int(words[1]), let port = Int(words[2]),
            let secret = Hex.bytes(words[3])
        else { return nil }
        return WorkerPlace(index: index, count: count, port: port, secret: secret, folder: words[4])
    }

    /// Sets it in the environment of the next process.
    func putInEnvironment() {
        setenv(Self.variable, "\(index) \(count) \(port) \(Hex.text(secret)) \(folder)", 1)
    }

    /// Ends this process when its parent ends for any reason.
    static func endWithParent() {
        reprise_end_with_parent()
        // It may already have ended.
        if getppid() == 1 { exit(0) }
    }

    /// Reports that this worker listens.
    static func sayReady() {
        var byte: UInt8 = 1
        _ = write(readyFile, &byte, 1)
        close(readyFile)
    }
}
