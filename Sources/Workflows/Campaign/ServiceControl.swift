internal import Formats
internal import Foundation
internal import Glibc
internal import Scenario

/// Starts and stops the services of a campaign by their commands.
///
/// A service that is already ready is left alone, and not stopped at the end. A start command may detach, or stay in
/// the foreground; then it is a child of this process, and is stopped by its stop command or by SIGTERM.
final class ServiceControl {

    /// A service that fails to start or stop.
    struct ServiceError: Error, Hashable, CustomStringConvertible {
        var service: String
        var reason: String
        /// The end of its command's output.
        var output: String
        /// Whether the user interrupted the campaign.
        var wasInterrupted = false

        var description: String {
            let last = output.split(separator: "\n").suffix(3).joined(separator: " / ")
            return "service '\(service)' \(reason)" + (last.isEmpty ? "" : ": \(last)")
        }
    }

    private let folder: String
    /// Where the output of foreground services goes; nil to keep only the end of it, for errors.
    private let outputFolder: String?
    private var children: [String: ShellCommand] = [:]
    /// The services that this campaign started, in order.
    private(set) var started: [ServiceDefinition] = []
    private let isInterrupted: () -> Bool

    /// - Parameters:
    ///   - folder: where commands run: the folder of the scenario file
    ///   - outputFolder: where the output of services in the foreground goes, as `service-NAME.log`
    ///   - isInterrupted: whether the user has interrupted the campaign
    init(folder: String, outputFolder: String? = nil, isInterrupted: @escaping () -> Bool = { false }) {
        self.folder = folder
        self.outputFolder = outputFolder.map {
            $0.hasPrefix("/") ? $0 : FileManager.default.currentDirectoryPath + "/" + $0
        }
        self.isInterrupted = isInterrupted
    }

    /// Whether a service is ready; nil if it has no command that checks this.
    func isReady(_ service: ServiceDefinition) -> Bool? {
        guard let ready = service.ready else { return nil }
        let ran = try? ShellCommand.run(ready, in: folder, upTo: .seconds(5))
        return ran?.ending.isGood ?? false
    }

    /// Starts a service unless it is ready, and waits until it is.
    func ensureStarted(_ service: ServiceDefinition) throws(ServiceError) {
        if isReady(service) == true { return }
        // Before the start: what a command leaves running that is not ready in time is stopped as well.
        started.append(service)
        try start(service)
    }

    /// Starts a service and waits until it is ready.
    func start(_ service: ServiceDefinition) throws(ServiceError) {
        let logged = loggedBytes(of: service)
        let command = try running(service)
        let deadline = ContinuousClock.now + service.timeout
        while true {
            let ending = command.poll()
            if let ending, !ending.isGood {
                throw ServiceError(
                    service: service.name, reason: "\(ending.text) when started",
                    output: lastOutput(of: service, command, after: logged))
            }
            switch isReady(service) {
            case true?: break
            case nil where ending != nil: break
            // Without a ready command, a foreground service is ready if it still runs after a moment.
            case nil where ContinuousClock.now + service.timeout > deadline + .seconds(1): break
            default:
                let wasInterrupted = isInterrupted()
                if ContinuousClock.now >= deadline || wasInterrupted {
                    command.endGroup(within: .seconds(2))
                    throw ServiceError(
                        service: service.name,
                        reason: wasInterrupted
                            ? "was interrupted before it was ready"
                            : "is not ready within its time limit of \(DurationText.text(service.timeout)) (\(notReady(service)))",
                        output: lastOutput(of: service, command, after: logged), wasInterrupted: wasInterrupted)
                }
                usleep(50_000)
                continue
            }
            if ending == nil { children[service.name] = command }
            return
        }
    }

    /// Why a service does not count as ready.
    private func notReady(_ service: ServiceDefinition) -> String {
        guard let ready = service.ready else { return "its start command is still running" }
        return "'\(ready)' fails"
    }

    private func running(_ service: ServiceDefinition) throws(ServiceError) -> ShellCommand {
        do throws(ShellCommand.StartError) {
            // A pipe that no one reads would block a service that writes a lot.
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

    /// The text quoted as one word for the shell.
    private static func quoted(_ text: String) -> String {
        "'\(text.replacingScalars { $0 == "'" ? #"'\''"# : nil })'"
    }

    /// The length of a service's file of outputs, to which each start adds.
    private func loggedBytes(of service: ServiceDefinition) -> UInt64 {
        outputFile(of: service).flatMap { FileHandle(forReadingAtPath: $0) }.flatMap { try? $0.seekToEnd() } ?? 0
    }

    /// The last output of a service that did not start.
    ///
    /// - Parameter begin: where the output of this start begins in its file
    private func lastOutput(of service: ServiceDefinition, _ command: ShellCommand, after begin: UInt64) -> String {
        guard let path = outputFile(of: service), let file = FileHandle(forReadingAtPath: path) else {
            return command.text
        }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: max(begin, size > 4096 ? size - 4096 : 0))
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }

    /// Forgets a process that was killed.
    func forgetChild(of service: String) {
        guard let child = children.removeValue(forKey: service) else { return }
        _ = child.wait(upTo: .seconds(2))
    }

    /// Stops a service and waits until it has stopped.
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

    /// Stops the services that this campaign started, last one first; a failure does not keep it from trying the rest.
    ///
    /// - Returns: the problems
    func stopStarted() -> [ServiceError] {
        var errors: [ServiceError] = []
        for service in started.reversed() {
            do throws(ServiceError) { try stop(service) } catch { errors.append(error) }
        }
        started = []
        return errors
    }

    /// The process of a service whose start command stays in the foreground.
    func child(of service: String) -> pid_t? { children[service]?.process }
}
