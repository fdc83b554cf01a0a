import Formats

/// Selects the watched series of a page of metrics by name and by required label values.
///
/// `process_resident_memory_bytes`, `jvm_memory_used_bytes{area="heap"}`; a `*` at a name's end matches every name with
/// that prefix.
public struct MetricFilter: Hashable, Sendable {
    /// The name or its prefix.
    public var name: String
    /// Whether `name` is a prefix.
    public var isPrefix: Bool
    /// Labels that a series must have; it may have others.
    public var labels: [MetricLabel]

    /// Parses a filter as users write it; nil if it is not valid.
    public init?(parsing text: String) {
        var line = MetricLine(Array(text.utf8)[...])
        let name = line.takeName()
        isPrefix = !name.isEmpty && line.skip(UInt8(ascii: "*"))
        guard !name.isEmpty, let labels = line.takeLabels(), line.isAtEnd else { return nil }
        self.name = String(decoding: name, as: UTF8.self)
        self.labels = labels
    }

    private init(name: String, labels: [MetricLabel] = []) {
        self.name = name
        isPrefix = false
        self.labels = labels
    }

    /// Whether it matches series with this name, given suitable labels.
    func takes(name: ArraySlice<UInt8>) -> Bool {
        isPrefix ? name.starts(with: self.name.utf8) : name.elementsEqual(self.name.utf8)
    }

    /// Whether it matches a series with these labels, given that the name matches.
    func takes(labels: [MetricLabel]) -> Bool { self.labels.allSatisfy(labels.contains) }

    /// The default filters: gauges of memory, threads, files and pools in common client libraries.
    public static let usual: [MetricFilter] =
        [
            "process_resident_memory_bytes", "process_open_fds", "process_files_open_files", "process_num_threads",
            "go_goroutines", "go_memstats_heap_inuse_bytes", "go_sql_open_connections", "jvm_threads_live_threads",
            "jvm_threads_current", "hikaricp_connections_active", "tomcat_threads_current_threads",
            "nodejs_heap_size_used_bytes", "nodejs_external_memory_bytes", "nodejs_active_handles_total",
            "dotnet_total_memory_bytes",
        ].map { MetricFilter(name: $0) }
        + ["jvm_memory_used_bytes", "jvm_memory_bytes_used"].map {
            MetricFilter(name: $0, labels: [MetricLabel(name: "area", value: "heap")])
        }
}

/// A label of a series.
public struct MetricLabel: Hashable, Sendable {
    /// The label's name.
    public var name: String
    /// The required value.
    public var value: String

    /// A label with its value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// In the notation of a page: `area="heap"`.
    var text: String { PrometheusLabel.text(name, value) }
}
