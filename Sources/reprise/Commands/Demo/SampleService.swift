import Foundation

/// A SampleAPI on a free loopback port; terminated when the last reference is released.
final class SampleService {
    private let process: ChildProcess
    /// `http://127.0.0.1:PORT`.
    let url: String

    /// Starts a SampleAPI and waits until it listens.
    init(program: String, arguments: [String] = []) throws {
        process = try ChildProcess(program, ["--port", "0"] + arguments, readsOutput: true)
        guard let line = process.readLine(), let start = line.range(of: "http://") else {
            throw CommandFailure("sample-api did not start")
        }
        url = String(line[start.lowerBound...].prefix { $0 != " " })
    }

    var pid: Int32 { process.pid }

    var port: String { String(url[url.index(after: url.lastIndex(of: ":") ?? url.startIndex)...]) }

    /// The service's own counters: the metrics of `/metrics` by name and labels.
    func metrics() throws -> [String: Double] {
        let (_, output) = try ChildProcess.run("curl", ["--silent", "--max-time", "10", url + "/metrics"])
        var metrics: [String: Double] = [:]
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") where line.first != "#" {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            metrics[String(line[..<space])] = value
        }
        return metrics
    }
}
