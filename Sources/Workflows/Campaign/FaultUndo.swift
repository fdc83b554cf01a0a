import Formats
import Foundation
import Scenario

/// Undoes the faults of a killed campaign, from its journals.
public enum FaultUndo {

    /// The outcome for one fault.
    public struct Outcome: Hashable, Sendable {
        /// The fault's name.
        public var fault: String
        /// Why it could not be undone; nil if it was.
        public var problem: String?
    }

    /// Undoes all open faults in a campaign folder or a run folder; a second call does nothing.
    ///
    /// - Throws: an error if a journal cannot be read
    public static func perform(inFolder path: String) throws -> [Outcome] {
        let inner = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted().map {
            "\(path)/\($0)"
        }
        return try ([path] + inner).flatMap { folder -> [Outcome] in
            let journal = FaultJournal(folder: folder)
            return try journal.open().map { entry in
                let problem = undo(entry, outputFolder: folder)
                if problem == nil { try journal.undone(entry.fault) }
                return Outcome(fault: entry.fault, problem: problem)
            }
        }
    }

    private static func undo(_ entry: FaultJournal.Entry, outputFolder: String) -> String? {
        switch entry.undo {
        case .start(let name, let command, let ready, let seconds)?:
            do throws(ServiceControl.ServiceError) {
                let control = ServiceControl(folder: entry.folder, outputFolder: outputFolder)
                let service = ServiceDefinition(
                    name: name, start: command, stop: nil, ready: ready, timeout: .seconds(seconds),
                    place: ScenarioError.Place(line: 1, column: 1))
                if control.isReady(service) != true { try control.start(service) }
                return nil
            } catch {
                return error.description
            }
        case .resume(let processes)?:
            FaultExecutor.resume(processes)
            return nil
        case .command(let command)?:
            do throws(ShellCommand.StartError) {
                let (ending, output) = try ShellCommand.run(command, in: entry.folder, upTo: .seconds(60))
                return ending.isGood ? nil : "'\(command)' \(ending.text)\(FaultExecutor.last(of: output))"
            } catch {
                return error.description
            }
        case nil: return nil
        }
    }
}
