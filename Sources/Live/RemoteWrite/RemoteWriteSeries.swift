import Formats

/// The messages to a Prometheus that accepts writes (Remote-Write 1.0): each series with its value and time, and a
/// stale marker for each series that has ended. Pure.
struct RemoteWriteSeries {
    /// The value that marks the end of a series: a NaN with a special bit pattern (Prometheus, "value.StaleNaN").
    static let staleMarker = Double(bitPattern: 0x7ff0_0000_0000_0002)

    /// Labels that are added to every series.
    private let own: [MetricFamily.Label]
    private var alive: [[MetricFamily.Label]: Bool] = [:]
    private var described: Set<String> = []

    init(labels: [MetricFamily.Label]) { own = labels }

    /// A message with all series as they were at a time, in milliseconds since 1970.
    mutating func message(_ families: [MetricFamily], timeMs: Int64) -> [UInt8] {
        var writer = ProtobufWriter()
        for labels in alive.keys { alive[labels] = false }
        for sample in families.flatMap(\.samples) {
            let labels = self.labels(sample)
            alive[labels] = true
            RemoteWriteSeries.add(labels, sample.value, timeMs, sample.exemplar, to: &writer)
        }
        for (labels, isThere) in alive where !isThere {
            RemoteWriteSeries.add(labels, RemoteWriteSeries.staleMarker, timeMs, nil, to: &writer)
            alive[labels] = nil
        }
        for family in families where described.insert(family.name).inserted {
            writer.add(3) { metadata in
                metadata.add(1, family.kind.number)
                metadata.add(2, family.name)
                metadata.add(4, family.help)
            }
        }
        return writer.bytes
    }

    /// A message that ends all series.
    mutating func ending(timeMs: Int64) -> [UInt8] {
        var writer = ProtobufWriter()
        for labels in alive.keys {
            RemoteWriteSeries.add(labels, RemoteWriteSeries.staleMarker, timeMs, nil, to: &writer)
        }
        alive = [:]
        return writer.bytes
    }

    /// Labels sorted by name, as the receiver requires.
    private func labels(_ sample: MetricFamily.Sample) -> [MetricFamily.Label] {
        ([MetricFamily.Label("__name__", sample.name)] + own + sample.labels).sorted { $0.name < $1.name }
    }

    private static func add(
        _ labels: [MetricFamily.Label], _ value: Double, _ timeMs: Int64, _ exemplar: MetricFamily.Exemplar?,
        to writer: inout ProtobufWriter
    ) {
        writer.add(1) { series in
            add(labels, to: &series)
            series.add(2) { sample in
                sample.add(1, value)
                sample.add(2, timeMs)
            }
            guard let exemplar else { return }
            series.add(3) { own in
                add(exemplar.labels, to: &own)
                own.add(2, exemplar.value)
                own.add(3, Int64(exemplar.time * 1000))
            }
        }
    }

    private static func add(_ labels: [MetricFamily.Label], to writer: inout ProtobufWriter) {
        for label in labels {
            writer.add(1) { pair in
                pair.add(1, label.name)
                pair.add(2, label.value)
            }
        }
    }
}

extension MetricFamily.Kind {
    /// `MetricMetadata.MetricType` of Remote-Write 1.0.
    fileprivate var number: Int64 {
        switch self {
        case .counter: 1
        case .gauge: 2
        case .histogram: 3
        }
    }
}
