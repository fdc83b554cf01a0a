/// A rise of one endpoint against the others.
///
/// What all endpoints share, such as the noise of the machine or of a database, cancels out in the difference, so that a
/// rise is visible that the endpoint's own times do not show.
struct RelativeDrift {
    let name: EndpointFigure.Name
    let test: LatencyFigureTest
    let probability: Double
    /// The number of endpoints it is compared with.
    let others: Int

    /// With fewer other endpoints, a rise of one cannot be distinguished from a change of the other.
    private static let leastOthers = 2
    /// The least part of the rise that the endpoint's own times show: the others may also have become faster.
    private static let leastOwnPart = 0.5

    /// - Returns: nil if the endpoint does not rise against the others, or its own times do not rise.
    ///
    /// - Parameters:
    ///   - all: the figures of all endpoints; those of other kinds or with other blocks are not compared.
    ///   - figures: how many figures of all endpoints are separate evidence.
    init?(
        of endpoint: EndpointFigure, among all: [EndpointFigure], figures: Int, seconds: Double,
        models: inout DriftModelCache, _ certainty: Certainty = .final
    ) {
        let own = endpoint.test
        let others = all.filter {
            $0.test.figure == own.figure && $0.label != endpoint.label && $0.test.blocks.seconds == own.blocks.seconds
        }
        guard others.count >= RelativeDrift.leastOthers else { return nil }
        let centred = others.map { other in
            let middle = Robust.median(other.test.values)
            return other.test.values.map { $0 - middle }
        }
        let values = own.values.indices.map { block in own.values[block] - Robust.median(centred.map { $0[block] }) }
        // The endpoint's own rise was tested too, so that there are two tests of each figure.
        guard
            let test = LatencyFigureTest(
                own.figure, own.blocks, course: FigureCourse(logarithms: values), seconds: seconds, models: &models),
            test.verdict(among: 2 * figures, certainty) == .drifting
        else { return nil }
        guard DriftTest.difference(own.values) > RelativeDrift.leastOwnPart * test.test.change else { return nil }
        name = endpoint.name
        self.test = test
        self.others = others.count
        probability = test.probability(among: 2 * figures)
    }
}
