public import Scenario

/// The services of a campaign: services that are not ready when a scenario begins are started, and stopped at the end.
public final class CampaignServices {
    let control: ServiceControl
    private let services: [ServiceDefinition]

    /// The services of a campaign, none of them started.
    ///
    /// - Parameters:
    ///   - folder: where commands run
    ///   - outputFolder: where the output of foreground services is kept
    ///   - isInterrupted: whether the user has interrupted the campaign
    public init(
        _ services: [ServiceDefinition], in folder: String, outputFolder: String,
        isInterrupted: @escaping () -> Bool
    ) {
        self.services = services
        control = ServiceControl(folder: folder, outputFolder: outputFolder, isInterrupted: isInterrupted)
    }

    /// Starts services that are not ready, and waits until they are.
    ///
    /// - Returns: the problem; nil if all are ready, or if the user interrupts the campaign
    public func start() -> String? {
        for service in services {
            do throws(ServiceControl.ServiceError) {
                try control.ensureStarted(service)
            } catch {
                return error.wasInterrupted ? nil : error.description
            }
        }
        return nil
    }

    /// Stops the services that this campaign started; a failure does not keep it from trying the rest.
    ///
    /// - Returns: the problems, one sentence each
    public func stop() -> [String] { control.stopStarted().map(\.description) }
}
