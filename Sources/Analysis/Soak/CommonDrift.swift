/// A figure of one endpoint.
struct EndpointFigure {
    /// Identifies it within a run.
    struct Name: Hashable {
        var label: String
        var figure: LatencyFigure
    }

    let label: String
    let test: LatencyFigureTest
    let verdict: LatencyFigureTest.Verdict

    var name: Name { Name(label: label, figure: test.figure) }
}

/// A rise shared by several endpoints: it has one cause, so it is one finding.
///
/// The common course is the median of all endpoints, block by block, so that a few of them cannot produce it. It is
/// less noisy than any single endpoint. Endpoints that rise beyond it keep their own findings.
struct CommonDrift {
    let test: LatencyFigureTest
    let probability: Double
    /// The endpoints whose rise it explains.
    let covered: [EndpointFigure.Name]
    /// The number of endpoints examined.
    let endpoints: Int

    /// With fewer endpoints, a common rise cannot be distinguished from chance.
    private static let leastEndpoints = 3

    /// - Returns: nil when most endpoints do not rise together.
    ///
    /// - Parameter figures: how many figures of all endpoints are separate evidence.
    init?(
        _ figure: LatencyFigure, of all: [EndpointFigure], among figures: Int, seconds: Double,
        models: inout DriftModelCache,
        _ certainty: Certainty = .final
    ) {
        let own = all.filter { $0.test.figure == figure }
        guard let reference = own.max(by: { $0.test.values.count < $1.test.values.count })?.test else { return nil }
        let alike = own.filter { $0.test.blocks.seconds == reference.blocks.seconds }
        guard alike.count >= CommonDrift.leastEndpoints else { return nil }
        let centred = alike.map { endpoint in
            let middle = Robust.median(endpoint.test.values)
            return endpoint.test.values.map { $0 - middle }
        }
        let common = reference.values.indices.map { block in Robust.median(centred.map { $0[block] }) }
        guard
            let test = LatencyFigureTest(
                figure, reference.blocks, course: FigureCourse(logarithms: common), seconds: seconds, models: &models),
            test.verdict(among: figures, certainty) == .drifting
        else { return nil }
        var covered: [EndpointFigure.Name] = []
        for (endpoint, values) in zip(alike, centred) {
            let rest = zip(values, common).map(-)
            let beyond = LatencyFigureTest(
                figure, endpoint.test.blocks, course: FigureCourse(logarithms: rest), seconds: seconds,
                models: &models)
            let agrees = endpoint.test.test.interval.overlaps(test.test.interval)
            if agrees, beyond?.verdict(among: figures) != .drifting { covered.append(endpoint.name) }
        }
        guard 2 * covered.count > alike.count else { return nil }
        self.test = test
        self.covered = covered
        probability = test.probability(among: figures)
        endpoints = alike.count
    }
}
