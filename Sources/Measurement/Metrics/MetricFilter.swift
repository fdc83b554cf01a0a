import Formats

/// Which series of a page of metrics are watched: a name, and labels that must have these values.
///
/// `process_resident_memory_bytes`, `jvm_memory_used_bytes{area="heap"}`; a `*` at a name's end takes every name that begins so.
public struct MetricFilter: Hashable, Sendable {
    /// The name, or how it begins.
    public var name: String
    /// Whether `name` is only the beginning.
    public var isPrefix: Bool
    /// Labels that a series must have, among others.
    public var labels: [MetricLabel]

    /// A filter as users write it; nil for what is none.
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

    /// Whether it may take series of a name.
    func takes(name: ArraySlice<UInt8>) -> Bool {
        isPrefix ? name.starts(with: self.name.utf8) : name.elementsEqual(self.name.utf8)
    }

    /// Whether it takes a series of a name that it takes.
    func takes(labels: [MetricLabel]) -> Bool { self.labels.allSatisfy(labels.contains) }

    /// What is watched when nothing is named: gauges by which the usual client libraries tell memory, threads, files and pools.
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

/// One label of a series.
public struct MetricLabel: Hashable, Sendable {
    /// The label's name.
    public var name: String
    /// The value it must have.
    public var value: String

    /// A label with its value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// As on a page: `area="heap"`.
    var text: String { PrometheusLabel.text(name, value) }
}
