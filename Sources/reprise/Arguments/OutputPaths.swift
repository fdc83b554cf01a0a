import Glibc

/// Refuses outputs that are also inputs: a typing error must not destroy a recording.
enum OutputPaths {
    /// Refuses to write to a file that is also read, under any name: by hard and symbolic links, and through another
    /// path.
    ///
    /// Call it before anything is opened. `-` is not a file. An output that does not exist is not an input.
    ///
    /// - Parameters:
    ///   - outputs: files and run folders that a command writes.
    ///   - inputs: files and run folders that it reads; for a run folder, also the files with its data.
    /// - Throws: ``CommandFailure`` with ``ExitStatus/usage``.
    static func check(_ outputs: [String], against inputs: [String]) throws(CommandFailure) {
        for output in outputs where output != "-" {
            guard let written = Identity(output) else { continue }
            for input in inputs where input != "-" {
                let files = [input] + runFiles.map { "\(input)/\($0)" }
                guard files.contains(where: { Identity($0) == written }) else { continue }
                throw CommandFailure("\(output) is read by this command; choose another name for the output", .usage)
            }
        }
    }

    /// Whether two paths name one file; false for devices and pipes, and for what does not exist.
    static func areSame(_ left: String, _ right: String) -> Bool {
        Identity(left).map { $0 == Identity(right) } ?? false
    }

    /// The data of a run folder; its report is an output.
    private static let runFiles = [
        "run.json", "windows.bin", "targets.csv", "metrics.csv", "summary.json", "examples.json", "failures.json",
    ]

    /// The identity of a file; nil if it does not exist, and for devices and pipes, which cannot be overwritten.
    private struct Identity: Equatable {
        var device: dev_t
        var number: ino_t

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            let kind = status.st_mode & S_IFMT
            guard kind == S_IFREG || kind == S_IFDIR else { return nil }
            device = status.st_dev
            number = status.st_ino
        }
    }
}
