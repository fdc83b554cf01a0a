public import Scenario

/// The services of a campaign: those that are not ready when a scenario begins are started, and stopped again at the end.
public final class CampaignServices {
    let control: ServiceControl
    private let services: [ServiceDefinition]

    /// - Parameters:
    ///   - folder: where commands run
    ///   - outputFolder: where what they write in the foreground is kept
    ///   - isInterrupted: whether the user wants everything to end
    public init(
        _ services: [ServiceDefinition], in folder: String, outputFolder: String,
        isInterrupted: @escaping () -> Bool
    ) {
        self.services = services
        control = ServiceControl(folder: folder, outputFolder: outputFolder, isInterrupted: isInterrupted)
    }

    /// Starts what is not ready, and waits until it is.
    ///
    /// - Returns: what went wrong; nil when all are ready
    public func start() -> String? {
        for service in services {
            do throws(ServiceControl.ServiceError) {
                try control.ensureStarted(service)
            } catch {
                return error.description
            }
        }
        return nil
    }

    /// Stops what this campaign started; all are tried.
    ///
    /// - Returns: what went wrong, a sentence each
    public func stop() -> [String] { control.stopStarted().map(\.description) }
}
