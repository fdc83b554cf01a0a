import Foundation
import Glibc
import Scenario

/// Performs faults and their undos. One thread at a time uses it.
final class FaultExecutor {
    private let file: ScenarioFile
    private let services: ServiceControl
    private let journal: FaultJournal
    private let folder: String
    private var paused: [String: [FaultJournal.PausedProcess]] = [:]

    private static let commandLimit = Duration.seconds(60)

    init(file: ScenarioFile, services: ServiceControl, journal: FaultJournal, folder: String) {
        self.file = file
        self.services = services
        self.journal = journal
        self.folder = folder
    }

    /// - Parameter begin: called as soon as the undo is in the journal, which takes a while on a busy disk
    /// - Returns: the problem; nil if there is none
    func make(_ fault: FaultDefinition, begin: () -> Void = {}) -> String? {
        do {
            switch fault.action {
            case .stop(let name):
                let service = try service(name)
                try journal.begin(fault.name, undo: .start(service), folder: folder)
                begin()
                try services.stop(service)
            case .kill(let name):
                let processes = try processes(of: name)
                if let service = file.services.first(where: { $0.name == name }) {
                    try journal.begin(fault.name, undo: .start(service), folder: folder)
                }
                begin()
                for process in processes { kill(process.id, SIGKILL) }
                services.forgetChild(of: name)
            case .pause(let name):
                let processes = try processes(of: name)
                try journal.begin(fault.name, undo: .resume(processes: processes), folder: folder)
                paused[fault.name] = processes
                begin()
                for process in processes { kill(process.id, SIGSTOP) }
            case .run(let command, let undo):
                if let undo { try journal.begin(fault.name, undo: .command(undo), folder: folder) }
                begin()
                try run(command)
            }
            return nil
        } catch {
            return "fault '\(fault.name)' could not be injected: \(error)"
        }
    }

    /// - Returns: the problem, and how to undo the fault by hand; nil if there is none
    func undo(_ fault: FaultDefinition) -> String? {
        do {
            switch fault.action {
            case .stop(let name): try services.start(service(name))
            case .kill(let name):
                if let service = file.services.first(where: { $0.name == name }) { try services.start(service) }
            case .pause: Self.resume(paused.removeValue(forKey: fault.name) ?? [])
            case .run(_, let undo): if let undo { try run(undo) }
            }
            try journal.undone(fault.name)
            return nil
        } catch {
            return "FAULT '\(fault.name)' IS NOT UNDONE: \(error). By hand: \(Self.repair(fault, file))"
        }
    }

    static func resume(_ processes: [FaultJournal.PausedProcess]) {
        // Another process may have the id by now; the signal would not harm it, but must not be sent to it.
        for process in processes where ProcessStart.ticks(of: process.id) == process.startTime {
            kill(process.id, SIGCONT)
        }
    }

    private func run(_ command: String) throws {
        let (ending, output) = try ShellCommand.run(command, in: folder, upTo: Self.commandLimit)
        guard ending.isGood else {
            throw Failure(description: "'\(command)' \(ending.text)\(Self.last(of: output))")
        }
    }

    /// The end of a failed command's output, after a colon; empty if there is none.
    static func last(of output: String) -> String {
        let text = output.suffix(300).split(whereSeparator: \.isNewline).joined(separator: " / ")
        return text.isEmpty ? "" : ": \(text)"
    }

    private func service(_ name: String) throws -> ServiceDefinition {
        guard let service = file.services.first(where: { $0.name == name }) else {
            throw Failure(description: "there is no service '\(name)'")
        }
        return service
    }

    private func processes(of name: String) throws -> [FaultJournal.PausedProcess] {
        var ids: [pid_t] = []
        if let child = services.child(of: name) { ids = ProcessStart.group(child) }
        if ids.isEmpty, let watch = file.watches.first(where: { $0.name == name }) {
            switch watch.source {
            case .process(let id): ids = [pid_t(id)]
            case .port(let port): ids = ProcessStart.listeners(onPort: UInt16(port))
            case .processes(let command): ids = ProcessStart.running(command)
            default: break
            }
        }
        let found = ids.compactMap { id in
            ProcessStart.ticks(of: id).map { FaultJournal.PausedProcess(id: id, startTime: $0) }
        }
        guard !found.isEmpty else {
            throw Failure(
                description:
                    "no process of '\(name)' is known: name a watch with its port, or a service that stays in the foreground"
            )
        }
        return found
    }

    private static func repair(_ fault: FaultDefinition, _ file: ScenarioFile) -> String {
        switch fault.action {
        case .stop(let name), .kill(let name):
            file.services.first { $0.name == name }.map { "run '\($0.start)'" } ?? "start '\(name)'"
        case .pause(let name): "send SIGCONT to the processes of '\(name)'"
        case .run(_, let undo): undo.map { "run '\($0)'" } ?? "nothing"
        }
    }

    struct Failure: Error, CustomStringConvertible { var description: String }
}

extension FaultJournal.Undo {
    static func start(_ service: ServiceDefinition) -> FaultJournal.Undo {
        .start(
            service: service.name, command: service.start, ready: service.ready,
            timeoutSeconds: service.timeout / .seconds(1))
    }
}
