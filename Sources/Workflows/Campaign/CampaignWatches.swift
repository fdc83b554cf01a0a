import Analysis
import Formats
import Foundation
import Glibc
import Measurement
public import Monitoring
import PostgresClient
import RedisClient
import Replay
public import Scenario

/// The watches of a scenario file: their readers and their series.
public enum CampaignWatches {

    /// The readers of the watches during a run; metrics pages are read as `replay` reads them.
    ///
    /// - Parameters:
    ///   - folder: where commands run, and the base of relative paths
    ///   - allowedHosts: hosts that databases may be on, besides this machine
    /// - Throws: an error for an address, or a password's place, that cannot be used
    public static func watchers(
        of file: ScenarioFile, folder: String, allowedHosts: [String] = []
    ) throws(ScenarioError) -> [Watcher] {
        var watchers: [Watcher] = []
        for watch in file.watches {
            for host in try hosts(of: watch, folder) where !TargetMap.isLoopback(host: host.lowercased()) {
                guard !allowedHosts.contains(where: { $0.lowercased() == host.lowercased() }) else { continue }
                throw ScenarioError(
                    "watch '\(watch.name)': \(host) is not a loopback address; 'allow-host: \(host)' allows it",
                    at: watch.place)
            }
            guard let makeSource = try source(of: watch, folder: folder) else { continue }
            watchers.append(Watcher(name: watch.name, interval: watch.interval, makeSource: makeSource))
        }
        return watchers
    }

    /// The hosts of a database that a watch connects to.
    private static func hosts(of watch: WatchDefinition, _ folder: String) throws(ScenarioError) -> [String] {
        switch watch.source {
        case .redis(let text): return RedisAddress(text: text)?.remoteHost.map { [$0] } ?? []
        case .postgres(let text):
            let address = try text.hasPrefix("env:") ? secret(text, watch, folder) : text
            guard let hosts = PostgresAddress.hosts(in: address) else {
                throw ScenarioError(
                    "watch '\(watch.name)': this is not the address of a PostgreSQL database, such as "
                        + "postgres://app@127.0.0.1/app", at: watch.place)
            }
            return hosts
        default: return []
        }
    }

    private typealias Maker = @Sendable () throws(WatchGap) -> any WatchSource

    private static func source(of watch: WatchDefinition, folder: String) throws(ScenarioError) -> Maker? {
        let path = { (name: String) in name.hasPrefix("/") ? name : "\(folder)/\(name)" }
        let password = try watch.password.map { place throws(ScenarioError) in try secret(place, watch, folder) }
        switch watch.source {
        case .process(let id): return kept(ProcessSource(.id(Int32(id))))
        case .port(let port): return kept(ProcessSource(.port(UInt16(port))))
        case .processes(let command): return kept(ProcessSource(.command(command)))
        case .cgroup(let name): return { () throws(WatchGap) in try CgroupSource(path: name) }
        case .disk(let name):
            let disk = path(name)
            return { () throws(WatchGap) in DiskSource(path: disk) }
        case .network(let interface): return { () throws(WatchGap) in try NetworkSource(interface: interface) }
        case .metrics: return nil
        case .redis(let text):
            guard let address = RedisAddress(text: text) else {
                throw ScenarioError(
                    "'\(text)' is not a Redis address such as 127.0.0.1:6379, without a password", at: watch.place)
            }
            return { () throws(WatchGap) in try RedisSource(address, password: password) }
        case .postgres(let text):
            let address = try text.hasPrefix("env:") ? secret(text, watch, folder) : text
            return { () throws(WatchGap) in try PostgresSource(address, password: password) }
        case .file(let name, let patterns):
            let log = path(name)
            let own = patterns.map { LogFileSource.Pattern(name: $0.name, text: $0.text) }
            return kept(LogFileSource(path: log, patterns: own))
        case .command(let command):
            let limit = max(Duration.seconds(1), watch.interval)
            return { () throws(WatchGap) in CommandSource(command, folder: folder, limit: limit) }
        }
    }

    /// A source that is used again after a gap, with its counts from before.
    private static func kept(_ source: any WatchSource) -> Maker {
        let shared = SharedSource(source)
        return { () throws(WatchGap) in shared }
    }

