import Foundation
import Glibc

/// The combined metrics of all workers of a service: each writes its own metrics to a file, and the worker that gets
/// the request adds them up.
///
/// The counters of a worker that has ended stay, because counters in Prometheus must never decrease.
struct WorkerMetrics: Sendable {
    let place: WorkerPlace

    /// How often a worker writes its metrics.
    static let interval = Duration.milliseconds(500)

    /// Writes this worker's metrics for the others.
    func leave(_ text: String) {
        let path = "\(place.folder)/\(getpid())"
        guard FileManager.default.createFile(atPath: path + "~", contents: Data(text.utf8)) else { return }
        rename(path + "~", path)
    }

    /// The metrics of all workers, with the current ones of this worker.
    func together(with own: String) -> String {
        var pages = [(text: own, isAlive: true)]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: place.folder)) ?? [] {
            guard let process = pid_t(name), process != getpid(),
                let data = FileManager.default.contents(atPath: "\(place.folder)/\(name)")
            else { continue }
            pages.append((String(decoding: data, as: UTF8.self), kill(process, 0) == 0))
        }
        return Self.sum(pages)
    }

    /// Adds up pages, series by series; only counters for processes that have ended. The earliest start time is used.
    static func sum(_ pages: [(text: String, isAlive: Bool)]) -> String {
        var heads: [Substring] = []
        var families: [Substring: (head: [Substring], kind: Substring, series: [Substring])] = [:]
        var values: [Substring: Double] = [:]
        for page in pages {
            var family: Substring = ""
            for line in page.text.split(separator: "\n") {
                if line.hasPrefix("# ") {
                    let words = line.split(separator: " ", maxSplits: 3)
                    guard words.count == 4 else { continue }
                    family = words[2]
                    if families[family] == nil {
                        heads.append(family)
                        families[family] = ([], "", [])
                    }
                    if families[family]?.head.contains(line) == false { families[family]?.head.append(line) }
                    if words[1] == "TYPE" { families[family]?.kind = words[3] }
                    continue
                }
                guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...])
                else { continue }
                let kind = families[family]?.kind
                guard page.isAlive || kind == "counter" || kind == "histogram" else { continue }
                let series = line[..<space]
                guard let before = values[series] else {
                    values[series] = value
                    families[family]?.series.append(series)
                    continue
                }
                values[series] = series == "process_start_time_seconds" ? min(before, value) : before + value
            }
        }
        var text = ""
        for name in heads {
            guard let family = families[name] else { continue }
            for line in family.head { text += "\(line)\n" }
            for series in family.series { text += "\(series) \(Self.number(values[series] ?? 0))\n" }
        }
        return text
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
