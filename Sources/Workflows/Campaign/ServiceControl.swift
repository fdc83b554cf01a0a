internal import Foundation
internal import Glibc
internal import Scenario

/// Starts and stops the services of a campaign by their commands.
///
/// A service that is ready already is left as it is, and not stopped at the end. A start command may detach, or stay in the
/// foreground; then it is a child of this process, and ended by its stop command or by SIGTERM.
final class ServiceControl {

    /// A service that does not do as it is told.
    struct ServiceError: Error, Hashable, CustomStringConvertible {
        var service: String
        var reason: String
        /// The end of what its command wrote.
        var output: String

        var description: String {
            let last = output.split(separator: "\n").suffix(3).joined(separator: "\n    ")
            return "service '\(service)' \(reason)" + (last.isEmpty ? "" : ":\n    \(last)")
        }
    }

    private let folder: String
    /// Where a service in the foreground writes; nil for nowhere but the end that an error tells.
    private let outputFolder: String?
    private var children: [String: ShellCommand] = [:]
    /// Services that this campaign started, in that order.
    private(set) var started: [ServiceDefinition] = []
    private let isInterrupted: () -> Bool

    /// - Parameters:
    ///   - folder: where commands run: that of the scenario file
    ///   - outputFolder: where the output of services in the foreground goes, as `service-NAME.log`
    ///   - isInterrupted: whether the user wants everything to end
    init(folder: String, outputFolder: String? = nil, isInterrupted: @escaping () -> Bool = { false }) {
        self.folder = folder
        self.outputFolder = outputFolder.map {
            $0.hasPrefix("/") ? $0 : FileManager.default.currentDirectoryPath + "/" + $0
        }
        self.isInterrupted = isInterrupted
    }

    /// Whether a service answers; nil when it has no command that says so.
    func isReady(_ service: ServiceDefinition) -> Bool? {
        guard let ready = service.ready else { return nil }
        let ran = try? ShellCommand.run(ready, in: folder, upTo: .seconds(5))
        return ran?.ending.isGood ?? false
    }

    /// Starts a service unless it is ready, and waits until it is.
    func ensureStarted(_ service: ServiceDefinition) throws(ServiceError) {
        if isReady(service) == true { return }
        try start(service)
        started.append(service)
    }

    /// Starts a service and waits until it is ready.
    func start(_ service: ServiceDefinition) throws(ServiceError) {
        let command = try running(service)
        let deadline = ContinuousClock.now + service.timeout
        while true {
            let ending = command.poll()
            if let ending, !ending.isGood {
                throw ServiceError(
                    service: service.name, reason: "\(ending.text) when started",
                    output: lastOutput(of: service, command))
            }
            switch isReady(service) {
            case true?: break
            case nil where ending != nil: break
            // Without a command that says when it is ready, a service in the foreground is so when it is still there after a moment.
            case nil where ContinuousClock.now + service.timeout > deadline + .seconds(1): break
            default:
                if ContinuousClock.now >= deadline || isInterrupted() {
                    command.endGroup(within: .seconds(2))
                    throw ServiceError(
                        service: service.name, reason: "is not ready after its time limit",
                        output: lastOutput(of: service, command))
                }
                usleep(50_000)
                continue
            }
            if ending == nil { children[service.name] = command }
            return
        }
    }

    private func running(_ service: ServiceDefinition) throws(ServiceError) -> ShellCommand {
        do throws(ShellCommand.StartError) {
            // A pipe that no one reads would stop a service that writes much.
            let redirection = outputFile(of: service).map { "exec >>\(Self.quoted($0)) 2>&1\n" } ?? ""
            return try ShellCommand(redirection + service.start, in: folder)
        } catch {
            throw ServiceError(service: service.name, reason: "does not start: \(error.reason)", output: "")
        }
    }

    private func outputFile(of service: ServiceDefinition) -> String? {
        let name = String(service.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        return outputFolder.map { "\($0)/service-\(name).log" }
    }

    /// A word of the shell that represents the text.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: #"'\''"#))'" }

    /// What a service that did not start wrote last.
    private func lastOutput(of service: ServiceDefinition, _ command: ShellCommand) -> String {
        guard let path = outputFile(of: service), let file = FileHandle(forReadingAtPath: path) else {
            return command.text
        }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > 4096 ? size - 4096 : 0)
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }

    /// Forgets a process that was killed.
    func forgetChild(of service: String) {
        guard let child = children.removeValue(forKey: service) else { return }
        _ = child.wait(upTo: .seconds(2))
    }

    /// Stops a service and waits until it is gone.
    func stop(_ service: ServiceDefinition) throws(ServiceError) {
        let child = children.removeValue(forKey: service.name)
        if let stop = service.stop {
            let ran: (ending: ShellCommand.Ending, output: String)
            do throws(ShellCommand.StartError) {
                ran = try ShellCommand.run(stop, in: folder, upTo: service.timeout)
            } catch {
                throw ServiceError(service: service.name, reason: "cannot be stopped: \(error.reason)", output: "")
            }
            guard ran.ending.isGood else {
                throw ServiceError(
                    service: service.name, reason: "was not stopped: its command \(ran.ending.text)", output: ran.output
                )
            }
        }
        if let child {
            if service.stop != nil {
                _ = child.wait(upTo: service.timeout)
            } else {
                child.endGroup(within: service.timeout)
            }
        }
        guard service.ready != nil else { return }
        let deadline = ContinuousClock.now + service.timeout
        while isReady(service) == true {
            guard ContinuousClock.now < deadline else {
                throw ServiceError(service: service.name, reason: "still answers after it was stopped", output: "")
            }
            usleep(50_000)
        }
    }

    /// Stops what this campaign started, the last one first. All are tried.
    ///
    /// - Returns: what went wrong
    func stopStarted() -> [ServiceError] {
        var errors: [ServiceError] = []
        for service in started.reversed() {
            do throws(ServiceError) { try stop(service) } catch { errors.append(error) }
        }
        started = []
        return errors
    }

    /// The process that a service's start command left in the foreground.
    func child(of service: String) -> pid_t? { children[service]?.process }
}