    /// The value of `env:NAME`, or the first line of `file:PATH`.
    private static func secret(
        _ place: String, _ watch: WatchDefinition, _ folder: String
    ) throws(ScenarioError) -> String {
        if place.hasPrefix("env:") {
            let name = String(place.dropFirst(4))
            guard let value = getenv(name) else {
                throw ScenarioError("watch '\(watch.name)': the variable \(name) is not set", at: watch.place)
            }
            return String(cString: value)
        }
        let name = String(place.dropFirst(5))
        let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
        guard let data = FileManager.default.contents(atPath: path), data.count <= 64 << 10,
            let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
        else { throw ScenarioError("watch '\(watch.name)': cannot read a password from \(path)", at: watch.place) }
        return String(line)
    }

    /// Checks that criteria use only series that their watches have.
    ///
    /// - Throws: an error for the first other series, with its place
    public static func checkNames(of scenario: ScenarioDefinition, in file: ScenarioFile) throws(ScenarioError) {
        for criterion in scenario.criteria {
            switch criterion.figure {
            case .watched(_, let series): try check(series, criterion, file)
            case .seriesRatio(let one, let other):
                try check(one, criterion, file)
                try check(other, criterion, file)
            case .restarts(let name):
                guard let watch = file.watches.first(where: { $0.name == name }), !watch.isOfProcesses else { continue }
                throw ScenarioError(
                    "'\(criterion.text)': only watches of processes count restarts, and '\(name)' is not one",
                    at: criterion.place)
            case .noLeak(let name?):
                guard let watch = file.watches.first(where: { $0.name == name }) else { continue }
                switch watch.source {
                case .file, .network:
                    throw ScenarioError(
                        "'\(criterion.text)': watch '\(name)' measures no memory, which could leak", at: criterion.place
                    )
                default: break
                }
            default: break
            }
        }
    }

    private static func check(
        _ series: Criterion.Series, _ criterion: Criterion, _ file: ScenarioFile
    ) throws(ScenarioError) {
        guard let watch = file.watches.first(where: { $0.name == series.watch }), let names = names(of: watch),
            !names.contains(series.figure)
        else { return }
        throw ScenarioError(
            "'\(criterion.text)': watch '\(watch.name)' has no '\(series.figure)'; it has \(names.sorted().joined(separator: ", "))",
            at: criterion.place)
    }

    /// The series of a watch; nil if they are unknown before it is read.
    static func names(of watch: WatchDefinition) -> [String]? {
        switch watch.source {
        case .process, .port, .processes: ProcessSource.names
        case .cgroup: CgroupSource.names
        case .disk: DiskSource.names
        case .network: NetworkSource.names
        case .redis: RedisSource.names + ["hits"]
        case .postgres: PostgresSource.names + ["hits"]
        case .file(_, let patterns): patterns.map(\.name) + ["lines"]
        case .metrics, .command: nil
        }
    }
}

/// A source that keeps its state across gaps.
private final class SharedSource: WatchSource, @unchecked Sendable {
    private let source: any WatchSource
    init(_ source: any WatchSource) { self.source = source }
    var questions: Int { source.questions }
    func read() throws(WatchGap) -> [WatchFigure] { try source.read() }
}

/// A command that prints lines with a name and a number.
final class CommandSource: WatchSource {
    private let command: String
    private let folder: String
    private let limit: Duration
    private(set) var questions = 0

    init(_ command: String, folder: String, limit: Duration) {
        (self.command, self.folder, self.limit) = (command, folder, limit)
    }

    func read() throws(WatchGap) -> [WatchFigure] {
        let ran: (ending: ShellCommand.Ending, output: String)
        do throws(ShellCommand.StartError) {
            ran = try ShellCommand.run(command, in: folder, upTo: limit)
        } catch {
            throw WatchGap("its command does not start: \(error.reason)")
        }
        questions += 1
        guard ran.ending.isGood else { throw WatchGap("its command \(ran.ending.text)") }
        let figures = ran.output.split(whereSeparator: \.isNewline).compactMap { line -> WatchFigure? in
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Double(words[1]) else { return nil }
            return WatchFigure(String(words[0].prefix(128)), value, .gauge)
        }
        guard !figures.isEmpty else { throw WatchGap("its command prints no lines with a name and a number") }
        return figures
    }
}
